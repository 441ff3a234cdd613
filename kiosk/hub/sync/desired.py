"""The thread that asks central what this centre should be like: one long poll after the other, nothing else at rest.

What comes is handed on and not looked at here. A line that is cut is tried again within ``_LONGEST_S``, so that a
centre that comes back is up to date within ten seconds; a central that asks to be left alone is. What is refused, a
command too, is asked for again ever more seldom.
"""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.config.signed import MAX_DOCUMENT, Refused
from kiosk.errors import CentralUnreachable
from kiosk.hub.sync.access import Access
from kiosk.hub.sync.enrolment import Enrolment
from kiosk.hub.sync.line import CentralLine
from kiosk.hub.sync.pace import Pace
from kiosk.wire.fleet_api import WAIT_S, Desired

log = logging.getLogger(__name__)

DESIRED = "/v1/desired"
_LONGEST_S = 8.0
_PACE = Pace(first_s=0.5, longest_s=_LONGEST_S)
_NOT_TAKEN_S = 60.0  #: what was refused is as good a minute later
_ANSWER_S = WAIT_S + 10.0
MOST_BYTES = 2 * MAX_DOCUMENT  #: base64, and some commands
_HANDED_S = 120.0
_STOP_S = 2.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """Who takes what comes. ``mark``: the version and the command that need not be sent again.

    ``take_document`` calls its second argument, from any thread, when it is done, with why it was refused, if so.
    """

    mark: Callable[[], tuple[int, int]]
    take_document: Callable[[bytes, Callable[[Refused | None], None]], None]
    take_command: Callable[[bytes], None]


class Poller:
    def __init__(self, access: Access, wishes: Wishes, pace: Pace = _PACE) -> None:
        self._access, self._wishes, self._pace = access, wishes, pace
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="desired", daemon=True)
        self._failures = 0
        self._asked = self._asked_before = (-1, -1)  #: the marks of this poll and of the last that brought commands
        self._in_vain = 0  #: polls in a row that brought the same commands again

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A poll that waits at central is left behind: the thread ends with the program."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                pause_s = self._round()
            except CentralUnreachable as error:
                self._failures += 1
                pause_s = self._pace.pause_s(self._failures, random.random())
                log.debug("What the city wants cannot be asked: %s", error)
            except Exception:
                log.exception("Asking what the city wants failed; it goes on after a pause")
                pause_s = _NOT_TAKEN_S
            self._stop.wait(pause_s)
        self._access.close()

    def _round(self) -> float:
        """How long to wait before the next one."""
        way = self._access.look()
        if way is None:
            return self._pace.look_s
        self._asked = version, command = self._wishes.mark()
        headers = {"If-None-Match": f'"{version}.{command}"', "Prefer": f"wait={WAIT_S}"}
        return self._ask(*way, headers)

    def _ask(self, line: CentralLine, enrolment: Enrolment, headers: dict[str, str]) -> float:
        answer = line.get_signed(DESIRED, enrolment, headers, most_bytes=MOST_BYTES, within_s=_ANSWER_S)
        if answer.status in (429, 503):
            self._failures += 1
            return self._pace.obeyed_s(answer.asked_pause_s or 1.0, self._failures, random.random())
        if answer.status not in (200, 304):
            # An older central, or one that does not let this hub in; the courier says so.
            return _NOT_TAKEN_S * (0.5 + random.random())
        self._failures = 0
        return 0.0 if answer.status == 304 else self._hand_on(answer.decoded(Desired))

    def _hand_on(self, desired: Desired) -> float:
        for command in desired.commands:
            self._wishes.take_command(command)
        if desired.document is None:
            return self._wait_for_commands()
        done, found = threading.Event(), list[Refused | None]()

        def answer(refused: Refused | None) -> None:
            found.append(refused)
            done.set()

        self._wishes.take_document(desired.document, answer)
        done.wait(_HANDED_S)
        return _NOT_TAKEN_S if not found or found[0] is not None else 0.0

    def _wait_for_commands(self) -> float:
        """They are looked at in another thread, and asked for once more if that takes long, or if one is refused."""
        self._in_vain = self._in_vain + 1 if self._asked == self._asked_before else 0
        self._asked_before = self._asked
        return self._pace.pause_s(self._in_vain, 0.5 + random.random() / 2) if self._in_vain else self._pace.gather_s
