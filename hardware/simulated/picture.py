"""What a LED or VFD display shows, drawn as a picture of its dots: for the demo, the tour and the eye."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

#: Seven rows of five dots, top first, as hex; lower case is drawn as upper case.
GLYPHS = {
    "0": "0E11131519110E", "1": "040C040404040E", "2": "0E11010204081F", "3": "1F02040201110E", "4": "02060A121F0202",
    "5": "1F101E0101110E", "6": "0608101E11110E", "7": "1F010204080808", "8": "0E11110E11110E", "9": "0E11110F01020C",
    "A": "0E11111F111111", "B": "1E11111E11111E", "C": "0E11101010110E", "D": "1C12111111121C", "E": "1F10101E10101F",
    "F": "1F10101E101010", "G": "0E11101711110F", "H": "1111111F111111", "I": "0E04040404040E", "J": "0702020202120C",
    "K": "11121418141211", "L": "1010101010101F", "M": "111B1515111111", "N": "11111915131111", "O": "0E11111111110E",
    "P": "1E11111E101010", "Q": "0E11111115120D", "R": "1E11111E141211", "S": "0F10100E01011E", "T": "1F040404040404",
    "U": "1111111111110E", "V": "11111111110A04", "W": "11111115151B11", "X": "11110A040A1111", "Y": "11110A04040404",
    "Z": "1F01020408101F", "-": "0000001F000000", ".": "00000000000C0C", ":": "000C0C000C0C00", "/": "00010204081000",
    ",": "000000000C0408", "!": "04040404040004", "?": "0E110102040004", "(": "02040808080402", ")": "08040202020408",
    "+": "0004041F040400", "=": "00001F001F0000", "'": "04040800000000", "#": "0A0A1F0A1F0A0A", "%": "18190204081303",
}  # fmt: skip
_ROWS, _COLUMNS = 7, 5


@dataclass(frozen=True, slots=True)
class Tube:
    """The look of a display: colours, and the pitch of its dots in pixels."""

    lit: str
    unlit: str
    ground: str
    pitch: int


LED = Tube(lit="#ff3b22", unlit="#2a0d0a", ground="#120605", pitch=14)
VFD = Tube(lit="#6ff2d8", unlit="#0d2624", ground="#081413", pitch=7)


def draw(lines: Sequence[str], columns: int, tube: Tube) -> Image.Image:
    """``lines`` on a display of ``columns`` characters: one dot of space between characters, two between lines."""
    step, margin = tube.pitch, 3 * tube.pitch
    width = (columns * (_COLUMNS + 1) - 1) * step + 2 * margin
    height = (len(lines) * (_ROWS + 2) - 2) * step + 2 * margin
    picture = Image.new("RGB", (width, height), tube.ground)
    pen = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        for column, letter in enumerate(line.ljust(columns)[:columns]):
            corner = (margin + column * (_COLUMNS + 1) * step, margin + row * (_ROWS + 2) * step)
            _draw_glyph(pen, letter, corner, tube)
    return picture


def _draw_glyph(pen: ImageDraw.ImageDraw, letter: str, corner: tuple[int, int], tube: Tube) -> None:
    blank = "00" * _ROWS if letter == " " else GLYPHS["?"]
    rows = bytes.fromhex(GLYPHS.get(letter.upper(), blank))
    size = tube.pitch - max(1, tube.pitch // 6)
    for y, bits in enumerate(rows):
        for x in range(_COLUMNS):
            left, top = corner[0] + x * tube.pitch, corner[1] + y * tube.pitch
            lit = bits >> (_COLUMNS - 1 - x) & 1
            pen.ellipse((left, top, left + size - 1, top + size - 1), fill=tube.lit if lit else tube.unlit)
