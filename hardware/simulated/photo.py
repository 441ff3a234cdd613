"""Pictures such as a kiosk's camera takes: an invented ID card, or a bare code, held before it more or less well.

For the demonstration, the tests and the measurements. Nothing is drawn from a real card: bars stand for its words.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import qrcode
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

Picture = npt.NDArray[np.uint8]  #: rows x columns, grey; or x 3, blue green red
Corners = npt.NDArray[np.float32]  #: 4 x 2, clockwise from the top left

_CORRECTION = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}
_QUIET = 4
_CARD_MM = (85.6, 53.98)  # ISO/IEC 7810 ID-1
_CODE_MM = 18  # TT 16/2024/TT-BCA
_PX_PER_MM = 20
_INK, _TINT, _PAPER = (84, 62, 40), (214, 226, 208), (238, 246, 238)


@dataclass(frozen=True, slots=True)
class Damage:
    """What light, lens, hand and sensor do. All lengths in px of the picture; 0 is none."""

    shade: float = 0  #: share of the light that is missing at one side
    glare: float = 0  #: radius of a lamp's reflection as a share of the shorter side
    blur_px: float = 0  #: standard deviation of defocus
    moved_px: float = 0  #: while the shutter was open
    low_resolution: float = 1  #: the picture was once so much smaller
    contrast: float = 1
    noise: float = 0  #: standard deviation in grey levels
    moire: float = 0  #: share of the light in the stripes that a photographed screen shows
    jpeg: int = 88


def code_picture(payload: bytes, correction: str = "M", module_px: int = 16) -> Picture:
    """The QR code with its quiet zone, black on white, grey."""
    code = qrcode.QRCode(error_correction=_CORRECTION[correction], border=_QUIET)
    code.add_data(payload)
    code.make(fit=True)
    modules = np.where(np.array(code.get_matrix(), bool), 0, 255).astype(np.uint8)
    return np.kron(modules, np.ones((module_px, module_px), np.uint8))


def card_picture(payload: bytes) -> Picture:
    """The side of an invented card that has the code, in colour; large, so that it can be looked at from anywhere."""
    wide, high = (round(side * _PX_PER_MM) for side in _CARD_MM)
    card = np.full((high, wide, 3), _PAPER, np.uint8)
    cv2.ellipse(card, (wide // 2, high), (wide // 2, high // 2), 0, 180, 360, _TINT, -1)
    cv2.rectangle(card, (90, 380), (480, 900), _TINT, -1)
    cv2.circle(card, (285, 570), 95, _INK, -1)
    cv2.ellipse(card, (285, 900), (165, 190), 0, 180, 360, _INK, -1)
    for top, length in ((90, 620), (150, 420), (440, 560), (540, 660), (640, 480), (740, 700), (840, 590)):
        cv2.rectangle(card, (560, top), (560 + length, top + 26), _INK, -1)
    side = _CODE_MM * _PX_PER_MM
    code = cv2.resize(code_picture(payload), (side, side), interpolation=cv2.INTER_AREA)
    card[60 : 60 + side, wide - 60 - side : wide - 60] = code[..., None]
    return card


def held(thing: Picture, background: Picture, corners: Corners) -> Picture:
    """``thing`` lying on ``background`` with its corners there; three samples a pixel, as a lens would blend them."""
    fine = 3
    height, width = thing.shape[:2]
    outline = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(outline, (corners * fine).astype(np.float32))
    size = (background.shape[1] * fine, background.shape[0] * fine)
    small = (background.shape[1], background.shape[0])
    drawn = cv2.warpPerspective(thing, matrix, size, flags=cv2.INTER_AREA)
    covers = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, size)
    drawn = cv2.resize(drawn, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    covers = cv2.resize(covers, small, interpolation=cv2.INTER_AREA)
    covers = covers if background.ndim == 2 else covers[..., None]
    return np.asarray(drawn + background * (1 - covers), np.float32).clip(0, 255).astype(np.uint8)


def damaged(
    picture: Picture, damage: Damage, dice: np.random.Generator, lamp: tuple[float, float] | None = None
) -> Picture:
    """``lamp`` is where the reflection sits; anywhere if not given."""
    height, width = picture.shape[:2]
    lamp = lamp or (dice.uniform(0, width), dice.uniform(0, height))
    seen: npt.NDArray[Any] = np.clip(_lit(picture.astype(np.float32), damage, dice, lamp), 0, 255)
    if damage.moire:
        seen = seen * _stripes(seen.shape[:2], damage.moire)[(...,) + (None,) * (seen.ndim - 2)]
    if damage.blur_px:
        seen = cv2.GaussianBlur(seen, (0, 0), damage.blur_px)
    if damage.moved_px:
        stroke = _stroke(damage.moved_px, dice.uniform(0, np.pi))
        seen = cv2.filter2D(seen, -1, stroke, borderType=cv2.BORDER_REPLICATE)
    if damage.low_resolution < 1:
        share = damage.low_resolution
        small = cv2.resize(seen, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        seen = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    seen = 128 + (seen - 128) * damage.contrast + dice.normal(0, damage.noise, seen.shape)
    coded = cv2.imencode(".jpg", np.clip(seen, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, damage.jpeg])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_UNCHANGED), np.uint8)


def _lit(
    light: npt.NDArray[np.float32], damage: Damage, dice: np.random.Generator, lamp: tuple[float, float]
) -> npt.NDArray[np.float32]:
    height, width = light.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = dice.uniform(0, 2 * np.pi)
    slope = across * np.cos(angle) / width + down * np.sin(angle) / height
    factor = 1 - damage.shade * (slope - slope.min()) / (slope.max() - slope.min())
    extra = np.zeros_like(factor)
    if damage.glare:
        radius = damage.glare * min(height, width)
        far = (across - lamp[0]) ** 2 + (down - lamp[1]) ** 2
        extra = dice.uniform(150, 300) * np.exp(-far / (radius * radius))
    if light.ndim == 3:
        factor, extra = factor[..., None], extra[..., None]
    return np.asarray(light * factor + extra, np.float32)


def _stripes(shape: tuple[int, int], depth: float) -> npt.NDArray[np.float32]:
    """The grid of a screen's pixels beats with that of the sensor."""
    down, across = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    return np.asarray(1 + depth * np.sin(across / 2.1 + down / 37) * np.sin(down / 2.3 + across / 53), np.float32)


def _stroke(length_px: float, angle: float) -> npt.NDArray[np.float32]:
    side = 2 * round(length_px) + 3
    middle = side // 2
    step = np.array([np.cos(angle), np.sin(angle)]) * length_px / 2
    kernel = np.zeros((side, side), np.float32)
    start, end = np.rint(middle - step).astype(int), np.rint(middle + step).astype(int)
    cv2.line(kernel, (int(start[0]), int(start[1])), (int(end[0]), int(end[1])), 1.0)
    return np.asarray(kernel / kernel.sum(), np.float32)
