"""A photographed page, from the bytes of a JPEG. Kept nowhere but in the texture, and gone with it."""

import io

from kivy.graphics.texture import Texture
from kivy.properties import StringProperty
from kivy.uix.image import Image
from PIL import Image as Picture

#: As large as a page is ever shown.
MOST_PX = 1200


class Photo(Image):
    """Shows a picture as large as its box allows; nothing for no bytes, or for what is no picture."""

    test_name = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(fit_mode="contain", opacity=0, **kwargs)
        self._shown: bytes | None = None

    def show(self, jpeg: bytes) -> None:
        if jpeg is self._shown:
            return
        self._shown = jpeg
        self.texture = _texture(jpeg) if jpeg else None
        self.opacity = 1 if self.texture else 0  # without a picture it would be a white box

    def forget(self) -> None:
        self.show(b"")


def _texture(jpeg: bytes) -> Texture | None:
    try:
        with Picture.open(io.BytesIO(jpeg)) as opened:
            opened.draft("RGB", (MOST_PX, MOST_PX))
            picture = opened.convert("RGB")
    except (OSError, ValueError):
        return None
    picture.thumbnail((MOST_PX, MOST_PX))
    texture = Texture.create(size=picture.size, colorfmt="rgb")
    texture.flip_vertical()
    texture.blit_buffer(picture.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
    return texture
