"""CD5220, the command set that most pole displays can be switched to: 2 lines of 20. They do not answer."""

from typing import Annotated

from msgspec import Meta

from hardware.display.codec import Exchange
from hardware.display.dmd import Brightness, RefreshS, line_of, page
from hardware.profiles import Line, Profile

INITIALIZE = b"\x1b\x40"
CLEAR = b"\x0c"
UPPER, LOWER = b"\x1b\x51\x41", b"\x1b\x51\x42"
END = b"\x0d"


class Cd5220Profile(Profile, frozen=True, kw_only=True, tag="display.cd5220", tag_field="kind"):
    title: str
    source: str
    line: Line = Line(baud=9600)
    columns: Annotated[int, Meta(ge=1, le=80)] = 20
    refresh_s: RefreshS = 5.0
    brightness: Brightness = 4
    caption: str = ""


class Cd5220Codec:
    reply_s = 0.0
    gap_chars = 0

    def __init__(self, profile: Cd5220Profile) -> None:
        self._profile, self.refresh_s = profile, profile.refresh_s

    def greet(self) -> tuple[Exchange, ...]:
        """CLR comes first: after ESC Q nothing else leaves string mode."""
        return (Exchange(CLEAR + INITIALIZE + b"\x1b\x2a" + bytes([self._profile.brightness])),)

    def show(self, text: str) -> tuple[Exchange, ...]:
        upper, lower = page(text, self._profile.caption, 2)
        columns = self._profile.columns
        return (Exchange(UPPER + line_of(upper, columns) + END + LOWER + line_of(lower, columns) + END),)

    def check(self, text: str) -> tuple[Exchange, ...]:
        return ()
