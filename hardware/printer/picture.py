"""A slip as a picture and as words: what a printer of a profile would print, without one. Pure."""

from PIL import Image

from hardware.printer.document import Align, Badge, Columns, Cut, Document, Element, Feed, Qr, Text
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import Raster, qr_raster, raster_of


def picture(document: Document, profile: PrinterProfile) -> Image.Image:
    """One bit a dot, as wide as the print head; dot for dot what comes out of a printer that is sent the bytes."""
    rows = [_placed(element, profile) for element in document]
    paper = Image.new("1", (profile.width_dots, max(1, sum(each.height for each in rows))), 1)
    top = 0
    for each in rows:
        paper.paste(each, (0, top))
        top += each.height
    return paper


def words_of(document: Document) -> list[str]:
    """What is to be read on it, line by line."""
    lines: list[str] = []
    for element in document:
        match element:
            case Text() | Badge():
                lines.append(element.text)
            case Columns(left, right):
                lines += [left.text, right.text]
    return lines


def _placed(element: Element, profile: PrinterProfile) -> Image.Image:
    match element:
        case Feed(dots):
            return _white(profile.width_dots, dots)
        case Cut():
            return _white(profile.width_dots, profile.cut_feed_dots)
        case Qr(payload, module):
            # Printers that cannot draw codes get them at half size and double them.
            return _drawn(qr_raster(payload, module if profile.native_qr else module // 2 * 2), "center", profile)
        case _:
            raster, align = raster_of(element, profile.width_dots)
            return _drawn(raster, align, profile)


def _drawn(raster: Raster, align: Align, profile: PrinterProfile) -> Image.Image:
    width = profile.width_dots
    paper = _white(width, raster.above + raster.rows + raster.below)
    if raster.rows:
        dots = Image.frombytes("1", (8 * raster.width_bytes, raster.rows), raster.data)
        left = {"left": 0, "center": (width - dots.width) // 2, "right": width - dots.width}[align]
        paper.paste(0, (left, raster.above), dots)
    return paper


def _white(width: int, rows: int) -> Image.Image:
    return Image.new("1", (width, rows), 1)
