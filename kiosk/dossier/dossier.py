"""A dossier from submission to result: who may do what when, and what it does to the due date.

1. Every act makes a new value with the next revision and one line of history; nothing is ever taken out of the history.
2. An officer acts on the revision that was on the screen: if somebody was faster, the second one is told and nothing
   changes.
3. Supplements are asked for once, with all reasons (Nghị định 118/2025/NĐ-CP); a second request is possible, but the
   dossier then counts as late in the national score (Quyết định 766/QĐ-TTg), and the officer is told so beforehand.
4. An apology with a new date comes before the old one has passed, and only once (Mẫu 04).
5. The clock stands while papers or a payment are awaited; the due date moves by the working days that this took.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.dossier.deadline import Due, Pause, TimeLimit, WorkCalendar, due, moved
from kiosk.dossier.status import CLOCK_STANDS, ENDED, Status, may_follow, reachable
from kiosk.words import Words

MAX_REASON = 2_000  #: letters


class Act(StrEnum):
    ACCEPT = "accept"
    ASK_SUPPLEMENT = "ask_supplement"
    REFUSE = "refuse"
    START = "start"
    ASK_PAYMENT = "ask_payment"
    TAKE_BACK_UP = "take_back_up"  #: papers brought, payment made, withdrawal not granted
    ASK_WITHDRAWAL = "ask_withdrawal"
    STOP = "stop"
    FINISH = "finish"
    HAND_OVER = "hand_over"


#: What an act makes of a dossier. What stands in ``NEXT`` of the status decides whether it may.
_MAKES: Mapping[Act, Status] = {
    Act.ACCEPT: Status.ACCEPTED,
    Act.ASK_SUPPLEMENT: Status.SUPPLEMENT_ASKED,
    Act.REFUSE: Status.REFUSED,
    Act.START: Status.IN_PROGRESS,
    Act.ASK_PAYMENT: Status.PAYMENT_ASKED,
    Act.ASK_WITHDRAWAL: Status.WITHDRAWAL_ASKED,
    Act.STOP: Status.STOPPED,
    Act.FINISH: Status.DONE,
    Act.HAND_OVER: Status.HANDED_OVER,
}
TAKES_FEE = frozenset({Act.ACCEPT, Act.ASK_PAYMENT})
#: Acts that go to the citizen in writing and need all their reasons.
_NEEDS_REASON = frozenset({Act.ASK_SUPPLEMENT, Act.REFUSE, Act.ASK_PAYMENT, Act.STOP})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history. ``by``: "citizen", "system" or the officer's name."""

    at_ms: int
    by: str
    status: Status
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """What the citizen was asked to pay, in đồng, with ``Act.ACCEPT`` or ``Act.ASK_PAYMENT``."""

    at_ms: int
    act: Act
    vnd: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """``limit``: of its procedure. ``accepted_ms``: when all papers were there; the law's time runs from then."""

    code: str
    procedure: str
    received_at: str  #: the centre that took it in
    handled_by: str  #: the ward it is for; any centre receives for any ward
    limit: TimeLimit | None
    status: Status = Status.REGISTERED
    submitted_ms: int = 0
    accepted_ms: int | None = None
    due_ms: int | None = None
    why_due: tuple[Words, ...] = ()
    paused_ms: int | None = None  #: since when the clock stands
    pauses: tuple[Pause, ...] = ()
    supplements: int = 0
    apology: str = ""  #: the reasons for putting it off, as the citizen reads them; it was put off once then
    promised_ms: int | None = None  #: the due date before that
    ended_ms: int | None = None
    revision: int = 1
    history: tuple[Line, ...] = field(default=())
    fees: tuple[Fee, ...] = ()


class Why(StrEnum):
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOT_NOW = "not_now"
    REASON_MISSING = "reason_missing"
    REASON_TOO_LONG = "reason_too_long"
    ALREADY_EXTENDED = "already_extended"
    TOO_LATE = "too_late"
    NOT_LATER = "not_later"


@dataclass(frozen=True, slots=True)
class NotAllowed:
    why: Why
    words: Words


def submitted(dossier: Dossier, now_ms: int, by: str = "citizen") -> Dossier:
    """The dossier as it stands after the citizen sent it."""
    return replace(dossier, submitted_ms=now_ms, history=(Line(now_ms, by, Status.REGISTERED),))


def allowed(dossier: Dossier) -> tuple[Act, ...]:
    """What an officer can do with it now, in the order of ``Act``."""
    return tuple(act for act in Act if _target(dossier, act) is not None)


@dataclass(frozen=True, slots=True)
class Deed:
    """What an officer does. ``seen``: the revision on the screen; ``note``: the reasons, as the citizen reads them.

    ``fee_vnd``: what the citizen pays, where the act is one of ``TAKES_FEE``.
    """

    act: Act
    seen: int
    by: str
    at_ms: int
    note: str = ""
    fee_vnd: int = 0


def carry_out(dossier: Dossier, deed: Deed, calendar: WorkCalendar) -> Dossier | NotAllowed:
    """The dossier after ``deed``, with its due date moved if the clock stood."""
    if refused := _refused(dossier, deed):
        return refused
    target = _target(dossier, deed.act)
    assert target is not None  # _refused has seen to it
    if deed.act in TAKES_FEE and deed.fee_vnd:
        dossier = replace(dossier, fees=(*dossier.fees, Fee(deed.at_ms, deed.act, deed.fee_vnd)))
    return _arrived(dossier, target, Line(deed.at_ms, deed.by, target, deed.note.strip()), calendar)


def follow(
    dossier: Dossier, status: Status, at_ms: int, by: str, note: str, calendar: WorkCalendar
) -> Dossier | NotAllowed:
    """What another system did with it: the dossier at ``status``, or as it is when it is there already.

    Steps between may have been taken there unsaid; where no steps lead to ``status``, it is not followed.
    """
    if status is dossier.status:
        return dossier
    if status not in reachable(dossier.status):
        return NOT_NOW
    return _arrived(dossier, status, Line(max(at_ms, dossier.history[-1].at_ms), by, status, note), calendar)


def apologise(dossier: Dossier, new_due: Due, seen: int, now_ms: int, by: str, note: str) -> Dossier | NotAllowed:
    """Put the due date off with an apology, once and before it has passed."""
    note = note.strip()
    if seen != dossier.revision:
        return CHANGED_MEANWHILE
    if dossier.due_ms is None or dossier.status in ENDED or dossier.status is Status.DONE:
        return NOT_NOW
    if dossier.apology:
        return NotAllowed(Why.ALREADY_EXTENDED, _EXTENDED)
    if now_ms > dossier.due_ms:
        return NotAllowed(Why.TOO_LATE, _PAST)
    if new_due.at_ms <= dossier.due_ms:
        return NotAllowed(Why.NOT_LATER, _EARLIER)
    if not note:
        return NotAllowed(Why.REASON_MISSING, _REASON)
    if len(note) > MAX_REASON:
        return NotAllowed(Why.REASON_TOO_LONG, _LONG)
    line = Line(now_ms, by, dossier.status, note)
    return replace(
        dossier,
        due_ms=new_due.at_ms,
        why_due=(*dossier.why_due, *new_due.why),
        apology=note,
        promised_ms=dossier.due_ms,
        revision=dossier.revision + 1,
        history=(*dossier.history, line),
    )


def late(dossier: Dossier, now_ms: int) -> bool:
    """As the national score counts: finished, or still open, after the due date; or asked for supplements twice."""
    if dossier.supplements >= 2:
        return True
    if dossier.due_ms is None or dossier.status is Status.REFUSED:
        return False
    reference = dossier.ended_ms if dossier.ended_ms is not None else dossier.paused_ms or now_ms
    return reference > dossier.due_ms


def _arrived(dossier: Dossier, target: Status, line: Line, calendar: WorkCalendar) -> Dossier:
    ends = target is Status.DONE or (target in ENDED and dossier.ended_ms is None)
    changed = replace(
        dossier,
        status=target,
        supplements=dossier.supplements + (target is Status.SUPPLEMENT_ASKED),
        revision=dossier.revision + 1,
        ended_ms=line.at_ms if ends else dossier.ended_ms,
        history=(*dossier.history, line),
    )
    return _with_due(_with_clock(changed, dossier.status, line.at_ms), len(dossier.pauses), line.at_ms, calendar)


def _target(dossier: Dossier, act: Act) -> Status | None:
    """The status that ``act`` would give; None when it may not be done now."""
    if act is Act.TAKE_BACK_UP:
        if dossier.status not in CLOCK_STANDS | {Status.WITHDRAWAL_ASKED}:
            return None
        was_accepted = dossier.accepted_ms is not None
        back = Status.IN_PROGRESS if was_accepted or dossier.status is not Status.SUPPLEMENT_ASKED else Status.ACCEPTED
        return back if may_follow(dossier.status, back) else None
    if dossier.status in CLOCK_STANDS | {Status.WITHDRAWAL_ASKED} and act in (Act.START, Act.ACCEPT):
        return None  # TAKE_BACK_UP says which
    target = _MAKES[act]
    return target if may_follow(dossier.status, target) else None


def _refused(dossier: Dossier, deed: Deed) -> NotAllowed | None:
    if deed.seen != dossier.revision:
        return CHANGED_MEANWHILE
    if _target(dossier, deed.act) is None:
        return NOT_NOW
    if deed.act in _NEEDS_REASON and not deed.note.strip():
        return NotAllowed(Why.REASON_MISSING, _REASON)
    if len(deed.note) > MAX_REASON:
        return NotAllowed(Why.REASON_TOO_LONG, _LONG)
    return None


def _with_clock(changed: Dossier, before: Status, now_ms: int) -> Dossier:
    """Start or end a pause; one that began before acceptance costs the agency nothing."""
    if changed.status in CLOCK_STANDS and before not in CLOCK_STANDS:
        return replace(changed, paused_ms=now_ms)
    if changed.status in CLOCK_STANDS or changed.paused_ms is None:
        return changed
    if changed.accepted_ms is None:
        return replace(changed, paused_ms=None)
    return replace(changed, paused_ms=None, pauses=(*changed.pauses, Pause(changed.paused_ms, now_ms)))


def _with_due(changed: Dossier, pauses_before: int, now_ms: int, calendar: WorkCalendar) -> Dossier:
    if changed.accepted_ms is None and changed.status in (Status.ACCEPTED, Status.IN_PROGRESS):
        changed = replace(changed, accepted_ms=now_ms)
    if changed.apology and changed.due_ms is not None:
        stood = changed.pauses[pauses_before:]
        return replace(changed, due_ms=moved(changed.due_ms, stood[0], calendar)) if stood else changed
    if changed.accepted_ms is None or changed.limit is None:
        return changed
    until = due(changed.accepted_ms, changed.limit, calendar, changed.pauses)
    return replace(changed, due_ms=until.at_ms, why_due=until.why)


CHANGED_MEANWHILE = NotAllowed(
    Why.CHANGED_MEANWHILE,
    Words("Người khác vừa cập nhật hồ sơ này, mời xem lại.", "Somebody has just changed this dossier; look again."),
)
NOT_NOW = NotAllowed(
    Why.NOT_NOW, Words("Hồ sơ đang ở bước khác, chưa làm được việc này.", "The dossier is at another step; not now.")
)
_REASON = Words("Cần ghi rõ lý do để gửi công dân.", "Give the reasons that the citizen will read.")
_LONG = Words("Lý do quá dài.", "The reason is too long.")
_EXTENDED = Words("Hồ sơ đã được gia hạn một lần.", "It has been put off once already.")
_PAST = Words("Đã quá ngày hẹn, không thể xin lỗi trước hạn.", "The due date has passed.")
_EARLIER = Words("Ngày hẹn mới phải sau ngày hẹn cũ.", "The new date must be after the old one.")
