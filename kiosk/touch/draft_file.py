"""The name of the draft that somebody is handing in, where a crash of the touch app finds it; for its owner only.

Only the name: what was written and photographed lies sealed at the hub, which gives it back to who knows the last four
digits. An old file is none: whoever stands here later is somebody else.
"""

import logging
import os
from pathlib import Path

from kiosk.clock import Clock
from kiosk.wire.submission_api import RESUME_MIN

log = logging.getLogger(__name__)
_LONGEST = 200


class DraftFile:
    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock

    def found(self) -> str:
        """The draft of a few minutes ago; "" when there is none. The file goes: one attempt is offered once."""
        try:
            written_ms = self._path.stat().st_mtime * 1000
            draft = self._path.read_text("utf-8", errors="replace").strip()[:_LONGEST]
        except OSError:
            return ""
        self.keep("")
        # A clock that was set back meanwhile costs nobody their draft: the hub counts the minutes too.
        is_fresh = abs(self._clock.now_ms() - written_ms) < RESUME_MIN * 60_000
        return draft if is_fresh else ""

    def keep(self, draft: str) -> None:
        """ "" forgets. A file that cannot be written costs the citizen the way back after a crash, and no more."""
        try:
            if not draft:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(draft)
            now_s = self._clock.now_ms() / 1000
            os.utime(self._path, (now_s, now_s))
        except OSError as error:
            log.warning("The draft's name cannot be kept: %s", error.strerror)
