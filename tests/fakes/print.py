"""Pages of print as the state sends them, drawn: Vietnamese prose and forms, in letters of several kinds."""

import io
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_FONTS = Path(__file__).parents[2] / "assets" / "fonts"
_WIDTH, _HEIGHT = 1240, 1754  #: A4 at 150 dots per inch
_TEXT = (
    "Căn cứ vào hồ sơ của công dân, Ủy ban nhân dân phường xác nhận người có tên dưới đây đang cư trú tại địa chỉ đã "
    "khai. Giấy này được cấp để bổ sung hồ sơ theo quy định và có giá trị trong sáu tháng kể từ ngày ký. Hai bên cùng "
    "thống nhất việc chuyển nhượng quyền sử dụng đất, diện tích một trăm hai mươi mét vuông, thửa 45, tờ bản đồ số 12."
)
_WORDS = _TEXT.split()
_LABELS = (
    "Họ và tên",
    "Ngày, tháng, năm sinh",
    "Số định danh",
    "Nơi cư trú",
    "Quan hệ với người được giám hộ",
    "Lý do",
)


def prose(seed: int, lines: int = 30) -> Image.Image:
    rng, page = random.Random(seed), _paper()
    pen, font = ImageDraw.Draw(page), _font(rng)
    for place in range(lines):
        words = [_WORDS[(seed + 11 * place + each) % len(_WORDS)] for each in range(10)]
        pen.text((130, 150 + 46 * place), " ".join(words), "#222", font)
    return page


def form(seed: int) -> Image.Image:
    """Labels, what was filled in, and dots; a frame around all of it."""
    rng, page = random.Random(seed), _paper()
    pen, font = ImageDraw.Draw(page), _font(rng)
    pen.rectangle((90, 90, _WIDTH - 90, _HEIGHT - 90), outline="#222", width=4)
    for place in range(26):
        filled = " ".join(rng.sample(_WORDS, 3)) if rng.random() < 0.6 else ""
        pen.text((130, 150 + 58 * place), f"{rng.choice(_LABELS)}: {filled} {'.' * 30}", "#222", font)
    return page


def capitals(seed: int) -> Image.Image:
    page, font = _paper(), _font(random.Random(seed))
    for place in range(30):
        words = [f"{1_000 + 7 * place + each} MUA BAN" for each in range(5)]
        ImageDraw.Draw(page).text((130, 150 + 46 * place), " ".join(words), "#222", font)
    return page


def amounts(seed: int) -> Image.Image:
    """As on a statement of an account: commas hang below the rows."""
    rng, page = random.Random(seed), _paper()
    for place in range(30):
        numbers = [f"{rng.randrange(10**9):,}" for _ in range(5)]
        ImageDraw.Draw(page).text((110, 150 + 46 * place), "   ".join(numbers), "#222", _font(rng))
    return page


def underlined(seed: int) -> Image.Image:
    """A line below each word is the densest row."""
    rng, page = random.Random(seed), _paper()
    pen, font = ImageDraw.Draw(page), _font(rng)
    for place in range(26):
        left, top = 130.0, 150 + 58 * place
        for word in rng.choices(_WORDS, k=9):
            right = left + pen.textlength(word, font)
            pen.text((left, top), word, "#222", font)
            pen.line((left, top + 39, right, top + 39), "#222", 2)
            left = right + 14
    return page


def clouds(seed: int) -> Image.Image:
    """A picture without a letter."""
    grain = np.random.default_rng(seed).normal(120, 60, (_HEIGHT // 20, _WIDTH // 20)).clip(0, 255)
    return Image.fromarray(grain.astype(np.uint8)).resize((_WIDTH, _HEIGHT))


def photographed(page: Image.Image, seed: int) -> Image.Image:
    """A little askew, out of focus, unevenly lit, noisy."""
    rng = random.Random(seed)
    askew = page.convert("L").rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=240)
    light = np.linspace(1, rng.uniform(0.6, 1), askew.width)
    noise = np.random.default_rng(seed).normal(0, 5, (askew.height, askew.width))
    seen = np.asarray(askew.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2))), np.float64) * light + noise
    return Image.fromarray(seen.clip(0, 255).astype(np.uint8))


def lying(page: Image.Image, quarters: int) -> Image.Image:
    """So many quarters to the right."""
    return page.rotate(-90 * quarters, expand=True)


def jpeg(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def _paper() -> Image.Image:
    return Image.new("L", (_WIDTH, _HEIGHT), 246)


def _font(rng: random.Random) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        str(_FONTS / f"BeVietnamPro-{rng.choice(('Regular', 'Medium'))}.ttf"), rng.choice((24, 28))
    )
