"""ESC/POS: a document -> the bytes that a printer of a profile prints it from. Pure; byte-exact for equal input.

Own encoder: python-escpos would print two thirds of the Vietnamese letters as "?", and this is a dozen commands.
Commands as in Epson's ESC/POS reference; all but GS ( k are known to every clone.
"""

from functools import lru_cache

from hardware.printer.document import Align, Badge, Columns, Cut, Document, Element, Feed, Qr, Rule, Text
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import Raster, qr_raster, qr_side, raster_of

INITIALISE = b"\x1b@"
LEAVE_CHINESE_MODE = b"\x1c."
REPORT_CHANGES = b"\x1da\xff"  #: GS a: the printer tells each change by itself; forgotten at ESC @
CONFIRM = b"\x1dr\x01"  #: GS r 1: answered in its turn, so an answer means that everything before it is on paper
_ALIGN: dict[Align, bytes] = {"left": b"\x1ba\x00", "center": b"\x1ba\x01", "right": b"\x1ba\x02"}
_KNIFE = {"full": b"\x1dV\x00", "partial": b"\x1dV\x01", "none": b""}
_QR_MODEL_2 = b"\x1d(k\x04\x00\x31\x41\x32\x00"
_QR_CORRECTION_M = b"\x1d(k\x03\x00\x31\x45\x31"
_QR_PRINT = b"\x1d(k\x03\x00\x31\x51\x30"


def encode(document: Document, profile: PrinterProfile) -> bytes:
    """The whole slip: set-up, elements, and the request to confirm."""
    parts = [opening(profile)]
    white = 0
    for element in document:
        above, payload, below = _element(element, profile)
        white += above
        if payload:
            parts += [_feed(white), payload]
            white = 0
        white += below
    return b"".join([*parts, _feed(white), CONFIRM])


def opening(profile: PrinterProfile) -> bytes:
    """Brings a printer from any state of its settings to the one that the rest relies on."""
    # GS P: feeds count in dots; their unit differs from model to model.
    units = b"\x1dP" + bytes([profile.dpi, profile.dpi])
    return INITIALISE + (REPORT_CHANGES if profile.reports_changes else b"") + LEAVE_CHINESE_MODE + units


def length_dots(document: Document, profile: PrinterProfile) -> int:
    """Of the printed slip, without what the cut feeds."""
    return sum(_length(element, profile) for element in document)


def _length(element: Element, profile: PrinterProfile) -> int:
    match element:
        case Feed(dots):
            return dots
        case Cut():
            return 0
        case Qr(payload, module):
            return qr_side(payload) * module
        case _:
            raster, _ = raster_of(element, profile.width_dots)
            return raster.above + raster.rows + raster.below


def _element(element: Element, profile: PrinterProfile) -> tuple[int, bytes, int]:
    """White rows above, bytes, white rows below."""
    match element:
        case Feed(dots):
            return dots, b"", 0
        case Cut():
            # Fed by ourselves: what GS V feeds by itself differs from model to model.
            return profile.cut_feed_dots, _KNIFE[profile.cutter], 0
        case Qr(payload, module) if profile.native_qr:
            return 0, _ALIGN["center"] + _native_qr(payload, module), 0
        case Qr(payload, module):
            # At half size and doubled by the printer: a quarter of the bytes.
            return 0, _ALIGN["center"] + _strips(qr_raster(payload, module // 2), profile.max_rows, doubled=True), 0
        case _:
            return _drawn(element, profile.width_dots, profile.max_rows)


@lru_cache(maxsize=512)
def _drawn(element: Text | Columns | Badge | Rule, width: int, max_rows: int) -> tuple[int, bytes, int]:
    raster, align = raster_of(element, width)
    return raster.above, _ALIGN[align] + _strips(raster, max_rows) if raster.rows else b"", raster.below


def _feed(dots: int) -> bytes:
    """ESC J, at most 255 dots each."""
    whole, rest = divmod(dots, 255)
    return b"\x1bJ\xff" * whole + (b"\x1bJ" + bytes([rest]) if rest else b"")


def _strips(raster: Raster, max_rows: int, doubled: bool = False) -> bytes:
    """GS v 0 in strips of at most ``max_rows``."""
    parts, start = [], 0
    while start < raster.rows:
        rows = min(max_rows, raster.rows - start)
        rows -= rows % 48 == 0  # Xprinter's POS-5890K prints a strip with a multiple of 48 rows as noise
        size = raster.width_bytes
        strip = raster.data[start * size : (start + rows) * size]
        parts.append(b"\x1dv0" + (b"\x03" if doubled else b"\x00") + _word(size) + _word(rows) + strip)
        start += rows
    return b"".join(parts)


def _native_qr(payload: str, module: int) -> bytes:
    content = payload.encode()
    store = b"\x1d(k" + _word(len(content) + 3) + b"\x31\x50\x30" + content
    return _QR_MODEL_2 + b"\x1d(k\x03\x00\x31\x43" + bytes([module]) + _QR_CORRECTION_M + store + _QR_PRINT


def _word(number: int) -> bytes:
    return number.to_bytes(2, "little")
