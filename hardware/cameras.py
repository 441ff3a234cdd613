"""From settings to a running camera; apart from ``catalog``, because a process without a camera should not load OpenCV.

Nothing is opened before ``start``.
"""

from collections.abc import Callable, Mapping

import msgspec

from hardware.camera.codes import Code
from hardware.camera.desk import Page, PageReader
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
DOCUMENT_KINDS: dict[str, Callable[[str, CameraOptions], FrameSource]] = {
    "document.v4l2": VideoSource,
    "document.simulated": SimulatedCamera,
}
BACKOFF = Backoff(last_s=3.0)


class Camera:
    """Shows and reads what is before it while somebody is to be read. ``look`` and ``rest`` return at once."""

    def __init__(self, device_id: str, line: Supervisor[Look, Status], reader: CodeReader | PageReader) -> None:
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


class DocumentCamera(Camera):
    """Shows what lies under it while somebody looks, and takes pages."""

    def __init__(self, device_id: str, line: Supervisor[Look, Status], reader: PageReader) -> None:
        super().__init__(device_id, line, reader)
        self._pages = reader

    def rest(self) -> None:
        super().rest()
        self._pages.forget()

    def take(self) -> None:
        """Returns at once."""
        self._pages.take()


def document_camera(
    settings: DeviceSettings,
    on_view: Callable[[Picture | None], None],
    on_page: Callable[[Page], None],
    on_status: StatusListener,
) -> DocumentCamera:
    """``on_view``, with None when there is nothing to show any more, and ``on_page`` are called from the reader's
    thread. Raises BadSettings."""
    source, options = _source(settings, DOCUMENT_KINDS)
    newest = NewestFrame()
    driver = CameraLine(settings.id, source(settings.port, options), newest, lambda _: None)
    line = Supervisor(driver, Latest[Look, Status](), on_status, poll_s=0.0, backoff=BACKOFF)
    return DocumentCamera(settings.id, line, PageReader(newest, on_view, on_page))


def camera(
    settings: DeviceSettings,
    on_codes: Callable[[list[Code]], None],
    on_picture: Callable[[Picture | None], None],
    on_status: StatusListener,
) -> Camera:
    """``on_codes`` is called from the reader's thread; ``on_picture``, with None when there is nothing to show any
    more, and ``on_status`` from the capture thread. Raises BadSettings."""
    source, options = _source(settings, KINDS)
    newest = NewestFrame()
    driver = CameraLine(settings.id, source(settings.port, options), newest, on_picture)
    line = Supervisor(driver, Latest[Look, Status](), on_status, poll_s=0.0, backoff=BACKOFF)
    return Camera(settings.id, line, CodeReader(newest, on_codes))


def _source(
    settings: DeviceSettings, kinds: Mapping[str, Callable[[str, CameraOptions], FrameSource]]
) -> tuple[Callable[[str, CameraOptions], FrameSource], CameraOptions]:
    source = kinds.get(settings.kind)
    if source is None:
        expected = ", ".join(sorted(kinds))
        raise BadSettings(f"device {settings.id!r}: kind: expected one of {expected}, got {settings.kind!r}")
    try:
        return source, msgspec.convert(settings.options, CameraOptions)
    except msgspec.ValidationError as error:
        raise BadSettings(f"device {settings.id!r}: options: {error}") from error
