"""The papers of a dossier: how each one comes, page by page. A part of the table of ``kiosk.touch.flow``. Pure.

1. For every paper the person chooses: photographed or scanned here, sent from the phone, or brought to the counter.
2. A page is kept only after the person has seen it; a device that goes away takes nothing that was kept.
3. A phone that opened the link is let in by the number that it shows and that its owner types here.
4. Pages come upright where their print shows how (``kiosk.papers.upright``); others are turned like the page before.
   What a person turns counts for all pages of the same paper that follow.
"""

from dataclasses import replace
from types import MappingProxyType

from kiosk.touch.dossier import asks
from kiosk.touch.dossier.errand import Sheet, Submission, is_working, paper_state, wanted
from kiosk.touch.dossier.events import (
    Key,
    Of,
    Pick,
    SheetCame,
    SheetFailed,
    SheetReadersChanged,
    ShowDesk,
    TakeSheet,
    TurnSheet,
)
from kiosk.touch.dossier.keys import press
from kiosk.touch.dossier.steps import asks as ask_effects
from kiosk.touch.dossier.steps import await_hub, submission, with_errand
from kiosk.touch.events import Effect, Tap
from kiosk.touch.state import Now, Screen, State
from kiosk.touch.steps import Act, Step, enter
from kiosk.wire.common import Text
from kiosk.wire.submission_api import PHONE_DIGITS, DraftState, SetWay

#: Where the state of the papers is asked again every second.
WATCHED = frozenset({Screen.PAPERS, Screen.PAPER, Screen.PHONE})
_FAILED = {
    "gone": Text(
        vi="Máy vừa mất kết nối với thiết bị. Mời quý vị chọn cách khác, các trang đã giữ không bị mất.",
        en="The device was just disconnected. Please choose another way; pages that were kept are not lost.",
    ),
    "empty": Text(vi="Không có giấy trong máy quét.", en="There is no paper in the scanner."),
    "failed": Text(vi="Chưa lấy được hình. Mời quý vị thử lại.", en="That did not work. Please try again."),
}


def _pick_paper(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Pick)
    errand = submission(state)
    paper = wanted(errand, event.id)
    if event.of is not Of.PAPER or paper is None or paper.show_only:
        return state, ()
    state = with_errand(state, errand, paper=event.id, reviewing=False, wrong=None)
    return enter(state, Screen.PAPER, now), ()


def _pick_way(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Pick)
    errand = submission(state)
    if event.of is not Of.WAY or errand.draft is None:
        return state, ()
    if event.id == "phone":
        # A phone that was let in sends more papers by the same link.
        is_joined = errand.draft.phone_seen and now.ms < errand.draft.phone_until_ms
        return (enter(state, Screen.PHONE, now), ()) if is_joined else _new_link(state, event, now)
    if event.id == "counter":
        ask = asks.set_way(errand.id, errand.draft_id, errand.paper, SetWay(way="counter"))
        return _leave_paper(state, now), ask_effects(ask)
    source = "camera" if event.id == "camera" and state.takes_sheets else "scanner" if state.scans_sheets else None
    if source is None or source != event.id:
        return state, ()
    state = with_errand(
        state, errand, source=source, sheet=None, more_sheets=(), taking=False, kept=0, turns=0, by_hand=False
    )
    state = with_errand(state, submission(state), wrong=None)
    return enter(state, Screen.SHEET, now), ()


def _leave_paper(state: State, now: Now) -> State:
    screen = Screen.REVIEW if submission(state).reviewing else Screen.PAPERS
    state = with_errand(state, submission(state), sheet=None, more_sheets=(), taking=False, wrong=None)
    return enter(state, screen, now)


def _clear(state: State, event: object, now: Now) -> Step:
    errand = submission(state)
    left = {key: picture for key, picture in errand.thumbnails.items() if key[0] != errand.paper}
    ask = asks.clear(errand.id, errand.draft_id, errand.paper)
    return with_errand(state, errand, thumbnails=left, wrong=None), ask_effects(ask)


def _back_to_papers(state: State, event: object, now: Now) -> Step:
    return _leave_paper(state, now), ()


# The citizen's phone


def _new_link(state: State, event: object, now: Now) -> Step:
    """For another phone; the link before is over."""
    errand = submission(state)
    return await_hub(state, asks.phone(errand.id, errand.draft_id), now, typed="")


def _phone_number(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Key)
    errand = submission(state)
    typed = press("digits", errand.typed, event.key, False, PHONE_DIGITS)
    state = with_errand(state, errand, typed=typed, wrong=None)
    if len(typed) < PHONE_DIGITS:
        return state, ()
    return await_hub(state, asks.admit(errand.id, errand.draft_id, typed), now, typed="")


# Pages


def _shoot(state: State, event: object, now: Now) -> Step:
    errand = submission(state)
    if errand.taking or errand.sheet is not None:
        return state, ()
    return with_errand(state, errand, taking=True, wrong=None), (TakeSheet(errand.source),)


def _keep(state: State, event: object, now: Now) -> Step:
    errand = submission(state)
    if errand.sheet is None:
        return state, ()
    sheet = errand.sheet
    whose = errand.id, errand.draft_id
    ask = asks.add_page(whose, errand.paper, now.fresh_id, sheet.source, sheet.picture)
    state, turn = _next_sheet(with_errand(state, errand, kept=errand.kept + 1))
    return replace(state, entered_ms=now.ms), (*ask_effects(ask), *turn)


def _retake(state: State, event: object, now: Now) -> Step:
    state, turn = _next_sheet(state)
    return replace(state, entered_ms=now.ms), turn


def _next_sheet(state: State) -> tuple[State, tuple[Effect, ...]]:
    """What else one go of the scanner brought."""
    errand = submission(state)
    if not errand.more_sheets:
        return with_errand(state, errand, sheet=None), ()
    following, *rest = errand.more_sheets
    return _look_at(with_errand(state, errand, more_sheets=tuple(rest)), following)


def _look_at(state: State, sheet: Sheet) -> tuple[State, tuple[Effect, ...]]:
    """The page is shown; one that still lies wrong is turned first."""
    errand = submission(state)
    is_known = sheet.turned is not None and not errand.by_hand
    missing = 0 if is_known else (errand.turns - (sheet.turned or 0)) % 4
    if missing == 0:
        turns = errand.turns if sheet.turned is None else sheet.turned
        return with_errand(state, errand, sheet=sheet, taking=False, turns=turns, wrong=None), ()
    state = with_errand(state, errand, sheet=None, taking=True)
    return state, (TurnSheet(sheet.source, sheet.picture, sheet.is_cut, missing, errand.turns),)


def _turn(state: State, event: object, now: Now) -> Step:
    errand = submission(state)
    if errand.sheet is None or errand.taking:
        return state, ()
    sheet, turns = errand.sheet, (errand.turns + 1) % 4
    state = with_errand(state, errand, sheet=None, taking=True, turns=turns, by_hand=True)
    return state, (TurnSheet(sheet.source, sheet.picture, sheet.is_cut, 1, turns),)


def _sheet_back(state: State, event: object, now: Now) -> Step:
    """From a picture back to the desk; from there to the ways."""
    if submission(state).sheet is not None:
        return _retake(state, event, now)
    return enter(with_errand(state, submission(state), more_sheets=(), taking=False), Screen.PAPER, now), ()


def _sheet_done(state: State, event: object, now: Now) -> Step:
    if submission(state).sheet is not None or submission(state).taking:
        return state, ()
    return _leave_paper(state, now), ()


# The machine


def sheet_came(state: State, event: object, now: Now) -> Step:
    """A page that nobody waits for any more is dropped."""
    assert isinstance(event, SheetCame)
    errand = submission(state)
    if state.screen is not Screen.SHEET or event.source != errand.source:
        return state, ()
    sheet = Sheet(event.source, event.picture, event.is_cut, event.turned)
    if errand.sheet is not None:
        return with_errand(state, errand, more_sheets=(*errand.more_sheets, sheet)), ()
    if not errand.taking:
        return state, ()
    state, turn = _look_at(state, sheet)
    return replace(state, touched_ms=now.ms, entered_ms=now.ms), turn


def sheet_failed(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, SheetFailed)
    errand = submission(state)
    if state.screen is not Screen.SHEET or not errand.taking:
        return state, ()
    return with_errand(state, errand, taking=False, wrong=_FAILED[event.why]), ()


def readers_changed(state: State, event: object, now: Now) -> Step:
    """A device that goes while somebody uses it is told at once, and the other ways are offered."""
    assert isinstance(event, SheetReadersChanged)
    state = replace(state, takes_sheets=event.camera, scans_sheets=event.scanner)
    errand = submission(state)
    works = event.camera if errand.source == "camera" else event.scanner
    if state.screen is not Screen.SHEET or works or errand.sheet is not None:
        return state, ()
    state = with_errand(state, errand, taking=False, more_sheets=(), wrong=_FAILED["gone"])
    return enter(state, Screen.PAPER, now), ()


def draft_came(state: State, draft: DraftState, now: Now) -> Step:
    """The newest word of the hub on the papers; a picture of the last page of each is fetched once."""
    if state.screen is Screen.PHONE and draft.phone_waits:
        state = enter(with_errand(state, submission(state), typed="", wrong=None), Screen.PHONE_CHECK, now)
    errand = replace(submission(state), draft=draft)
    new = [
        (each.paper, each.pages)
        for each in draft.papers
        if each.state == "ready"
        and each.pages
        and each.way != "counter"
        and (each.paper, each.pages) not in errand.thumbnails
    ]
    # An empty picture stands for one that is on its way.
    errand = replace(errand, thumbnails={**errand.thumbnails, **dict.fromkeys(new, b"")})
    state = replace(state, session=replace(state.session, errand=errand))
    return state, ask_effects(*(asks.thumbnail(errand.id, errand.draft_id, *each) for each in new))


def thumbnail_came(state: State, ask: asks.Ask, picture: bytes) -> State:
    errand = submission(state)
    return with_errand(state, errand, thumbnails={**errand.thumbnails, (ask.paper, ask.page): picture})


def watch(state: State, now: Now) -> tuple[Effect, ...]:
    """Once a second, where pages are worked on or a phone may send some. A phone at work is a sign of its owner."""
    errand = submission(state)
    if state.screen not in WATCHED or not errand.draft_id:
        return ()
    if state.screen is not Screen.PHONE and not is_working(errand):
        return ()
    return ask_effects(asks.state(errand.id, errand.draft_id))


def desk(before: State, after: State) -> tuple[Effect, ...]:
    """The document camera shows itself only while somebody is about to use it."""
    was, now = _looks(before), _looks(after)
    return () if was is now else (ShowDesk(now),)


def _looks(state: State) -> bool:
    errand = submission(state)
    return state.screen is Screen.SHEET and errand.source == "camera" and errand.sheet is None


def pages_of(errand: Submission, paper: str) -> int:
    known = paper_state(errand, paper)
    return known.pages if known else 0


PERSON: MappingProxyType[tuple[Screen, object], Act] = MappingProxyType(
    {
        (Screen.PAPERS, Pick): _pick_paper,
        (Screen.PAPER, Pick): _pick_way,
        (Screen.PAPER, Tap.CLEAR): _clear,
        (Screen.PAPER, Tap.BACK): _back_to_papers,
        (Screen.SHEET, Tap.SHOOT): _shoot,
        (Screen.SHEET, Tap.KEEP): _keep,
        (Screen.SHEET, Tap.RETAKE): _retake,
        (Screen.SHEET, Tap.TURN): _turn,
        (Screen.SHEET, Tap.NEXT): _sheet_done,
        (Screen.SHEET, Tap.BACK): _sheet_back,
        (Screen.PHONE, Tap.NEXT): _back_to_papers,
        (Screen.PHONE, Tap.BACK): _back_to_papers,
        (Screen.PHONE, Tap.CANCEL): _new_link,
        (Screen.PHONE_CHECK, Key): _phone_number,
        (Screen.PHONE_CHECK, Tap.CANCEL): _new_link,
        (Screen.PHONE_CHECK, Tap.BACK): _back_to_papers,
    }
)
