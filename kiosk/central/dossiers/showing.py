"""How a dossier is told: to the citizen, and with more of it to officers."""

from dataclasses import dataclass

import msgspec

from kiosk.central.dossiers.parts import Found, Sealed
from kiosk.central.sealing import Seal
from kiosk.dossier.dossier import Act, Dossier, allowed, late
from kiosk.dossier.status import CLOCK_STANDS, PLAIN_WORDS, Status
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import DossierReply, DossierStatus, HistoryLine, PaperInfo, PaperRef, WorkLine
from kiosk.words import Words

HAS_RESULT = frozenset({Status.DONE, Status.HANDED_OVER})


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known about a dossier besides itself."""

    received_at: Text
    handled_by: Text
    papers: list[PaperInfo]


def reply(found: Found, papers: list[PaperInfo], seal: Seal, now_ms: int) -> DossierReply:
    dossier = found.dossier
    content = unsealed(seal, dossier.code, found.sealed)
    beside = Beside(found.received_at, found.handled_by, papers)
    return DossierReply(
        status=status(dossier, beside, now_ms, for_staff=True),
        revision=dossier.revision,
        acts=[act.value for act in allowed(dossier)],
        applicant=content.applicant,
        answers=content.answers,
        ticket=content.ticket,
        papers=papers,
        contact=content.contact,
        centre=dossier.received_at,
        fees_vnd=[fee.vnd for fee in dossier.fees],
    )


def unsealed(seal: Seal, code: str, sealed: bytes) -> Sealed:
    return msgspec.json.decode(seal.open(code, bytes(sealed)), type=Sealed)


def work_line(dossier: Dossier, content: Sealed, now_ms: int) -> WorkLine:
    return WorkLine(
        code=dossier.code,
        procedure=dossier.procedure,
        status=dossier.status.value,
        due_ms=dossier.due_ms,
        submitted_ms=dossier.submitted_ms,
        late=late(dossier, now_ms),
        applicant=content.applicant.full_name,
        received_at=dossier.received_at,
        handled_by=dossier.handled_by,
        ticket=content.ticket,
    )


def status(dossier: Dossier, beside: Beside, now_ms: int, *, for_staff: bool = False) -> DossierStatus:
    history = [
        HistoryLine(
            at_ms=line.at_ms,
            status=line.status.value,
            words=_text(PLAIN_WORDS[line.status]),
            note=line.note,
            by=line.by if for_staff else "",
        )
        for line in dossier.history
    ]
    return DossierStatus(
        code=dossier.code,
        procedure=dossier.procedure,
        status=dossier.status.value,
        words=_text(PLAIN_WORDS[dossier.status]),
        next_step=_text(_next_step(dossier)),
        due_ms=dossier.due_ms,
        why_due=[_text(words) for words in dossier.why_due],
        late=late(dossier, now_ms),
        history=history,
        results=_results(dossier, beside.papers),
        apology=_apology(dossier.apology),
        promised_ms=dossier.promised_ms,
        received_at=beside.received_at,
        handled_by=beside.handled_by,
    )


def _results(dossier: Dossier, papers: list[PaperInfo]) -> list[PaperRef]:
    """None before the officer says that it is done: what is filed earlier may still be wrong."""
    if dossier.status not in HAS_RESULT:
        return []
    return [
        PaperRef(paper=paper.paper, name=paper.name)
        for paper in papers
        if paper.kind == "result" and paper.received_ms is not None
    ]


def _apology(reasons: str) -> Text | None:
    if not reasons:
        return None
    return Text(
        vi=f"Chúng tôi xin lỗi vì trả kết quả chậm hơn ngày hẹn. Lý do: {reasons}",
        en=f"We are sorry that the result comes later than promised. Reason: {reasons}",
    )


def _text(words: Words) -> Text:
    return Text(vi=words.vi, en=words.en)


def _next_step(dossier: Dossier) -> Words:
    if dossier.status is Status.PAYMENT_ASKED and dossier.fees and dossier.fees[-1].act is Act.ASK_PAYMENT:
        vnd = dossier.fees[-1].vnd
        dots = f"{vnd:,}".replace(",", ".")
        return Words(f"Mời quý vị nộp {dots} đồng tại trung tâm.", f"Please pay {vnd:,} đồng at the centre.")
    if dossier.status in CLOCK_STANDS:
        return _YOURS[dossier.status]
    return _OURS.get(dossier.status, Words("", ""))


_YOURS = {
    Status.SUPPLEMENT_ASKED: Words(
        "Mời quý vị mang giấy tờ còn thiếu đến trung tâm.", "Please bring the missing papers to the centre."
    ),
    Status.PAYMENT_ASKED: Words("Mời quý vị nộp phí tại trung tâm.", "Please pay the fee at the centre."),
}
_OURS = {
    Status.REGISTERED: Words(
        "Cán bộ sẽ kiểm tra giấy tờ. Quý vị chưa cần làm gì.",
        "An officer will check the papers. Nothing for you to do.",
    ),
    Status.ACCEPTED: Words("Cán bộ đang giải quyết. Quý vị chưa cần làm gì.", "It is being handled. Nothing to do."),
    Status.IN_PROGRESS: Words("Cán bộ đang giải quyết. Quý vị chưa cần làm gì.", "It is being handled. Nothing to do."),
    Status.WITHDRAWAL_ASKED: Words("Cán bộ sẽ trả lời quý vị.", "An officer will answer you."),
    Status.DONE: Words(
        "Mời quý vị đến nhận kết quả, mang theo biên nhận và thẻ căn cước.",
        "Please collect the result; bring the receipt and your ID card.",
    ),
    Status.REFUSED: Words("Mời quý vị xem lý do bên dưới.", "Please read the reason below."),
    Status.STOPPED: Words("Mời quý vị xem lý do bên dưới.", "Please read the reason below."),
}
