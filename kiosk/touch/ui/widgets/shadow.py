"""The soft shadow under cards and buttons: one small picture for all of them, stretched between its corners.

Kivy's own ``BoxShadow`` keeps a picture as large as the widget and a shader for each: 130 MB on the way to the papers.
"""

from functools import cache

from kivy.graphics.texture import Texture
from PIL import Image, ImageDraw, ImageFilter

__all__ = ["CORNER", "REACH", "texture"]

#: All in units of the theme: how far it reaches around the surface, the picture's corner that is never stretched.
REACH, CORNER = 28, 64
_ROUND, _SOFT = 20, 11


@cache
def texture() -> Texture:
    """White, to be tinted; one texel is one unit."""
    side = 2 * CORNER + 2
    shape = Image.new("L", (side, side))
    inner = (REACH, REACH, side - 1 - REACH, side - 1 - REACH)
    ImageDraw.Draw(shape).rounded_rectangle(inner, radius=_ROUND, fill=255)
    shadow = Image.new("RGBA", (side, side), "white")
    shadow.putalpha(shape.filter(ImageFilter.GaussianBlur(_SOFT)))
    made = Texture.create(size=(side, side), colorfmt="rgba")
    made.blit_buffer(shadow.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return made
