"""From settings to a running camera; apart from ``catalog``, because a process without a camera should not load OpenCV.

Nothing is opened before ``start``.
"""

from collections.abc import Callable

import msgspec

from hardware.camera.codes import Code
from hardware.camera.driver import CameraLine, CodeReader, FrameSource, Look, NewestFrame
from hardware.camera.source import CameraOptions, Picture, VideoSource
from hardware.contracts import DeviceSettings, Status, StatusListener
from hardware.errors import BadSettings
from hardware.simulated.camera import SimulatedCamera
from hardware.supervisor import Backoff, Latest, Supervisor

KINDS: dict[str, Callable[[str, CameraOptions], FrameSource]] = {
    "camera.v4l2": VideoSource,
    "camera.simulated": SimulatedCamera,
}
BACKOFF = Backoff(last_s=3.0)


class Camera:
    """Shows and reads what is before it while somebody is to be read. ``look`` and ``rest`` return at once."""

    def __init__(self, device_id: str, line: Supervisor[Look, Status], reader: CodeReader) -> None:
        self._id, self._line, self._reader = device_id, line, reader

    def start(self) -> None:
        self._reader.start()
        self._line.start()

    def stop(self) -> None:
        self._line.stop()
        self._reader.stop()

    def status(self) -> Status:
        return self._line.states()[self._id]

    def look(self) -> None:
        self._line.submit(self._id, Look.BEGIN)

    def rest(self) -> None:
        self._line.submit(self._id, Look.END)


def camera(
    settings: DeviceSettings,
    on_codes: Callable[[list[Code]], None],
    on_picture: Callable[[Picture | None], None],
    on_status: StatusListener,
) -> Camera:
    """``on_codes`` is called from the reader's thread; ``on_picture``, with None when there is nothing to show any
    more, and ``on_status`` from the capture thread. Raises BadSettings."""
    source = KINDS.get(settings.kind)
    if source is None:
        expected = ", ".join(sorted(KINDS))
        raise BadSettings(f"device {settings.id!r}: kind: expected one of {expected}, got {settings.kind!r}")
    try:
        options = msgspec.convert(settings.options, CameraOptions)
    except msgspec.ValidationError as error:
        raise BadSettings(f"device {settings.id!r}: options: {error}") from error
    newest = NewestFrame()
    driver = CameraLine(settings.id, source(settings.port, options), newest, on_picture)
    line = Supervisor(driver, Latest[Look, Status](), on_status, poll_s=0.0, backoff=BACKOFF)
    return Camera(settings.id, line, CodeReader(newest, on_codes))
