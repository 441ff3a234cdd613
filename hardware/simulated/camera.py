"""A camera that sees what lies in a folder: its pictures one after the other, again and again, or an empty desk.

Whoever plays the citizen puts a picture in (``show_card``) and takes it away. Without the folder it is unplugged.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from hardware.camera.source import CameraOptions, Picture
from hardware.errors import PortGone
from hardware.simulated.photo import Corners, Damage, card_picture, damaged, held

_KEPT = 8  #: pictures, 3 MB each
_WOOD = (96, 132, 168)
_HELD = np.array([[0.14, 0.1], [0.87, 0.15], [0.85, 0.94], [0.11, 0.89]], np.float32)  #: corners as shares of the frame
_LEFT = np.array([[0.03, 0.2], [0.5, 0.24], [0.49, 0.76], [0.02, 0.72]], np.float32)
_RIGHT = np.array([[0.52, 0.28], [0.97, 0.25], [0.98, 0.78], [0.53, 0.8]], np.float32)
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
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
            if picture is None:
                raise PortGone(f"{file} holds no picture")
            self._kept[key] = np.asarray(picture, np.uint8)
        return self._kept[key]

    def _check(self) -> None:
        if not self._folder.is_dir():
            raise PortGone(f"there is no camera at {self._folder}")


@lru_cache(4)
def empty_desk(options: CameraOptions) -> Picture:
    """Wood under a lamp: what the camera sees while nobody holds anything before it."""
    dice = np.random.default_rng(7)
    down, across = np.mgrid[0 : options.height, 0 : options.width].astype(np.float32)
    down, across = down / options.height, across / options.width
    lamp = 1.12 - 0.55 * ((across - 0.45) ** 2 + (down - 0.35) ** 2)
    waves = np.sin(38 * down + 2.5 * np.sin(3 * across + 1)) + 0.5 * np.sin(91 * down + 4 * np.sin(2 * across))
    grain = cv2.GaussianBlur(dice.normal(0, 1, lamp.shape).astype(np.float32), (0, 0), 9, sigmaY=0.8)
    wood = 1 + 0.02 * waves + 0.05 * grain
    picture = np.array(_WOOD, np.float32) * (lamp * wood)[..., None]
    picture *= (1 - 0.1 * np.exp(-(((down - 0.52) / 0.006) ** 2)))[..., None]  # between two boards
    return np.asarray(picture.clip(0, 255), np.uint8)


def card_photo(payload: bytes, options: CameraOptions | None = None) -> Picture:
    """An invented card held before the camera by a not quite steady hand."""
    return _photo([(payload, _HELD)], options or CameraOptions())


def two_cards_photo(first: bytes, second: bytes) -> Picture:
    """Two people at once, or one with the cards of two."""
    return _photo([(first, _LEFT), (second, _RIGHT)], CameraOptions())


def _photo(cards: list[tuple[bytes, Corners]], options: CameraOptions) -> Picture:
    photo = empty_desk(options)
    for payload, place in cards:
        photo = held(card_picture(payload), photo, place * np.array([options.width, options.height], np.float32))
    return damaged(photo, _HAND, np.random.default_rng(len(cards[0][0])))


def show_card(folder: Path, payload: bytes) -> Path:
    """Holds a card before the camera; delete the file to take it away."""
    return show_picture(folder, card_photo(payload))


def show_picture(folder: Path, picture: Picture) -> Path:
    file = folder / "card.jpg"
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(cv2.imencode(".jpg", picture)[1].tobytes())
    return unfinished.rename(file)
