"""Frames from a video device of the kernel, by OpenCV."""

from pathlib import Path
from typing import Annotated

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from hardware.errors import PortGone

Picture = npt.NDArray[np.uint8]  #: rows x columns x blue green red
_ANSWER_MS = 2000


class CameraOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``options`` of a camera. Focus and exposure are the device's own business (``v4l2-ctl``, udev)."""

    width: Annotated[int, msgspec.Meta(ge=160, le=7680)] = 1280
    height: Annotated[int, msgspec.Meta(ge=120, le=4320)] = 720
    fps: Annotated[int, msgspec.Meta(ge=1, le=120)] = 30


class VideoSource:
    """Implements ``FrameSource``. ``path`` is ``/dev/video…``, better a stable name of ``/dev/v4l/by-id``."""

    def __init__(self, path: str, options: CameraOptions) -> None:
        self._path, self._options = path, options
        self._capture: cv2.VideoCapture | None = None

    def open(self) -> None:
        # OpenCV writes its complaints to standard error, so it is asked only for what exists.
        if not Path(self._path).exists():
            raise PortGone(f"there is no camera at {self._path}")
        backend = cv2.CAP_V4L2 if self._path.startswith("/dev/") else cv2.CAP_ANY
        self._capture = cv2.VideoCapture(self._path, backend)
        if not self._capture.isOpened():
            self.close()
            raise PortGone(f"the camera at {self._path} cannot be opened")
        # MJPG first: uncompressed, USB 2 carries 1280 x 720 ten times a second only.
        for key, value in (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, self._options.width),
            (cv2.CAP_PROP_FRAME_HEIGHT, self._options.height),
            (cv2.CAP_PROP_FPS, self._options.fps),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
            (cv2.CAP_PROP_READ_TIMEOUT_MSEC, _ANSWER_MS),
        ):
            self._capture.set(key, value)

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
        self._capture = None

    def grab(self) -> None:
        if self._capture is None or not self._capture.grab():
            raise PortGone(f"the camera at {self._path} sends no pictures: it was unplugged or hangs")

    def picture(self) -> Picture:
        if self._capture is not None:
            whole, picture = self._capture.retrieve()
            if whole and picture is not None and picture.ndim == 3:
                return np.asarray(picture, np.uint8)
        raise PortGone(f"the camera at {self._path} sent half a picture")
