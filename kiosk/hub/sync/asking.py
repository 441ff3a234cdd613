"""Questions to central that somebody waits for: look-ups, results. Implements ``dossiers.ports.City``.

Some lines are kept open, because a new one for each question would cost a handshake; who finds none free opens one.
"""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk.clock import Clock
from kiosk.config.hub import CityAccess
from kiosk.hub.dossiers.ports import CentralSays
from kiosk.hub.sync.door import CityDoor
from kiosk.hub.sync.line import Answer
from kiosk.wire.common import ErrorReply

Reply = TypeVar("Reply", bound=msgspec.Struct)
PATIENCE_S = 6.0
_KEPT = 4
_MOST_BYTES = 1 << 20  #: the work list of a centre with a thousand open dossiers is a third of it


class CityAsking:
    """From any thread. ``access``: as it is configured now."""

    def __init__(self, folder: Path, access: Callable[[], CityAccess], clock: Clock) -> None:
        self._folder, self._access, self._clock = folder, access, clock
        self._free: queue.LifoQueue[CityDoor] = queue.LifoQueue(_KEPT)

    def ask(self, target: str, message: msgspec.Struct, reply: type[Reply]) -> Reply:
        with self._door() as door:
            line, enrolment = door.line()
            answer = line.post_signed(target, msgspec.json.encode(message), enrolment, most=_MOST_BYTES)
        return _decoded(answer, reply)

    def put(self, target: str, content: bytes, reply: type[Reply]) -> Reply:
        """On a line of its own, which may take longer."""
        door = CityDoor(self._folder, self._access(), self._clock)
        try:
            line, enrolment = door.line()
            return _decoded(line.post_signed(target, content, enrolment), reply)
        finally:
            door.close()

    def file(self, target: str, message: msgspec.Struct) -> Iterator[bytes]:
        door = CityDoor(self._folder, self._access(), self._clock)
        try:
            line, enrolment = door.line()
            answer = line.fetch(target, msgspec.json.encode(message), enrolment)
            if isinstance(answer, Answer):
                raise says(answer)
        except BaseException:
            door.close()
            raise
        return _until_end(answer, door)

    def close(self) -> None:
        while not self._free.empty():
            self._free.get_nowait().close()

    @contextmanager
    def _door(self) -> Iterator[CityDoor]:
        try:
            door = self._free.get_nowait()
        except queue.Empty:
            door = CityDoor(self._folder, self._access(), self._clock, PATIENCE_S)
        try:
            yield door
        finally:
            try:
                self._free.put_nowait(door)
            except queue.Full:
                door.close()


def says(answer: Answer) -> CentralSays:
    """Central's word; nothing of an answer in another shape is believed."""
    try:
        reply = msgspec.json.decode(answer.payload, type=ErrorReply)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return CentralSays(answer.status, "")
    return CentralSays(answer.status, reply.error[:40], reply.message)


def _decoded(answer: Answer, reply: type[Reply]) -> Reply:
    if answer.status != 200:
        raise says(answer)
    return answer.decoded(reply)


def _until_end(pieces: Iterator[bytes], door: CityDoor) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        door.close()
