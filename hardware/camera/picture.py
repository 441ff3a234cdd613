"""Picture files for the decoder: 8-bit grey, whatever they are."""

import io
import warnings
from pathlib import Path
from stat import S_ISREG

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from hardware.camera.patch import Gray
from hardware.errors import HardwareError

_MOST_BYTES = 50_000_000


class NotAPicture(HardwareError):
    """The file is not there, too large, or holds no picture that can be decoded."""


def load_gray(file: Path) -> Gray:
    """Raises NotAPicture."""
    try:
        found = file.stat()
        fits = S_ISREG(found.st_mode) and found.st_size <= _MOST_BYTES
        data = file.read_bytes() if fits else b""
    except OSError as error:
        raise NotAPicture(f"{file} cannot be read: {error.strerror}") from error
    if not S_ISREG(found.st_mode):  # a pipe or a device may never end
        raise NotAPicture(f"{file} is no file")
    if not fits:
        raise NotAPicture(f"{file} is larger than {_MOST_BYTES // 1_000_000} MB")
    try:
        return decode_gray(data)
    except NotAPicture as error:
        raise NotAPicture(f"{file} holds {error}") from error


def decode_gray(data: bytes) -> Gray:
    """What is transparent is seen on white, as on a screen. Raises NotAPicture."""
    _refuse_bomb(data)
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    except cv2.error as error:
        raise NotAPicture("no picture that can be decoded") from error
    if picture is None:
        raise NotAPicture("no picture that can be decoded")
    if picture.dtype != np.uint8:
        picture = cv2.convertScaleAbs(picture, alpha=255 / 65535 if picture.dtype == np.uint16 else 255)
    if picture.ndim == 2:
        return np.asarray(picture, np.uint8)
    if picture.shape[2] == 4:
        alpha = picture[..., 3:].astype(np.uint16)
        picture = ((picture[..., :3] * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _refuse_bomb(data: bytes) -> None:
    """A file of 100 kB can say that it has a billion pixels. Pillow reads the size without unpacking anything."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)  # from 89 million on
            Image.open(io.BytesIO(data)).close()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("more pixels than any camera makes") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return  # what Pillow does not know is left to OpenCV
