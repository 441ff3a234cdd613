"""Synthetic papers as phones and scanners make them, honest and otherwise."""

import io

import pikepdf
from PIL import Image, ImageDraw
from pillow_heif import register_heif_opener

register_heif_opener()


def photo(kind: str = "JPEG", size: tuple[int, int] = (1700, 2400), words: str = "GIẤY MẪU") -> bytes:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((size[0] // 3, size[1] // 10), words, fill="black")
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def pdf(pages: int = 1, password: str = "") -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if password:
        document.save(out, encryption=pikepdf.Encryption(owner=password, user=password))
    else:
        document.save(out)
    return out.getvalue()
