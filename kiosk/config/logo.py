"""A logo that came from elsewhere: what is no small PNG is refused before a pixel of it is unpacked."""

import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

from kiosk.config.settings import MAX_LOGO
from kiosk.words import Words

MAX_PX = 2_000


def logo_problem(text: str) -> Words | None:
    """Why the base64 text is no logo; None when it is one, and for "", which is none."""
    if not text:
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return Words("Biểu trưng không đọc được; cần tệp PNG", "the logo cannot be read; expected a PNG in base64")
    if len(data) > MAX_LOGO:
        return Words("Biểu trưng quá lớn, nhiều nhất 200 kB", "the logo is too large; expected at most 200 kB")
    return _picture_problem(data)


def _picture_problem(data: bytes) -> Words | None:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            width, height = picture.size
            if max(width, height) > MAX_PX:
                return Words(
                    f"Biểu trưng rộng {width} × cao {height} điểm, nhiều nhất {MAX_PX}",
                    f"the logo is {width} × {height} pixels; expected at most {MAX_PX}",
                )
            picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Words("Biểu trưng không phải ảnh PNG", "the logo is no PNG picture")
    return None
