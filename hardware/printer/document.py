"""A slip as a list of elements, from top to bottom. Lengths are dots of the print head. Says nothing of any printer."""

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Font:
    path: str  #: of a TrueType file
    size: int  #: dots per em


@dataclass(frozen=True, slots=True)
class Text:
    """One line of any Unicode text.

    ``height`` is the distance that it takes on the paper, 0: as the font says; ``indent`` is for text at the left edge.
    """

    text: str
    font: Font
    align: Align = "center"
    height: int = 0
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """One line with words in two cells of half the ``width`` each, centred. Both have the same font and height."""

    left: Text
    right: Text
    width: int


@dataclass(frozen=True, slots=True)
class Badge:
    """White words on a black plate with round ends."""

    text: str
    font: Font
    height: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line across the paper; ``dash`` 0: solid."""

    thickness: int = 2
    dash: int = 0


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, error correction M, ``module`` dots for each of its squares, without its quiet zone."""

    payload: str
    module: int = 6


@dataclass(frozen=True, slots=True)
class Feed:
    dots: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Feeds the slip out of the mouth and cuts it off."""


Element = Text | Columns | Badge | Rule | Qr | Feed | Cut
Document = tuple[Element, ...]
