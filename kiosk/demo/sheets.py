"""Papers for the demonstration and the tests, drawn: nobody's, with invented names only, lying on a desk of wood."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hardware.camera.source import CameraOptions, Picture
from hardware.simulated.camera import empty_desk
from hardware.simulated.photo import Damage, damaged, held

_FONTS = Path(__file__).parent.parent.parent / "assets" / "fonts"
_WIDTH, _HEIGHT = 1654, 2339  #: A4, as drawn
_DESK = CameraOptions(width=3840, height=2880, fps=10)  #: A4 at 220 dots per inch
_LIES = np.array(
    [[0.27, 0.06], [0.72, 0.05], [0.74, 0.95], [0.25, 0.94]], np.float32
)  #: corners, shares of the picture
_LIGHT = Damage(shade=0.15, blur_px=0.5, noise=2)
LINES = (
    "Họ và tên mẹ: Trần Thị Thử Nghiệm",
    "Năm sinh: 1996",
    "Nơi cư trú: 12/3 Đường Mẫu Số 5, phường Thử",
    "Đã sinh con vào lúc: 08 giờ 15, ngày 02 tháng 11 năm 2026",
    "Tại: Bệnh viện Mẫu",
    "Giới tính của con: Nữ        Cân nặng: 3.100 gam",
    "Dự định đặt tên con là: Nguyễn Thị Thử Mẫu",
    "Người đỡ đẻ: Lê Thị Thí Dụ",
)


def sheet(title: str, lines: tuple[str, ...] = LINES) -> Image.Image:
    """A page of A4 with a title and a few lines; nothing of it is a real form."""
    page = Image.new("RGB", (_WIDTH, _HEIGHT), "#fdfcf7")
    pen = ImageDraw.Draw(page)
    pen.text((_WIDTH / 2, 190), "BẢN MẪU ĐỂ TRÌNH DIỄN", "#7a7a7a", _font("Medium", 38), anchor="mm")
    pen.text((_WIDTH / 2, 330), title.upper(), "#16213a", _font("Bold", 68), anchor="mm")
    pen.line((_WIDTH * 0.36, 400, _WIDTH * 0.64, 400), "#16213a", 4)
    for place, line in enumerate(lines):
        pen.text((190, 560 + 120 * place), line, "#16213a", _font("Regular", 44))
    pen.ellipse((1040, 1720, 1400, 2080), outline="#b3222c", width=10)
    pen.text((1220, 1900), "DẤU MẪU", "#b3222c", _font("Bold", 46), anchor="mm")
    return page


def on_the_desk(page: Image.Image) -> Picture:
    """As a camera above the desk sees it: not quite straight, under a lamp."""
    picture = cv2.cvtColor(np.asarray(page, np.uint8), cv2.COLOR_RGB2BGR)
    corners = _LIES * np.array([_DESK.width, _DESK.height], np.float32)
    lying = held(np.asarray(picture, np.uint8), empty_desk(_DESK), corners)
    return damaged(lying, _LIGHT, np.random.default_rng(len(page.tobytes()) % 97), lamp=(900, 500))


def show_sheet(folder: Path, title: str, lines: tuple[str, ...] = LINES) -> Path:
    """Puts a paper under the simulated document camera; delete the file to take it away."""
    file = folder / "sheet.jpg"
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(cv2.imencode(".jpg", on_the_desk(sheet(title, lines)))[1].tobytes())
    return unfinished.rename(file)


def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / f"BeVietnamPro-{weight}.ttf"), size)
