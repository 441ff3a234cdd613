"""How old drafts are and since when nobody has shown them, by a clock that no step moves.

What the wall clock said is believed once: of a draft that was found at the start, and never as less than nothing.
"""

from dataclasses import dataclass

from kiosk.clock import Clock
from kiosk.hub.dossiers.draft import Draft


@dataclass(slots=True)
class _Times:
    made_s: float
    heard_s: float


class DraftAges:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, _Times] = {}

    def heard(self, draft: Draft) -> None:
        """Somebody shows it or has changed it."""
        self._of(draft).heard_s = self._clock.monotonic_s()

    def age_s(self, draft: Draft) -> float:
        return self._clock.monotonic_s() - self._of(draft).made_s

    def silent_s(self, draft: Draft) -> float:
        return self._clock.monotonic_s() - self._of(draft).heard_s

    def forget(self, draft: str) -> None:
        self._known.pop(draft, None)

    def _of(self, draft: Draft) -> _Times:
        known = self._known.get(draft.id)
        if known is None:
            now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
            made_s, heard_s = (now_s - max(now_ms - ms, 0) / 1000 for ms in (draft.made_ms, draft.touched_ms))
            known = self._known.setdefault(draft.id, _Times(made_s, heard_s))
        return known
