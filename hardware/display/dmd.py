"""Epson DM-D customer displays, 2 lines of 20 (ESC/POS for displays). They do not answer."""

from typing import Annotated

from msgspec import Meta

from hardware.display.codec import Exchange
from hardware.display.text import fit, plain
from hardware.profiles import Line, Profile

INITIALIZE = b"\x1b\x40"
SELECT_DISPLAY = b"\x1b\x3d\x02"  # a pass-through line: what follows is not for the printer
OVERWRITE = b"\x1f\x01"  # MD1: writing the last cell wraps round instead of scrolling
CURSOR_OFF = b"\x1f\x43\x00"
Brightness = Annotated[int, Meta(ge=1, le=4)]
#: How often all is said again, for a display that lost power; 0: never.
RefreshS = Annotated[float, Meta(ge=0, le=3600)]


class DmdProfile(Profile, frozen=True, kw_only=True, tag="display.dmd", tag_field="kind"):
    title: str
    source: str
    line: Line = Line(baud=9600)
    columns: Annotated[int, Meta(ge=1, le=80)] = 20
    rows: Annotated[int, Meta(ge=1, le=4)] = 2
    refresh_s: RefreshS = 5.0
    brightness: Brightness = 4
    caption: str = ""  #: stands on the second line while a number is shown


class DmdCodec:
    reply_s = 0.0
    gap_chars = 0

    def __init__(self, profile: DmdProfile) -> None:
        self._profile, self.refresh_s = profile, profile.refresh_s

    def greet(self) -> tuple[Exchange, ...]:
        brightness = b"\x1f\x58" + bytes([self._profile.brightness])
        return (Exchange(INITIALIZE + SELECT_DISPLAY + OVERWRITE + CURSOR_OFF + brightness),)

    def show(self, text: str) -> tuple[Exchange, ...]:
        """Each line is rewritten whole from its first cell: CLR would make the display flicker."""
        lines = page(text, self._profile.caption, self._profile.rows)
        cells = [
            b"\x1f\x24\x01" + bytes([row]) + line_of(line, self._profile.columns) for row, line in enumerate(lines, 1)
        ]
        return (Exchange(b"".join(cells)),)

    def check(self, text: str) -> tuple[Exchange, ...]:
        return ()


def page(text: str, caption: str, rows: int) -> list[str]:
    """The lines of a character display: the number first, the caption under it while there is a number."""
    return [text, caption if text else "", *([""] * rows)][:rows]


def line_of(text: str, columns: int) -> bytes:
    """One line, centred, as ASCII bytes."""
    return fit(plain(text), columns, "centre").encode("ascii")
