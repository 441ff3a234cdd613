"""Form fields as data, each with its check: what a procedure asks, and what is wrong with an answer.

1. Only what the procedure needs is asked. A field is described in the catalogue, never in code.
2. An answer is normalised (NFC, one blank between words) before it is checked; what is shown is what is stored.
3. What is wrong is said in one sentence that tells how it should be.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import msgspec

from kiosk.words import Words

Kind = Literal["name", "date", "personal_id", "phone", "email", "text", "address", "number", "choice"]
FieldId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_OLDEST = date(1900, 1, 1)


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Choice(_Part, frozen=True):
    id: FieldId
    vi: str
    en: str


class FormField(_Part, frozen=True):
    """``prefill``: which line of the ID card fills it, e.g. "full_name". ``max_length`` in letters.

    ``may_be_partial``: a date of which only month or year is known, as on the cards of many elderly people.
    """

    id: FieldId
    kind: Kind
    vi: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    required: bool = True
    max_length: Annotated[int, msgspec.Meta(ge=1, le=2_000)] = 200
    choices: tuple[Choice, ...] = ()
    prefill: str = ""
    may_be_future: bool = False
    may_be_partial: bool = False

    def __post_init__(self) -> None:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"{self.id}: a choice has choices, and nothing else has")


@dataclass(frozen=True, slots=True)
class Wrong:
    """``words``: how it should be."""

    field: str
    words: Words


def check(field: FormField, typed: str, today: date) -> str | Wrong:
    """The answer as it is stored ("" for one that was left out), or what is wrong with it."""
    answer = tidy(typed)
    if not answer:
        return Wrong(field.id, _MISSING) if field.required else ""
    if len(answer) > field.max_length:
        return Wrong(field.id, Words(f"Tối đa {field.max_length} chữ.", f"At most {field.max_length} letters."))
    result = _CHECKS[field.kind](answer, field, today)
    return Wrong(field.id, result) if isinstance(result, Words) else result


def check_all(
    fields: Sequence[FormField], typed: Mapping[str, str], today: date
) -> tuple[dict[str, str], tuple[Wrong, ...]]:
    """(answers by field, everything that is wrong). Answers to fields that are not asked are dropped."""
    results = [(field.id, check(field, typed.get(field.id, ""), today)) for field in fields]
    answers = {name: result for name, result in results if isinstance(result, str)}
    return answers, tuple(result for _, result in results if isinstance(result, Wrong))


def prefill(fields: Sequence[FormField], card: Mapping[str, str]) -> dict[str, str]:
    """What a card says for the fields that it can fill; of a choice, the one that has these words."""
    said = {field.id: _chosen(field, card.get(field.prefill, "")) for field in fields if field.prefill}
    return {name: answer for name, answer in said.items() if answer}


def _chosen(field: FormField, said: str) -> str:
    if field.kind != "choice":
        return said
    return next((choice.id for choice in field.choices if said.casefold() == choice.vi.casefold()), "")


def tidy(typed: str) -> str:
    """NFC, no control or invisible direction marks, one blank between words."""
    visible = (
        c for c in unicodedata.normalize("NFC", typed) if unicodedata.category(c) not in _INVISIBLE or c in "\n\t"
    )
    return " ".join("".join(visible).split())


def _name(answer: str, _field: FormField, _today: date) -> str | Words:
    return answer if _NAME.fullmatch(answer) else _BAD_NAME


def _date(answer: str, field: FormField, today: date) -> str | Words:
    """Stored as yyyy-mm-dd; where only a part is known as yyyy-mm or yyyy."""
    match = (_PARTIAL_DAY if field.may_be_partial else _DAY).fullmatch(answer)
    if match is None:
        return _BAD_DATE
    try:
        day = date(int(match["y"]), int(match["m"] or 1), int(match["d"] or 1))
    except ValueError:
        return _NO_SUCH_DAY
    if day < _OLDEST or (day > today and not field.may_be_future):
        return _FUTURE
    return day.isoformat()[: _KNOWN[bool(match["m"]) + bool(match["d"])]]


def _personal_id(answer: str, _field: FormField, _today: date) -> str | Words:
    digits = _BLANKS.sub("", answer)
    return digits if _TWELVE.fullmatch(digits) else _BAD_ID


def _phone(answer: str, _field: FormField, _today: date) -> str | Words:
    """Stored with the leading 0: mobile numbers (03, 05, 07, 08, 09) of ten digits, fixed lines (02) of eleven."""
    digits = _BLANKS.sub("", answer)
    if digits.startswith(("+84", "0084")):
        digits = "0" + digits.removeprefix("+84").removeprefix("0084").removeprefix("0")
    return digits if _PHONE.fullmatch(digits) else _BAD_PHONE


def _email(answer: str, _field: FormField, _today: date) -> str | Words:
    return answer if _EMAIL.fullmatch(answer) else _BAD_EMAIL


def _text(answer: str, _field: FormField, _today: date) -> str | Words:
    return answer


def _number(answer: str, _field: FormField, _today: date) -> str | Words:
    """Whole numbers; dots between thousands are forgiven."""
    digits = answer.replace(".", "").replace(" ", "")
    return str(int(digits)) if _DIGITS.fullmatch(digits) else _BAD_NUMBER


def _choice(answer: str, field: FormField, _today: date) -> str | Words:
    return answer if any(answer == choice.id for choice in field.choices) else _BAD_CHOICE


_CHECKS: dict[Kind, Callable[[str, FormField, date], str | Words]] = {
    "name": _name,
    "date": _date,
    "personal_id": _personal_id,
    "phone": _phone,
    "email": _email,
    "text": _text,
    "address": _text,
    "number": _number,
    "choice": _choice,
}
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*\.?")
_SIGN = r"[/.\- ]"
_DAY = re.compile(rf"(?P<d>\d{{1,2}}){_SIGN}(?P<m>\d{{1,2}}){_SIGN}(?P<y>\d{{4}})", re.ASCII)
_PARTIAL_DAY = re.compile(rf"(?:(?:(?P<d>\d{{1,2}}){_SIGN})?(?P<m>\d{{1,2}}){_SIGN})?(?P<y>\d{{4}})", re.ASCII)
_KNOWN = (4, 7, 10)  #: letters of an ISO date of which the year, the month too, and the day too are known
_TWELVE = re.compile(r"\d{12}", re.ASCII)
_PHONE = re.compile(r"0[35789]\d{8}|02\d{9}", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_DIGITS = re.compile(r"\d{1,15}", re.ASCII)
_BLANKS = re.compile(r"[\s.\-()]")

_MISSING = Words("Cần điền mục này.", "Please fill this in.")
_BAD_NAME = Words("Chỉ ghi họ và tên bằng chữ.", "Letters only, please.")
_BAD_DATE = Words("Ghi ngày/tháng/năm, ví dụ 05/09/1990.", "Day/month/year, for example 05/09/1990.")
_NO_SUCH_DAY = Words("Không có ngày này.", "There is no such day.")
_FUTURE = Words("Ngày này chưa tới hoặc quá xưa.", "This day is in the future or too long ago.")
_BAD_ID = Words("Số định danh có 12 chữ số.", "The personal number has 12 digits.")
_BAD_PHONE = Words("Số điện thoại có 10 chữ số, bắt đầu bằng 0.", "A phone number has 10 digits and starts with 0.")
_BAD_EMAIL = Words("Ghi như ten@vidu.vn.", "Like name@example.com.")
_BAD_NUMBER = Words("Chỉ ghi chữ số.", "Digits only.")
_BAD_CHOICE = Words("Chọn một trong các mục.", "Choose one of the answers.")
