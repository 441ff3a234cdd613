"""A QR code: dark modules on white with the quiet zone that ISO/IEC 18004 asks for, in either contrast."""

from typing import Any

import qrcode
from kivy.graphics.texture import Texture
from kivy.properties import StringProperty
from kivy.uix.image import Image

QUIET_MODULES = 4


class QrCode(Image):
    """Shows ``payload`` as large as its box allows; nothing for an empty one."""

    payload = StringProperty("")
    test_name = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fit_mode="contain", **kwargs)

    def on_payload(self, _: object, payload: str) -> None:
        self.texture = _texture(payload) if payload else None


def _texture(payload: str) -> Texture:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_MODULES)
    code.add_data(payload)
    rows = code.get_matrix()
    texture = Texture.create(size=(len(rows), len(rows)), colorfmt="luminance")
    texture.mag_filter = "nearest"
    pixels = bytes(0 if dark else 255 for row in reversed(rows) for dark in row)
    texture.blit_buffer(pixels, colorfmt="luminance", bufferfmt="ubyte")
    return texture
