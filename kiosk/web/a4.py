"""An A4 page with our type, for what is printed: fonts, margins, colours of the theme, a foot with the page's number.

Loaded only when something is printed: fpdf takes a quarter of a second. Lengths in mm, type in pt.
"""

import tomllib
from pathlib import Path

from fpdf import FPDF

MARGIN, WIDTH, HEIGHT = 18, 210, 297
INNER = WIDTH - 2 * MARGIN
FACES = (("", "BeVietnamPro-Regular.ttf"), ("B", "BeVietnamPro-SemiBold.ttf"))
Colour = tuple[int, int, int]


class A4(FPDF):
    """``foot`` stands at the bottom of every page, beside its number; ``page_words`` has {page} and {pages}."""

    def __init__(self, assets: Path, foot: str, page_words: str) -> None:
        super().__init__(format="A4")
        self._foot, self._page_words = foot, page_words
        table = tomllib.loads((assets / "theme.toml").read_text(encoding="utf-8"))["color"]
        self.colours = {name: rgb(text) for name, text in table.items()}
        for style, file in FACES:
            self.add_font("vn", style, assets / "fonts" / file)
        self.set_margins(MARGIN, 16, MARGIN)
        self.set_auto_page_break(True, 20)
        self.c_margin = 0.0
        self.alias_nb_pages("{pages}")
        self.add_page()

    def footer(self) -> None:
        self.set_y(-14)
        self.ink("ink_soft", 8)
        # Left: the number of pages is known last, so what is right of it could not be placed.
        self.cell(INNER, 5, f"{self._foot} · {self._page_words.format(page=self.page_no(), pages='{pages}')}")

    def ink(self, colour: str, size: float, style: str = "") -> None:
        self.set_text_color(*self.colours[colour])
        self.set_font("vn", style, size)

    def paragraph(self, text: str, size: float = 10.5, colour: str = "ink", style: str = "", after: float = 2) -> None:
        self.ink(colour, size, style)
        self.multi_cell(INNER, size * 0.52, text, new_x="LMARGIN", new_y="NEXT", align="L")
        self.ln(after)


def rgb(text: str) -> Colour:
    """#0b3d91 as three numbers."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
