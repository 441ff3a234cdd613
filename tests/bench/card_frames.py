"""Rendered camera frames for measuring the QR decoder: card codes under the damage that a kiosk's camera meets.

Every frame follows from its seed, so a figure can be repeated. No frame is stored.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from hardware.simulated.photo import Corners, Damage, Picture, code_picture, damaged, held

_FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"]
_MIDDLE = ["Văn", "Thị", "Hữu", "Quốc", "Minh", "Đức", "Kim", "Ngọc Thanh", "Hồng Phước"]
_GIVEN = ["Nghĩa", "Hưởng", "Dũng", "Trường", "Vượng", "Quỳnh", "Khánh", "Thảo", "Phượng", "Lộc", "Ý", "Huệ"]
_STREETS = ["Điện Biên Phủ", "Võ Thị Sáu", "Cách Mạng Tháng Tám", "Nguyễn Đình Chiểu", "Lê Văn Sỹ"]
_WARDS = ["Tân Định", "Đa Kao", "Bến Nghé", "Bàn Cờ", "Xuân Hòa"]


@dataclass(frozen=True, slots=True)
class Frame:
    picture: Picture
    text: str | None  #: None: there is no code in it
    damage: Damage


def invented_card(dice: np.random.Generator) -> str:
    """The payload of nobody's card."""
    name = " ".join(str(dice.choice(words)) for words in (_FAMILY, _MIDDLE, _GIVEN))
    born = f"{dice.integers(1, 29):02d}{dice.integers(1, 13):02d}{dice.integers(1945, 2012)}"
    issued = f"{dice.integers(1, 29):02d}{dice.integers(1, 13):02d}{dice.integers(2021, 2027)}"
    address = (
        f"Số {dice.integers(1, 300)}, đường {dice.choice(_STREETS)}, Phường {dice.choice(_WARDS)}, TP. Hồ Chí Minh"
    )
    number, old = f"079{dice.integers(10**9):09d}", f"{dice.integers(10**9):09d}"
    text = f"{number}|{old}|{name}|{born}|{dice.choice(['Nam', 'Nữ'])}|{address}|{issued}"
    return text + "||||" * int(dice.random() < 0.3)


def frame(seed: int, size: tuple[int, int], with_code: bool = True) -> Frame:
    """``size`` is (width, height)."""
    dice = np.random.default_rng(seed)
    background = _clutter(dice, size)
    damage = _damage(dice)
    if not with_code:
        return Frame(damaged(background, damage, dice), None, damage)
    text = invented_card(dice)
    code = code_picture(text.encode(), str(dice.choice(["M", "Q"])))
    code = np.interp(code, (0, 255), (dice.uniform(0, 60), dice.uniform(170, 250))).astype(np.uint8)
    corners = _corners(dice, size, modules=code.shape[0] / 16)
    across, down = dice.uniform(0.2, 0.8, 2)
    top, bottom = corners[0] + (corners[1] - corners[0]) * across, corners[3] + (corners[2] - corners[3]) * across
    lamp = top + (bottom - top) * down
    picture = damaged(held(code, background, corners), damage, dice, (float(lamp[0]), float(lamp[1])))
    return Frame(picture, text, damage)


def _damage(dice: np.random.Generator) -> Damage:
    """How often and how much, after the frames that the decoder's design was measured with."""

    def sometimes(share: float, low: float, high: float, otherwise: float = 0) -> float:
        return float(dice.uniform(low, high)) if dice.random() < share else otherwise

    return Damage(
        shade=sometimes(0.47, 0.26, 0.68),
        glare=sometimes(0.34, 0.07, 0.22),
        blur_px=min(2.2, float(dice.gamma(1.6, 0.32)) + 0.15) if dice.random() < 0.54 else 0,
        moved_px=round(sometimes(0.26, 2, 10)),
        low_resolution=sometimes(0.15, 0.56, 0.76, otherwise=1),
        contrast=sometimes(0.38, 0.36, 0.8, otherwise=1),
        noise=min(16.0, float(dice.gamma(1.2, 4)) + 0.1),
    )


def _corners(dice: np.random.Generator, size: tuple[int, int], modules: float) -> Corners:
    """Somewhere in the frame, at any distance at which a module has 3.3 px or more; mostly nearly upright."""
    nearest = 10.6 if size[0] > 640 else 7.4
    while True:
        side = modules * float(np.exp(dice.uniform(np.log(3.4), np.log(nearest))))
        turn = np.deg2rad(dice.uniform(-12, 12) if dice.random() < 0.55 else dice.uniform(-180, 180))
        lean = float(dice.choice([0, 0.04, 0.08, 0.14, 0.2], p=[0.34, 0.2, 0.18, 0.13, 0.15]))
        square = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) + dice.uniform(-lean, lean, (4, 2))
        turned = square @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) * side
        room = np.array(size) - 4 - np.ptp(turned, axis=0)
        if (room > 0).all():
            return np.asarray(turned - turned.min(axis=0) + 2 + dice.uniform(0, 1, 2) * room, np.float32)


def _clutter(dice: np.random.Generator, size: tuple[int, int]) -> Picture:
    """A desk with things on it: boxes, rings and lines of print."""
    width, height = size
    desk = np.full((height, width), dice.uniform(60, 200), np.uint8)
    for _ in range(dice.integers(2, 7)):
        x, y = int(dice.integers(width)), int(dice.integers(height))
        span = int(dice.integers(20, 90) * width / 640)
        grey, thickness = float(dice.uniform(20, 240)), int(dice.choice([-1, 2, 4, 6]))
        match dice.integers(3):
            case 0:
                cv2.rectangle(desk, (x, y), (x + span, y + int(span * dice.uniform(0.5, 1.2))), grey, thickness)
            case 1:
                cv2.circle(desk, (x, y), span // 2, grey, thickness)
            case _:
                _print(desk, dice, (x, y), grey)
    return desk


def _print(desk: Picture, dice: np.random.Generator, corner: tuple[int, int], grey: float) -> None:
    high = int(dice.integers(5, 12))
    for row in range(int(dice.integers(2, 5))):
        x, y = corner[0], corner[1] + 2 * high * row
        for wide in dice.integers(2, 12, int(dice.integers(5, 12))):
            cv2.rectangle(desk, (x, y), (x + int(wide), y + high), grey, -1)
            x += int(wide) + int(dice.integers(2, 7))
