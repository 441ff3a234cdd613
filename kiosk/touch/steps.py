"""What every part of the table does to a state: enter a screen, go back, go home, end. Pure."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.touch.events import Effect
from kiosk.touch.state import Now, Screen, Session, State

Step = tuple[State, tuple[Effect, ...]]
Act = Callable[[State, object, Now], Step]
RESTING = frozenset({Screen.STARTING, Screen.HOME, Screen.OUT_OF_SERVICE})


def enter(state: State, screen: Screen, now: Now, **session: object) -> State:
    changed = replace(state.session, **session) if session else state.session  # type: ignore[arg-type]  # names are checked by the tests of the table
    return replace(state, screen=screen, session=changed, entered_ms=now.ms, idle_left_s=None)


def end(state: State, now: Now) -> State:
    """Nothing is left of the person who was here, and the first screen is shown, unless the machine rests."""
    if state.screen not in RESTING:
        state = enter(state, Screen.HOME, now)
    return replace(state, session=Session(state.default_language), touched_ms=now.ms, idle_left_s=None)


def back(to: Screen) -> Act:
    def act(state: State, event: object, now: Now) -> Step:
        return enter(state, to, now), ()

    return act


def home(state: State, event: object, now: Now) -> Step:
    """To the first screen; the person is still here, so language and adjustments stay until they leave."""
    kept = state.session
    state = end(state, now)
    return replace(
        state,
        session=replace(state.session, language=kept.language, high_contrast=kept.high_contrast, lowered=kept.lowered),
    ), ()
