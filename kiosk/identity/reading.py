"""From what a reader sent to a ``CardReading`` or a ``Refusal``. Never raises, whatever was sent.

The code's fields: personal number, old number, name, birth (ddmmyyyy), sex, address, issue date (ddmmyyyy), and on
cards issued from 1 July 2024 four more, normally empty. The order is that of the cards in use; no standard is public.
"""

import re
import unicodedata
from datetime import date

from kiosk.identity.card import (
    Birth,
    CardReading,
    Doubt,
    FromNumber,
    Precision,
    Reason,
    Refusal,
    Schema,
    Seen,
    Sex,
    from_number,
    in_order,
)
from kiosk.identity.mojibake import is_lossy
from kiosk.identity.other import recognise
from kiosk.identity.payload import MAX_LENGTH, clean
from kiosk.identity.privacy import PersonalId
from kiosk.identity.repeats import single_scan

FIELDS_2021, FIELDS_2024 = 7, 11
_MOST_FIELDS = 20  #: new cards may gain a few
FIRST_CARDS = date(2021, 1, 1)

_NUMBER = re.compile(r"[0-9]{12}")
_NUMBER_AFTER_NOISE = re.compile(r".{0,16}?[^0-9]([0-9]{12})")
_CMND = re.compile(r"[0-9]{9}")
_OLD_NUMBER = re.compile(r"(?:[0-9]{9}|[0-9]{12})?")
_DATE = re.compile(r"([0-9]{2})[/.-]?([0-9]{2})[/.-]?([0-9]{4})")
_DATE_BEFORE_NOISE = re.compile(r"([0-9]{8})[^0-9].{0,15}")
_YEAR = re.compile(r"(?:0000)?([0-9]{4})")
_MONTH = re.compile(r"(?:00)?([0-9]{2})([0-9]{4})")
_NAME = re.compile(r"[^\W\d_]+(?:[ .’'-]+[^\W\d_]+)*[.]?")
_SEX = {"nam": Sex.MALE, "nữ": Sex.FEMALE, "nu": Sex.FEMALE, "n": Sex.FEMALE}
_EARLIEST_BIRTH_YEAR = 1890


def read_code(payload: bytes | str, today: date) -> CardReading | Refusal:
    """``payload`` as a scanner, a camera or a keyboard gave it; ``today`` is for the doubts about dates."""
    if len(payload) > MAX_LENGTH:
        return Refusal(Reason.TOO_LONG)
    doubts: set[Doubt] = set()
    text = clean(payload, doubts)
    fields = _fields(text)
    if _is_whole(fields):
        return _reading(fields, doubts, today)
    scan = single_scan(text, doubts)
    if scan is None:
        return Refusal(Reason.TWO_CARDS, Seen.CARD)
    fields = fields if scan is text else _fields(scan)
    _take_off_affixes(fields, doubts)
    return _refused(fields, scan) or _reading(fields, doubts, today)


def _fields(text: str) -> list[str]:
    """Without spaces at the ends, and with single ones within."""
    if text.isprintable() and "  " not in text:
        return [field.strip() for field in text.split("|")]
    return [" ".join(field.split()) for field in text.split("|")]


def _is_whole(fields: list[str]) -> bool:
    """The ordinary card, which needs no second look."""
    if len(fields) not in (FIELDS_2021, FIELDS_2024) or not fields[2] or not _OLD_NUMBER.fullmatch(fields[1]):
        return False
    return _NUMBER.fullmatch(fields[0]) is not None and _DATE.fullmatch(fields[6]) is not None


def _take_off_affixes(fields: list[str], doubts: set[Doubt]) -> None:
    """Readers can be set to send words of their own before and after a code."""
    if len(fields) < FIELDS_2021:
        return
    if before := _NUMBER_AFTER_NOISE.fullmatch(fields[0]):
        fields[0] = before[1]
        doubts.add(Doubt.AFFIX_STRIPPED)
    if len(fields) == FIELDS_2021 and (after := _DATE_BEFORE_NOISE.fullmatch(fields[6])):
        fields[6] = after[1]
        doubts.add(Doubt.AFFIX_STRIPPED)


def _refused(fields: list[str], scan: str) -> Refusal | None:
    """Why these fields are no whole card; None if they are one."""
    digits = fields[0].replace(" ", "")
    if not _NUMBER.fullmatch(digits):
        spoilt = _looks_like_card(fields) and any(character.isdigit() for character in digits)
        return Refusal(Reason.ID_NOT_12_DIGITS, Seen.CARD) if spoilt else recognise(scan)
    if len(fields) >= FIELDS_2021:
        cut = len(fields) == FIELDS_2021 and len(fields[6]) < len("ddmmyyyy") and (not fields[6] or fields[6].isdigit())
        no_card = len(fields) > _MOST_FIELDS or not any(fields[1:6]) or _is_of_something_else(fields)
        return recognise(scan) if no_card else Refusal(Reason.TRUNCATED, Seen.CARD) if cut else None
    begins_like_one = len(fields) > 1 and (_OLD_NUMBER.fullmatch(fields[1]) or len(fields) == 2)
    other = recognise(scan)
    if other.seen in (Seen.OTHER, Seen.CARD) and begins_like_one:
        return Refusal(Reason.TRUNCATED, Seen.CARD)
    return other


def _is_of_something_else(fields: list[str]) -> bool:
    """Other papers begin with the personal number too (health insurance): nothing else is where a card has it."""
    if _OLD_NUMBER.fullmatch(fields[1]):
        return False
    return _birth(fields[3]) is None and _sex(fields[4]) is None


def _looks_like_card(fields: list[str]) -> bool:
    """Enough of the fields are where a card has them, even though the number is not one."""
    if len(fields) < 5:
        return len(fields) > 2 and 10 <= len(fields[0]) <= 14 and bool(_OLD_NUMBER.fullmatch(fields[1]))
    return bool(_OLD_NUMBER.fullmatch(fields[1])) and (_birth(fields[3]) is not None or _sex(fields[4]) is not None)


def _reading(fields: list[str], doubts: set[Doubt], today: date) -> CardReading:
    number, old, name, birth_text, sex_text, address, issue_text = fields[:FIELDS_2021]
    number = number.replace(" ", "")
    extras = tuple(field for field in fields[FIELDS_2021:] if field)
    derived = from_number(number)
    born, issued, sex = _birth(birth_text), _day(issue_text), _sex(sex_text)
    _doubt_layout(len(fields), extras, old, doubts)
    _doubt_words(name, address, sex_text, doubts)
    _doubt_person(born, sex, derived, doubts, today)
    _doubt_issue(issued, born, doubts, today)
    return CardReading(
        Schema.CCCD_2021 if len(fields) == FIELDS_2021 else Schema.CC_2024,
        PersonalId(number),
        old or None,
        name,
        born,
        sex,
        address,
        issued,
        extras,
        derived,
        in_order(doubts),
    )


def _doubt_layout(count: int, extras: tuple[str, ...], old: str, doubts: set[Doubt]) -> None:
    if count not in (FIELDS_2021, FIELDS_2024):
        doubts.add(Doubt.FIELD_COUNT_UNUSUAL)
    if extras:
        doubts.add(Doubt.EXTRA_FIELDS_PRESENT)
    if old and not _CMND.fullmatch(old):
        doubts.add(Doubt.OLD_ID_UNEXPECTED)


def _doubt_words(name: str, address: str, sex_text: str, doubts: set[Doubt]) -> None:
    # A lone "N" is what is left of "Nữ" when accented letters were dropped.
    if is_lossy(name + address) or sex_text == "N":
        doubts.add(Doubt.TEXT_LOSSY)
    elif not name:
        doubts.add(Doubt.NAME_MISSING)
    elif not _NAME.fullmatch(name):
        doubts.add(Doubt.NAME_UNUSUAL)


def _doubt_person(born: Birth | None, sex: Sex | None, derived: FromNumber, doubts: set[Doubt], today: date) -> None:
    if born is None:
        doubts.add(Doubt.DOB_INVALID)
    else:
        if born.precision is not Precision.DAY:
            doubts.add(Doubt.DOB_PARTIAL)
        if born.earliest() > today:
            doubts.add(Doubt.DOB_FUTURE)
        if born.year != derived.birth_year:
            doubts.add(Doubt.ID_YOB_MISMATCH)
    if sex is None:
        doubts.add(Doubt.SEX_UNKNOWN)
    elif sex is not derived.sex:
        doubts.add(Doubt.ID_SEX_MISMATCH)


def _doubt_issue(issued: date | None, born: Birth | None, doubts: set[Doubt], today: date) -> None:
    if issued is None:
        doubts.add(Doubt.ISSUE_DATE_INVALID)
        return
    if issued > today:
        doubts.add(Doubt.ISSUE_DATE_FUTURE)
    if issued < FIRST_CARDS:
        doubts.add(Doubt.ISSUE_DATE_BEFORE_2021)
    if born is not None and issued < born.earliest():
        doubts.add(Doubt.ISSUE_DATE_BEFORE_BIRTH)


def _day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _birth(text: str) -> Birth | None:
    """``ddmmyyyy``; ``00mmyyyy`` or ``0000yyyy`` for those who do not know the day or the month, or just the year."""
    if day := _day(text):
        return Birth(day.year, day.month, day.day) if day.year >= _EARLIEST_BIRTH_YEAR else None
    if (year := _YEAR.fullmatch(text)) and int(year[1]) >= _EARLIEST_BIRTH_YEAR:
        return Birth(int(year[1]))
    if (month := _MONTH.fullmatch(text)) and 1 <= int(month[1]) <= 12 and int(month[2]) >= _EARLIEST_BIRTH_YEAR:
        return Birth(int(month[2]), int(month[1]))
    return None


def _sex(text: str) -> Sex | None:
    """A reader that types keys drops or replaces the "ữ" of "Nữ"; nothing of "Nam" can be lost that way."""
    plain = text.casefold().rstrip("?\ufffd")
    return _SEX.get(plain) or _SEX.get(unicodedata.normalize("NFC", plain))
