"""A sheet of paper in a picture of a desk: where it is, and how it looks from straight above.

1. A wrong cut is worse than none: when no sheet stands out clearly the answer is None and the whole picture is kept.
2. Corners are found on a small copy and used on the full one; a sheet whose sides are nearly those of A4 becomes A4.
"""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]  #: rows x columns x 3, blue green red
Corners = npt.NDArray[np.float32]  #: 4 x 2, px of the picture, clockwise from the top left

_SMALL_PX = 800  #: longer side of the copy that is searched
_LEAST_SHARE = 0.12  #: of the picture; anything smaller is a card or a shadow
_MOST_SHARE = 0.985  #: the frame of the picture itself
_BEND = 0.02  #: how far an outline may leave its corners' lines, as a share of its length
_FLATTEST_DEG, _SHARPEST_DEG = 130, 50  #: corners of a sheet that is seen at an angle
_A4 = 297 / 210
_A4_SLACK = 0.09
_LONGEST_PX = 3508  #: A4 at 300 dots per inch


def find_page(picture: Picture) -> Corners | None:
    """The corners of the largest sheet; None when none stands out."""
    height, width = picture.shape[:2]
    scale = _SMALL_PX / max(height, width)
    small = picture
    if scale < 1:
        small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    area = small.shape[0] * small.shape[1]
    best, best_area = None, _LEAST_SHARE * area
    for outline in _outlines(small):
        size = cv2.contourArea(outline)
        if best_area < size < _MOST_SHARE * area:
            quad = _four_corners(outline)
            if quad is not None:
                best, best_area = quad, size
    if best is None:
        return None
    return _clockwise(best / min(scale, 1.0)).astype(np.float32)


def straighten(picture: Picture, corners: Corners) -> Picture:
    """The sheet between ``corners`` as a rectangle, upright as it lay, at most A4 at 300 dots per inch."""
    top, right, bottom, left = (float(np.linalg.norm(corners[place] - corners[(place + 1) % 4])) for place in range(4))
    width, height = _sides(max(top, bottom), max(left, right))
    target = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float32)
    way = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    flat = cv2.warpPerspective(picture, way, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8)


def _outlines(small: Picture) -> Iterator[npt.NDArray[np.int32]]:
    """Of what is brighter than the desk, and of what has an edge around it: paper is not always brighter."""
    grey = cv2.medianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), 5)
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    edges = cv2.dilate(cv2.Canny(grey, 30, 90), np.ones((3, 3), np.uint8), iterations=2)
    sheet = np.ones((9, 9), np.uint8)
    for mask in (cv2.morphologyEx(bright, cv2.MORPH_CLOSE, sheet), cv2.morphologyEx(edges, cv2.MORPH_CLOSE, sheet)):
        found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for outline in found:
            yield np.asarray(cv2.convexHull(outline), np.int32)


def _four_corners(outline: npt.NDArray[np.int32]) -> Corners | None:
    around = cv2.approxPolyDP(outline, _BEND * cv2.arcLength(outline, True), True)
    if len(around) != 4 or not cv2.isContourConvex(around):
        return None
    quad = np.asarray(around, np.float32).reshape(4, 2)
    return quad if all(_SHARPEST_DEG < angle < _FLATTEST_DEG for angle in _angles(quad)) else None


def _angles(quad: Corners) -> list[float]:
    """In degrees."""
    angles = []
    for place in range(4):
        back, forth = quad[place - 1] - quad[place], quad[(place + 1) % 4] - quad[place]
        cosine = float(back @ forth) / (float(np.linalg.norm(back) * np.linalg.norm(forth)) or 1.0)
        angles.append(float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))))
    return angles


def _clockwise(quad: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """From the corner that is nearest to the top left."""
    middle = quad.mean(axis=0)
    order = np.argsort(np.arctan2(quad[:, 1] - middle[1], quad[:, 0] - middle[0]))
    turned = quad[order]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0)


def _sides(width: float, height: float) -> tuple[int, int]:
    """In px, with the sides of A4 where they are nearly those."""
    long, short = max(width, height), max(min(width, height), 1.0)
    if abs(long / short / _A4 - 1) < _A4_SLACK:
        short = long / _A4
    shrink = min(1.0, _LONGEST_PX / long)
    long, short = max(2, round(long * shrink)), max(2, round(short * shrink))
    return (long, short) if width > height else (short, long)
