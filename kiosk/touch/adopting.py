"""Settings that arrived wait for the moment when nobody is in the middle of something. Pure, like the table."""

from dataclasses import dataclass, replace

from kiosk.touch.events import Language
from kiosk.touch.flow import Session, State, in_session


@dataclass(frozen=True, slots=True)
class Offer:
    """What the table itself goes by, of settings that may be used from now on. The newest offer counts."""

    language: Language
    warn_after_s: int
    reset_after_s: int


def adopted(state: State, offer: Offer) -> State | None:
    """The state with what was offered; None while somebody is there."""
    if in_session(state):
        return None
    timing = replace(state.timing, warn_after_s=offer.warn_after_s, reset_after_s=offer.reset_after_s)
    return replace(state, timing=timing, default_language=offer.language, session=Session(offer.language))
