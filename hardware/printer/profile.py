"""What is known of a printer model; the files stand in ``hardware/profiles``."""

from typing import Annotated, Literal

import msgspec

from hardware.profiles import Line, Profile

Positive = Annotated[int, msgspec.Meta(gt=0)]


class PrinterProfile(Profile, frozen=True, kw_only=True):
    """``title`` and ``source`` are for people."""

    title: str
    source: str
    line: Line
    width_dots: Positive  #: printable width
    dpi: Positive
    native_qr: bool  #: knows GS ( k; else a QR is sent as a picture
    cutter: Literal["full", "partial", "none"]
    cut_feed_dots: int  #: from the print head to the knife or the tear bar
    max_rows: Positive = 160  #: of one raster command
    status: Literal["epson", "custom", "hwasung"]
    reports_changes: bool  #: knows GS a (automatic status back)
    clear: str  #: hex of the real-time commands that empty its buffers after a ticket was broken off
