"""What the worker answers. Apart from it, so that whoever asks need not carry the libraries that open hostile files."""

import msgspec

from kiosk.papers.kinds import Refusal

UPRIGHT = "--upright"  #: the worker's argument: turn pages that lie on their side or head


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """``low_resolution``: pages (from 1) too coarse for the archive. ``acts``: it ran something as it was given."""

    refusal: Refusal | None = None
    pages: int = 0
    low_resolution: tuple[int, ...] = ()
    acts: bool = False
