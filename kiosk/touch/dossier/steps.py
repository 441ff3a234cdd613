"""What both tables of this package do: change the errand, ask the hub and wait, go back to where it was asked. Pure."""

from dataclasses import replace
from typing import Any, TypeVar

from kiosk.touch.dossier.asks import Ask, What
from kiosk.touch.dossier.errand import Enquiry, Errand, Submission
from kiosk.touch.events import AskHub, Effect, HubAway, HubDenied
from kiosk.touch.state import Now, Screen, State
from kiosk.touch.steps import Step, enter

E = TypeVar("E", bound=Errand)


def submission(state: State) -> Submission:
    """Of the person who hands in a dossier; an empty one where nobody does, so that nothing happens to it."""
    errand = state.session.errand
    return errand if isinstance(errand, Submission) else Submission("")


def enquiry(state: State) -> Enquiry:
    errand = state.session.errand
    return errand if isinstance(errand, Enquiry) else Enquiry("")


def with_errand(state: State, errand: E, **changes: Any) -> State:
    return replace(state, session=replace(state.session, errand=replace(errand, **changes)))


def await_hub(state: State, ask: Ask, now: Now, **changes: Any) -> Step:
    """The whole screen waits for this answer."""
    errand = state.session.errand
    if errand is None:
        return state, ()
    state = with_errand(state, errand, pending=ask, before=state.screen.value, **changes)
    return enter(state, Screen.ASKING, now), (AskHub(ask),)


def is_ours(state: State, ask: Ask) -> bool:
    """The answer belongs to what this person came for."""
    return state.session.errand is not None and state.session.errand.id == ask.errand


def is_awaited(state: State, ask: Ask) -> bool:
    errand = state.session.errand
    return errand is not None and errand.pending == ask and state.screen in (Screen.ASKING, Screen.AWAY)


def answered(state: State, screen: Screen, now: Now, **changes: Any) -> State:
    """The wait is over; a person who waited is still there."""
    errand = state.session.errand
    if errand is None:
        return state
    state = with_errand(state, errand, pending=None, **changes)
    return replace(enter(state, screen, now), touched_ms=now.ms)


def hub_away(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, HubAway)
    if not is_awaited(state, event.ask) or state.screen is Screen.AWAY:
        return state, ()
    return replace(enter(state, Screen.AWAY, now), touched_ms=now.ms), ()


def hub_denied(state: State, event: object, now: Now) -> Step:
    """A refusal in the agreed shape: its sentence is for the person."""
    assert isinstance(event, HubDenied)
    errand = state.session.errand
    if errand is None or not is_ours(state, event.ask):
        return state, ()
    if is_awaited(state, event.ask):
        # A wrong number is typed again at once.
        screen = Screen.PHONE_CHECK if event.ask.what is What.ADMIT else Screen.DENIED
        return answered(state, screen, now, wrong=event.message), ()
    return with_errand(state, errand, wrong=event.message), ()


def ask_again(state: State, event: object, now: Now) -> Step:
    """Of an ask that is tried once; a patient one is being repeated anyway."""
    errand = state.session.errand
    if errand is None or errand.pending is None or errand.pending.patient:
        return state, ()
    return enter(state, Screen.ASKING, now), (AskHub(errand.pending),)


def back_from_denied(state: State, event: object, now: Now) -> Step:
    errand = state.session.errand
    if errand is None or not errand.before:
        return state, ()
    return enter(with_errand(state, errand, pending=None), Screen(errand.before), now), ()


def asks(*each: Ask) -> tuple[Effect, ...]:
    return tuple(AskHub(ask) for ask in each)
