"""What is asked of a citizen for a procedure: fields, papers, notice and consents, and when the result would be due."""

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.clock import Clock
from kiosk.dossier.deadline import TimeLimit, due
from kiosk.dossier.form import FormField
from kiosk.dossier.forms import Form, Forms
from kiosk.dossier.plain import PlainWords
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.guide import Guide
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import LookUpReply
from kiosk.wire.procedure_api import ProcedureInfo
from kiosk.wire.submission_api import ConsentAsked, Handler, PaperWanted, ProcedureForm
from kiosk.words import Words

HANDLING, SMS, EMAIL = "handling", "sms", "email"
#: One for each purpose, none ticked beforehand (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15).
CONSENTS = (
    ConsentAsked(
        id=HANDLING,
        words=Text(
            vi="Tôi đồng ý để trung tâm dùng thông tin này giải quyết hồ sơ.",
            en="I agree that the centre uses this information to handle my dossier.",
        ),
        required=True,
    ),
    ConsentAsked(
        id=SMS,
        words=Text(vi="Báo tin cho tôi bằng tin nhắn điện thoại.", en="Tell me of news by text message."),
        required=False,
    ),
    ConsentAsked(
        id=EMAIL, words=Text(vi="Báo tin cho tôi bằng thư điện tử.", en="Tell me of news by e-mail."), required=False
    ),
)
_NOT_HERE = Text(
    vi="Trung tâm này chưa nhận hồ sơ tại máy: mời lấy số.",
    en="This centre does not take dossiers at the kiosk yet: please take a number.",
)


@dataclass(frozen=True, slots=True)
class DueWhen:
    due_ms: int | None
    why: list[Text]


class ProcedureForms:
    """``wards``: code and name of every centre that a dossier can be for.

    ``agency_is_ours``: no other centre gives codes with it.
    """

    def __init__(
        self,
        guide: Guide,
        words: tuple[Forms, PlainWords],
        centre: Centre,
        wards: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self._guide, self._centre, self._clock = guide, centre, clock
        self._forms, self._plain = words
        self._wards = wards
        self.agency_is_ours: Callable[[], bool] = lambda: True

    def form(self, code: str) -> Form | None:
        held = self._guide.held(code)
        return self._forms.form(held) if held else None

    def fields(self, code: str) -> tuple[FormField, ...]:
        form = self.form(code)
        return form.fields if form else ()

    def papers(self, code: str) -> list[PaperWanted]:
        """Without those whose content is the answers."""
        form = self.form(code)
        return [
            PaperWanted(
                id=each.id,
                name=each.paper.name,
                words=self._plainly(each.paper.name),
                show_only=each.paper.how == "show",
                required=each.paper.required,
                quantity=each.paper.quantity,
            )
            for each in (form.papers if form else ())
            if not each.filled_here
        ]

    def name(self, code: str) -> Text:
        return self._guide.name_of(code)

    def named(self, reply: LookUpReply) -> LookUpReply:
        """With what each procedure is called, so that somebody with several dossiers knows which is which."""
        found = [msgspec.structs.replace(each, name=self.name(each.procedure)) for each in reply.found]
        return msgspec.structs.replace(reply, found=found)

    def limit(self, code: str) -> TimeLimit | None:
        held = self._guide.held(code)
        return held.time.value.time_limit() if held else None

    def can_submit(self, code: str) -> bool:
        form = self.form(code)
        return bool(form and form.can_submit and self.is_open)

    @property
    def is_open(self) -> bool:
        """Whether codes can be given here."""
        return bool(self._centre.config.dossiers.agency) and self.agency_is_ours()

    def is_handler(self, ward: str) -> bool:
        return ward == self._centre.config.centre.id or ward in self._wards

    def due_if(self, code: str, received_ms: int) -> DueWhen:
        """When the result of what is received then would be due, and why then."""
        limit = self.limit(code)
        if limit is None:
            return DueWhen(None, [])
        until = due(received_ms, limit, self._centre.config.dossiers.calendar())
        return DueWhen(until.at_ms, [_text(words) for words in until.why])

    def procedure_form(self, code: str) -> ProcedureForm | None:
        info, form = self._guide.show(code), self.form(code)
        if info is None or form is None:
            return None
        until, can_submit = self.due_if(code, self._clock.now_ms()), self.can_submit(code)
        why_not = _text(form.why_not) if form.why_not else _NOT_HERE
        return ProcedureForm(
            code=code,
            name=info.name,
            fields=list(form.fields),
            papers=self.papers(code),
            notice=self._notice(),
            consents=list(CONSENTS),
            fee=self._fee(info),
            exempt=self._plainly(info.exempt),
            time=self._plainly(info.time),
            due_ms=until.due_ms,
            why_due=until.why,
            handlers=self._handlers(),
            can_submit=can_submit,
            why_not=None if can_submit else why_not,
        )

    def _handlers(self) -> list[Handler]:
        here = self._centre.config.centre
        others = [
            Handler(id=code, name=Text(vi=name, en=name)) for code, name in self._wards.items() if code != here.id
        ]
        return [Handler(id=here.id, name=here.name), *others]

    def _fee(self, info: ProcedureInfo) -> Text:
        """An amount that nobody has verified is not said as if it were."""
        said = self._plainly(info.fee)
        if "fee" not in info.unsure or not re.search(r"\d", said.vi) or "cán bộ" in said.vi:
            return said
        return Text(vi=f"{said.vi}; cán bộ báo số tiền đúng", en=f"{said.en}; an officer tells you the exact amount")

    def _plainly(self, text: str) -> Text:
        return _text(self._plain.of(text))

    def _notice(self) -> Text:
        """What the law of 2025 wants to be said beforehand: who, what for, which data, how long, and the rights."""
        name = self._centre.config.centre.name
        return Text(
            vi=f"{name.vi} nhận và giải quyết hồ sơ của quý vị. Chúng tôi cần thông tin "
            "quý vị điền và giấy tờ quý vị gửi. Máy này xóa tất cả ngay khi quý vị rời đi, hoặc khi thành phố đã nhận "
            "hồ sơ. Thành phố lưu hồ sơ theo luật lưu trữ. Quý vị có quyền xem, sửa, rút lại đồng ý, khiếu nại: mời "
            "hỏi cán bộ ở quầy.",
            en=f"{name.en} takes and handles your dossier. We need what you fill in and the papers that you send. "
            "This kiosk deletes everything when you leave, or when the city has your dossier. The city keeps dossiers "
            "as the law on archives says. You may see, correct, withdraw your consent or complain: ask an officer.",
        )


def read_wards(path: Path) -> dict[str, str]:
    """Code and name of the city's centres."""
    with path.open(encoding="utf-8", newline="") as file:
        return {line["code"]: line["name"] for line in csv.DictReader(file)}


def _text(words: Words) -> Text:
    return Text(vi=words.vi, en=words.en)
