"""What an ESC/POS printer does with its bytes: commands -> rows of dots on paper -> slips as pictures.

Written from the printers' manuals and not from our encoder, so that the one checks the other.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import qrcode
from PIL import Image, ImageDraw, ImageFont

#: Asks for so many bytes and is sent them.
Reading = Generator[int, bytes, None]
_CORRECTION = {
    0x30: qrcode.constants.ERROR_CORRECT_L,
    0x31: qrcode.constants.ERROR_CORRECT_M,
    0x32: qrcode.constants.ERROR_CORRECT_Q,
    0x33: qrcode.constants.ERROR_CORRECT_H,
}
_FONT_A = (12, 24)  #: dots of a built-in letter


@dataclass(frozen=True, slots=True)
class Slip:
    """A piece of paper that came out. ``image``: 8-bit grey, as wide as the print head."""

    image: Image.Image
    complete: bool  #: cut off after everything was printed; False: torn, or the rest of a broken ticket

    @property
    def has_ink(self) -> bool:
        return self.image.getextrema() != (255, 255)


class Paper:
    """The roll under the head: rows of dots until the next cut. A row is an integer, its top bit the leftmost dot."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.rows: list[int] = []

    def cut(self, complete: bool) -> Slip:
        image = Image.new("L", (self.width, max(1, len(self.rows))), 255)
        if self.rows:
            size = self.width // 8
            dots = b"".join(row.to_bytes(size, "big") for row in self.rows)
            black = Image.frombytes("1", (self.width, len(self.rows)), dots)
            image.paste(0, mask=black)
        self.rows = []
        return Slip(image, complete)


class Interpreter:
    """Reads commands. ``print_row``, ``cut`` and ``answer`` (to "r": GS r, "a": GS a) are the device's part."""

    def __init__(
        self,
        paper: Paper,
        dpi: int,
        print_row: Callable[[int], None],
        cut: Callable[[], None],
        answer: Callable[[bytes], None],
    ) -> None:
        self._paper, self._dpi = paper, dpi
        self._print_row, self._cut, self._answer = print_row, cut, answer
        self.unknown: list[bytes] = []  #: commands that this printer does not know
        self.is_in_picture = False
        self._reset()

    def _reset(self) -> None:
        self.reports = 0  #: GS a n
        self._align = 0
        self._unit = 2 * self._dpi  # feeds count in half dots until GS P says otherwise
        self._scale = (1, 1)
        self._line = ""
        self._qr_module, self._qr_correction, self._qr_content = 3, qrcode.constants.ERROR_CORRECT_L, b""

    def run(self) -> Reading:
        """For ever; restarted when the buffers are cleared."""
        self.is_in_picture = False
        while True:
            first = (yield 1)[0]
            if first == 0x0A:
                self._print_line()
            elif first in (0x1B, 0x1C, 0x1D):
                yield from self._command(first, (yield 1)[0])
            elif 0x20 <= first < 0x7F:
                self._line += chr(first)
            elif first not in (0x00, 0x0D):
                self.unknown.append(bytes([first]))

    def _command(self, group: int, name: int) -> Reading:
        match bytes([group, name]):
            case b"\x1b@":
                self._reset()
            case b"\x1bJ":
                self._feed((yield 1)[0] * self._dpi // self._unit)
            case b"\x1bd":
                self._feed((yield 1)[0] * 30)
            case b"\x1ba":
                self._align = (yield 1)[0] % 0x30
            case b"\x1dP":
                _, vertical = yield 2
                self._unit = vertical or 2 * self._dpi
            case b"\x1d!":
                size = (yield 1)[0]
                self._scale = (1 + (size >> 4 & 7), 1 + (size & 7))
            case b"\x1dV":
                yield from self._knife()
            case b"\x1dv":
                yield from self._picture()
            case b"\x1d(":
                yield from self._function()
            case _:
                yield from self._ask_or_ignore(group, name)

    def _ask_or_ignore(self, group: int, name: int) -> Reading:
        match bytes([group, name]):
            case b"\x1dr":
                yield 1
                self._answer(b"r")
            case b"\x1da":
                self.reports = (yield 1)[0]
                self._answer(b"a")
            case b"\x1c." | b"\x1c&" | b"\x1b2":
                pass
            case b"\x1b!" | b"\x1bE" | b"\x1bt" | b"\x1bR" | b"\x1b3":
                yield 1
            case other:
                self.unknown.append(other)

    def _knife(self) -> Reading:
        mode = (yield 1)[0]
        if mode in (65, 66):
            self._feed((yield 1)[0] * self._dpi // self._unit + 112)
        self._cut()

    def _picture(self) -> Reading:
        """GS v 0 m xL xH yL yH: printed row by row as the bytes come."""
        _, mode, *size = yield 6
        width, rows = size[0] + 256 * size[1], size[2] + 256 * size[3]
        wide, high = 1 + (mode & 1), 1 + (mode >> 1 & 1)
        self.is_in_picture = True
        for _ in range(rows):
            row = yield width
            dots = _doubled(row) if wide == 2 else row
            for _ in range(high):
                self._place(dots)
        self.is_in_picture = False

    def _function(self) -> Reading:
        """GS ( name pL pH …; only k (two-dimensional codes) is known."""
        name, low, high = yield 3
        parameters = yield low + 256 * high
        if name != ord("k") or parameters[:1] != b"\x31":
            self.unknown.append(b"\x1d(" + bytes([name]) + parameters[:2])
            return
        match parameters[1]:
            case 0x43:
                self._qr_module = parameters[2]
            case 0x45:
                self._qr_correction = _CORRECTION[parameters[2]]
            case 0x50:
                self._qr_content = parameters[3:]
            case 0x51:
                self._print_qr()

    def _print_qr(self) -> None:
        code = qrcode.QRCode(error_correction=self._qr_correction, border=0)
        code.add_data(self._qr_content)
        code.make(fit=True)
        for line in code.get_matrix():
            bits = "".join(("1" if dark else "0") * self._qr_module for dark in line)
            spare = -len(bits) % 8
            row = int(bits, 2) << spare
            for _ in range(self._qr_module):
                self._place(row.to_bytes((len(bits) + spare) // 8, "big"), len(bits))

    def _print_line(self) -> None:
        """Text in the built-in letters; an empty line feeds."""
        text, self._line = self._line, ""
        wide, high = _FONT_A[0] * self._scale[0], _FONT_A[1] * self._scale[1]
        if not text:
            self._feed(30)
            return
        canvas = Image.new("1", (-(-len(text) * wide // 8) * 8, high), 0)
        face = ImageFont.load_default(_FONT_A[1] * 0.8)
        for place, letter in enumerate(text):
            cell = Image.new("1", _FONT_A, 0)
            ImageDraw.Draw(cell).text((_FONT_A[0] / 2, _FONT_A[1] / 2), letter, 1, face, anchor="mm")
            canvas.paste(cell.resize((wide, high)), (place * wide, 0))
        dots, size = canvas.tobytes(), canvas.width // 8
        for start in range(0, len(dots), size):
            self._place(dots[start : start + size], len(text) * wide)

    def _feed(self, rows: int) -> None:
        for _ in range(rows):
            self._print_row(0)

    def _place(self, dots: bytes, width: int | None = None) -> None:
        """One row, at the place that the alignment says; what does not fit on the paper is lost."""
        given = 8 * len(dots)
        width = width or given
        left = {0: 0, 1: (self._paper.width - width) // 2, 2: self._paper.width - width}.get(self._align, 0)
        shift = self._paper.width - max(0, left) - given
        row = int.from_bytes(dots, "big")
        row = row << shift if shift >= 0 else row >> -shift
        self._print_row(row & (1 << self._paper.width) - 1)


def _doubled(row: bytes) -> bytes:
    bits = "".join(each * 2 for each in f"{int.from_bytes(row, 'big'):0{8 * len(row)}b}")
    return int(bits, 2).to_bytes(2 * len(row), "big")
