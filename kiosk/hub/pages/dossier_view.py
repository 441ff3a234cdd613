"""What the page of a dossier shows, in the words of staff. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.dossier.form import FormField
from kiosk.dossier.status import CLOCK_STANDS, OFFICIAL_NAMES, PLAIN_WORDS, Status
from kiosk.hub.desk.desk import next_act, times_asked
from kiosk.hub.desk.printed import printable
from kiosk.hub.desk.reasons import Reasons, about_papers
from kiosk.web.i18n import Words
from kiosk.wire.dossier_api import ActName, DossierReply, HistoryLine, PaperInfo

NEEDS_REASON = frozenset({"ask_supplement", "refuse", "ask_payment", "stop", "apologise"})
TONES: Mapping[Status, str] = {
    Status.REGISTERED: "brand",
    Status.ACCEPTED: "good",
    Status.REFUSED: "bad",
    Status.IN_PROGRESS: "good",
    Status.SUPPLEMENT_ASKED: "warn",
    Status.PAYMENT_ASKED: "warn",
    Status.WITHDRAWAL_ASKED: "warn",
    Status.STOPPED: "bad",
    Status.DONE: "good",
    Status.HANDED_OVER: "",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What an officer had filled in when something was wrong, so that it is not typed twice."""

    act: str = ""
    chosen: tuple[str, ...] = ()
    note: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ActView:
    """``suggested``: reasons to tick; ``ticked``: those that the papers already say."""

    act: str
    needs_reason: bool
    suggested: tuple[str, ...] = ()
    ticked: frozenset[str] = frozenset()
    note: str = ""
    warns: bool = False  #: a second request for supplements
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class DossierView:
    reply: DossierReply
    next_act: ActView | None
    others: tuple[ActView, ...]
    answers: tuple[tuple[str, str], ...]
    components: tuple[PaperInfo, ...]
    results: tuple[PaperInfo, ...]
    forms: tuple[str, ...]  #: numbers of what can be printed
    stands: bool  #: the clock of the law
    history: tuple[tuple[HistoryLine, bool], ...]  #: newest first; whether it was put off then
    typed: Typed = field(default_factory=Typed)


def dossier_view(
    reply: DossierReply, fields: tuple[FormField, ...], reasons: Reasons, typed: Typed, t: Words
) -> DossierView:
    first = next_act(reply)
    acts: list[ActName | str] = [act for act in reply.acts if act != first]
    if _can_apologise(reply):
        acts.append("apologise")
    views = {act: _act_view(act, reply, reasons, typed) for act in (*acts, *([first] if first else ()))}
    return DossierView(
        reply=reply,
        next_act=views[first] if first else None,
        others=tuple(views[act] for act in acts),
        answers=_answers(reply.answers, fields, t),
        components=tuple(paper for paper in reply.papers if paper.kind == "component"),
        results=tuple(paper for paper in reply.papers if paper.kind == "result"),
        forms=printable(reply),
        stands=Status(reply.status.status) in CLOCK_STANDS,
        history=_history(reply.status.history),
        typed=typed,
    )


def _history(lines: Sequence[HistoryLine]) -> tuple[tuple[HistoryLine, bool], ...]:
    """Putting off is the only line that leaves the status as it was."""
    before = [0, *(line.status for line in lines)]
    return tuple(reversed([(line, line.status == was) for line, was in zip(lines, before, strict=False)]))


def status_name(status: int, t: Words) -> str:
    """The national name of a status; in English what it means."""
    known = Status(status)
    return OFFICIAL_NAMES[known] if t.language == "vi" else PLAIN_WORDS[known].en


def status_tone(status: int) -> str:
    """Of its badge."""
    return TONES[Status(status)]


def _can_apologise(reply: DossierReply) -> bool:
    status = reply.status
    return status.due_ms is not None and status.apology is None and bool(reply.acts) and "hand_over" not in reply.acts


def _act_view(act: str, reply: DossierReply, reasons: Reasons, typed: Typed) -> ActView:
    found = about_papers(reply.papers) if act in ("ask_supplement", "refuse") else ()
    mine = typed.act == act
    return ActView(
        act=act,
        needs_reason=act in NEEDS_REASON,
        suggested=(*found, *reasons.of(act)),
        ticked=frozenset(typed.chosen if mine else found if act == "ask_supplement" else ()),
        note=typed.note if mine else "",
        warns=act == "ask_supplement" and times_asked(reply) > 0,
        is_open=mine,
    )


def _answers(answers: Mapping[str, str], fields: tuple[FormField, ...], t: Words) -> tuple[tuple[str, str], ...]:
    """In the order of the form; a field that it no longer has stands last under its id."""
    known = {each.id: each for each in fields}
    ordered = [*(name for name in known if answers.get(name)), *(name for name in answers if name not in known)]
    return tuple((_label(known.get(name), name, t), _said(known.get(name), answers[name], t)) for name in ordered)


def _label(asked: FormField | None, name: str, t: Words) -> str:
    if asked is None:
        return name
    return asked.vi if t.language == "vi" else asked.en


def _said(asked: FormField | None, answer: str, t: Words) -> str:
    for choice in asked.choices if asked else ():
        if choice.id == answer:
            return choice.vi if t.language == "vi" else choice.en
    return day_said(answer) if asked is not None and asked.kind == "date" else answer


def day_said(stored: str) -> str:
    """1990-09-05 as 05/09/1990; of somebody whose day is not known, what there is."""
    return "/".join(reversed(stored.split("-")))
