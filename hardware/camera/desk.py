"""Papers under a camera: the live picture with the sheet's outline, and on demand the sheet cut out and straightened.

1. The outline that is drawn is the cut that would be made; without a clear sheet the whole picture is kept.
2. A page is taken from a frame that came after it was asked for: what lay there before is not what was meant.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from hardware.camera.driver import NewestFrame
from hardware.camera.page import find_page, straighten
from hardware.camera.source import Picture

_IDLE_S = 0.5
_QUALITY = 88
_OUTLINE = (61, 107, 10)  #: blue green red: the "good" of the theme
_SHOWN_PX = 1280  #: longer side of the live picture


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """``jpeg``: the sheet upright as it lay; ``is_cut`` False: no sheet stood out, it is the whole picture."""

    jpeg: bytes
    is_cut: bool


class PageReader:
    """Looks at the newest frame in a thread of its own. ``on_view`` and ``on_page`` are called from it."""

    def __init__(
        self, newest: NewestFrame, on_view: Callable[[Picture | None], None], on_page: Callable[[Page], None]
    ) -> None:
        self._newest, self._on_view, self._on_page = newest, on_view, on_page
        self._stopping = False
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="page reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._newest.put(None)
        self._thread.join()

    def take(self) -> None:
        """The next frame becomes a page. Returns at once."""
        self._newest.put(None)
        self._wanted.set()

    def forget(self) -> None:
        self._wanted.clear()
        self._on_view(None)

    def _run(self) -> None:
        while not self._stopping:
            picture = self._newest.take(_IDLE_S)
            if picture is not None:
                self.read(picture)

    def read(self, picture: Picture) -> None:
        """One frame."""
        corners = find_page(picture)
        if self._wanted.is_set():
            self._wanted.clear()
            self._on_page(
                Page(encoded(picture if corners is None else straighten(picture, corners)), corners is not None)
            )
        scale = min(1.0, _SHOWN_PX / max(picture.shape[:2]))
        view = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if corners is not None:
            cv2.polylines(
                view,
                [np.rint(corners * scale).astype(np.int32)],
                True,
                _OUTLINE,
                max(3, view.shape[1] // 160),
                cv2.LINE_AA,
            )
        self._on_view(np.asarray(view, np.uint8))


def encoded(picture: Picture) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def turned(jpeg: bytes, quarters: int) -> bytes:
    """So many quarters to the right. Bytes that are no picture come back as they are."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None or quarters % 4 == 0:
        return jpeg
    return encoded(np.asarray(np.rot90(picture, -quarters % 4), np.uint8).copy())
