"""Where a code may be in a picture, how it is turned, and how far it moved while the shutter was open. Pure.

A QR code is the largest busy patch of a picture, whatever its blur and contrast. Its edges run in two directions at
right angles, which gives the tilt; movement wipes out the edges across its direction, which gives direction and length.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
_Plane = npt.NDArray[np.float32]

_LARGE_WIDTH_PX = 800
_LEAST_TEXTURE = 4.0  #: grey levels; below it there is noise only
_LEAST_SIDE_PX = 110  #: of a code that zxing-cpp did not read at once: 49 modules of the smallest legible size
_MARGIN = 2
_TILE_PX = 24  #: four modules or so
#: Pixels of movement for each unit of imbalance between the two directions of edges; measured on rendered cards.
_MOVEMENT_PX = 18.0
_MOVED = 0.22
_LONGEST_MOVEMENT_PX = 11.0
#: Imbalance of a bar code or a grating, which has no edges across its bars (0.96 and more); of moved codes up to 0.6.
_BARS = 0.85


@dataclass(frozen=True, slots=True)
class Patch:
    crop: Gray
    side_px: float  #: of a square of the same area
    dense: float  #: share of the crop that is busy all over, as a code is and print is not
    tilt_deg: float  #: to turn by, so that the code's edges become upright; up to a quarter turn
    moved_px: float  #: while the shutter was open; 0: it stood still
    moved_rad: float  #: direction of the movement


def find_patch(gray: Gray) -> Patch | None:
    """The largest busy patch; None if none is large enough to hold a legible code, or if it is all parallel bars."""
    height, width = gray.shape
    shrink = 4 if width > _LARGE_WIDTH_PX else 2
    busy = _busyness(gray, shrink)
    peak = float(busy.max(initial=0))
    if peak < _LEAST_TEXTURE:
        return None
    _, _, stats, _ = cv2.connectedComponentsWithStats((busy > 0.42 * peak).astype(np.uint8))
    left, top, wide, high, area = (int(value) for value in stats[1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))])
    side_px = area**0.5 * shrink
    if side_px < _LEAST_SIDE_PX or min(wide, high) * shrink < _LEAST_SIDE_PX / 2:
        return None
    crop = gray[
        max(0, (top - _MARGIN) * shrink) : min(height, (top + high + _MARGIN) * shrink),
        max(0, (left - _MARGIN) * shrink) : min(width, (left + wide + _MARGIN) * shrink),
    ]
    tilt_deg, one_way, moved_rad = _edges(crop)
    if one_way > _BARS:
        return None
    moved_px = min(_MOVEMENT_PX * one_way, _LONGEST_MOVEMENT_PX) if one_way > _MOVED else 0.0
    return Patch(crop, side_px, _density(crop), tilt_deg, moved_px, moved_rad)


def _busyness(gray: Gray, shrink: int) -> _Plane:
    """How much the neighbourhood of each point of the shrunken picture varies, in grey levels."""
    height, width = gray.shape
    size = (max(1, width // shrink), max(1, height // shrink))
    small = cv2.GaussianBlur(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), (0, 0), 0.8).astype(np.float32)
    return np.asarray(cv2.blur(np.abs(small - cv2.blur(small, (9, 9))), (17, 17)), np.float32)


def _density(crop: Gray) -> float:
    height, width = (side // _TILE_PX * _TILE_PX for side in crop.shape)
    tiles = cv2.GaussianBlur(crop, (0, 0), 1.1)[:height, :width].reshape(height // _TILE_PX, _TILE_PX, -1, _TILE_PX)
    variety = tiles.std(axis=(1, 3), dtype=np.float32)
    return float((variety > 0.45 * np.percentile(variety, 90)).mean())


def _edges(crop: Gray) -> tuple[float, float, float]:
    """The tilt in degrees, how much one direction of edges prevails (0 to 1), and across which, in radians."""
    smooth = cv2.GaussianBlur(crop, (0, 0), 1.1)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    square = cv2.multiply(across, across), cv2.multiply(down, down)
    both = cv2.multiply(across, down)
    # (across + i down)^2 has its phase at twice the angle of an edge, its square at four times.
    real, imaginary = square[0] - square[1], 2 * both
    strength = square[0] + square[1] + 1e-3
    fourfold_real = float(((real * real - imaginary * imaginary) / strength).sum())
    fourfold_imaginary = float((2 * real * imaginary / strength).sum())
    tilt_deg = float(np.rad2deg(np.arctan2(fourfold_imaginary, fourfold_real))) / 4
    twofold = complex(float(real.sum()), float(imaginary.sum())) / float(strength.sum())
    return tilt_deg, abs(twofold), float(np.angle(twofold)) / 2 + np.pi / 2
