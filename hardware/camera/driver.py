"""The driver of a camera: grabs all the time, decodes only while somebody is to be read, keeps the newest frame only.

1. The capture thread never waits for the decoder: a frame that was not taken in time is replaced by the next.
2. While nobody looks, a few frames a second are grabbed and dropped undecoded: enough to notice an unplugged camera.
   The frames that waited meanwhile are dropped when a look begins, so that a stale one is never the first to be seen.
3. When the look ends, the last frame is forgotten.
"""

import threading
import time
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Protocol

import cv2
import numpy as np

from hardware.camera.codes import STREAM, Code, read_codes
from hardware.camera.patch import Gray
from hardware.camera.source import Picture
from hardware.contracts import Device, Status
from hardware.errors import HardwareError, PortGone

_IDLE_S = 0.5
_REST_S = 0.1
_STALE = 2  #: frames that a driver may hold for us
#: The same code is told again after this long out of sight: the next person may hold the same kind of thing.
_FORGET_S = 2.0


class FrameSource(Protocol):
    """Where frames come from; used by one thread at a time."""

    def open(self) -> None:
        """Raises PortGone."""

    def close(self) -> None:
        """Never fails; a closed source can be opened again."""

    def grab(self) -> None:
        """Waits for the next frame. Raises PortGone when none comes."""

    def picture(self) -> Picture:
        """The grabbed frame: rows x columns x blue green red."""


class Look(Enum):
    """A job: begin or end to show and read what is before the camera."""

    BEGIN = "begin"
    END = "end"


class NewestFrame:
    """One place between two threads; a frame put in replaces the one that was not taken."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._picture: Picture | None = None

    def put(self, picture: Picture | None) -> None:
        with self._changed:
            self._picture = picture
            self._changed.notify()

    def take(self, wait_s: float) -> Picture | None:
        with self._changed:
            if self._picture is None:
                self._changed.wait(wait_s)
            picture, self._picture = self._picture, None
            return picture


class CameraLine:
    """Implements ``LineDriver[Look, Status]``; run it with ``poll_s=0``: ``poll`` is its read loop.

    ``on_picture`` is called from the owner thread with each frame of a look, and with None when the look ends.
    """

    def __init__(
        self, device_id: str, source: FrameSource, newest: NewestFrame, on_picture: Callable[[Picture | None], None]
    ) -> None:
        self.ids = (device_id,)
        self._source, self._newest, self._on_picture = source, newest, on_picture
        self._looking = False

    def open(self) -> None:
        # The window has the other core; OpenCV would take both.
        cv2.setNumThreads(1)
        self._source.open()

    def close(self) -> None:
        self._source.close()
        self._forget()

    def poll(self) -> Mapping[str, Status]:
        if not self._looking:
            time.sleep(_REST_S)
        self._source.grab()
        if self._looking:
            picture = self._source.picture()
            self._newest.put(picture)
            self._on_picture(picture)
        return {self.ids[0]: Status(Device.ONLINE)}

    def perform(self, device_id: str, job: Look) -> Status:
        self._looking = job is Look.BEGIN
        if self._looking:
            for _ in range(_STALE):
                self._source.grab()
        else:
            self._forget()
        return Status(Device.ONLINE)

    def refuse(self, device_id: str, job: Look, error: HardwareError) -> Status:
        self._looking = False
        return Status(Device.NO_DEVICE if isinstance(error, PortGone) else Device.OFFLINE, detail=str(error))

    def _forget(self) -> None:
        self._newest.put(None)
        self._on_picture(None)


class CodeReader:
    """Decodes the newest frame in a thread of its own and tells each code once while it stays in sight."""

    def __init__(self, newest: NewestFrame, on_codes: Callable[[list[Code]], None]) -> None:
        self._newest, self._on_codes = newest, on_codes
        self._stopping = False
        self._told: list[Code] = []
        self._told_s = 0.0
        self._thread = threading.Thread(target=self._run, name="camera reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._newest.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            picture = self._newest.take(_IDLE_S)
            if picture is not None:
                self.read(picture, time.monotonic())

    def read(self, picture: Picture, now_s: float) -> None:
        """One frame; ``now_s`` is monotonic."""
        codes = read_codes(gray_of(picture), STREAM)
        if not codes:
            return
        known = codes == self._told and now_s - self._told_s < _FORGET_S
        self._told, self._told_s = codes, now_s
        if not known:
            self._on_codes(codes)


def gray_of(picture: Picture) -> Gray:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
