"""A camera that sees what lies in a folder: its pictures one after the other, again and again, or an empty desk.

Whoever plays the citizen puts a picture in (``show_card``) and takes it away. Without the folder it is unplugged.
"""

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from hardware.camera.source import CameraOptions, Picture
from hardware.errors import PortGone
from hardware.simulated.photo import Damage, card_picture, damaged, held

_DESK_COLOUR = (120, 110, 100)
_HELD = np.array([[0.14, 0.1], [0.87, 0.15], [0.85, 0.94], [0.11, 0.89]], np.float32)  #: corners as shares of the frame
_HAND = Damage(shade=0.3, blur_px=0.6, noise=3)


class SimulatedCamera:
    """Implements ``FrameSource``."""

    def __init__(self, folder: str, options: CameraOptions, pause: Callable[[float], None] = time.sleep) -> None:
        self._folder, self._options, self._pause = Path(folder), options, pause
        self._next_s = 0.0
        self._count = 0
        self._kept: dict[tuple[str, int], Picture] = {}

    def open(self) -> None:
        self._check()
        self._next_s = time.monotonic()

    def close(self) -> None:
        self._kept.clear()

    def grab(self) -> None:
        now_s = time.monotonic()
        self._next_s = max(self._next_s + 1 / self._options.fps, now_s)
        self._pause(self._next_s - now_s)
        self._check()
        self._count += 1

    def picture(self) -> Picture:
        files = sorted(file for file in self._folder.iterdir() if file.suffix in (".jpg", ".png"))
        if not files:
            return empty_desk(self._options)
        return self._load(files[self._count % len(files)])

    def _load(self, file: Path) -> Picture:
        """Kept by name and time of writing, so that thirty a second cost little."""
        try:
            key = (file.name, file.stat().st_mtime_ns)
            data = b"" if key in self._kept else file.read_bytes()
        except FileNotFoundError:  # it was just taken away
            return empty_desk(self._options)
        if key not in self._kept:
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
            if picture is None:
                raise PortGone(f"{file} holds no picture")
            self._kept[key] = np.asarray(picture, np.uint8)
        return self._kept[key]

    def _check(self) -> None:
        if not self._folder.is_dir():
            raise PortGone(f"there is no camera at {self._folder}")


def empty_desk(options: CameraOptions) -> Picture:
    return np.full((options.height, options.width, 3), _DESK_COLOUR, np.uint8)


def card_photo(payload: bytes, options: CameraOptions | None = None) -> Picture:
    """An invented card held before the camera by a not quite steady hand."""
    options = options or CameraOptions()
    corners = _HELD * np.array([options.width, options.height], np.float32)
    photo = held(card_picture(payload), empty_desk(options), corners)
    return damaged(photo, _HAND, np.random.default_rng(len(payload)))


def show_card(folder: Path, payload: bytes) -> Path:
    """Holds a card before the camera; delete the file to take it away."""
    file = folder / "card.jpg"
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(cv2.imencode(".jpg", card_photo(payload))[1].tobytes())
    return unfinished.rename(file)
