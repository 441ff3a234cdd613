"""Memory of a citizen's errand is given back: pictures once nobody needs them, the rest when the citizen has left."""

import ctypes
import gc

__all__ = ["give_back", "keep_no_pictures"]

_M_MMAP_THRESHOLD = -3  #: malloc.h
#: Frames of a document camera have 33 MB, pages half of it; nothing else is as large.
_PICTURE_BYTES = 4 << 20


def keep_no_pictures() -> None:
    """Blocks of a picture's size go back to the system when they are freed (mallopt(3)).

    By itself glibc raises that size to what was freed last, up to 32 MB, and keeps what is smaller.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _PICTURE_BYTES)


def give_back() -> None:
    """Takes up to a fifth of a second, during which nothing else runs: for a screen that nobody touches."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own, malloc_trim(3)
    if trim is not None:
        trim(0)
