"""An A4 page with figures, charts and tables placed from top to bottom. For the monthly report.

Lengths in mm, type in pt. Colours are those of the pages (``assets/theme.toml``).
"""

from collections.abc import Sequence
from itertools import pairwise

from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from kiosk.central.pages.charts import Axis, Column, Curve, Mark, tick
from kiosk.web.a4 import A4, HEIGHT, INNER, MARGIN, WIDTH


class Paper(A4):
    def band(self) -> None:
        """The colours of the pages' header."""
        self.set_fill_color(*self.colours["brand"])
        self.rect(0, 0, WIDTH, 5, style="F")
        self.set_fill_color(*self.colours["accent"])
        self.rect(0, 5, WIDTH, 0.8, style="F")

    def heading(self, text: str, room: float) -> None:
        """``room``: what must fit below it on the same page."""
        if self.get_y() + room > HEIGHT - 20:
            self.add_page()
        self.ln(2)
        self.paragraph(text, 13, style="B", after=0.5)

    def figures(self, cells: Sequence[tuple[str, str, str]]) -> None:
        """Big numbers in a row of three: the number, what it is, and what it was."""
        wide, tall, top = INNER / 3, 24.0, self.get_y()
        for place, (value, words, before) in enumerate(cells):
            x, y = MARGIN + place % 3 * wide, top + place // 3 * (tall + 3)
            self.set_draw_color(*self.colours["line"])
            self.rect(x, y, wide - 3, tall)
            self._at(x + 4, y + 3, value, 18, "ink", "B")
            self._at(x + 4, y + 11.5, words, 8.5, "ink")
            self._at(x + 4, y + 16.5, before, 8, "ink_soft")
        self.set_xy(MARGIN, top + -(-len(cells) // 3) * (tall + 3) + 1)

    def column_chart(self, bars: Sequence[Column], axis: Axis, marks: Sequence[Mark], tall: float) -> None:
        left, top, wide = self._grid(axis, tall, len(bars))
        for place, bar in enumerate(bars):
            x = left + place * wide
            self.set_fill_color(*self.colours[bar.tone])
            if bar.value:
                high = tall * min(bar.value, axis.top) / axis.top
                self.rect(x + wide * 0.12, top + tall - high, wide * 0.76, high, style="F")
            if bar.tick:
                self._middle(x + wide / 2, top + tall + 1, bar.label)
        for row, mark in enumerate(marks):
            self._mark(left + mark.place * wide, top, tall, row, mark.words)
        self.set_xy(MARGIN, top + tall + 7)

    def curve_chart(self, labels: Sequence[str], lines: Sequence[Curve], axis: Axis, tall: float) -> None:
        left, top, wide = self._grid(axis, tall, len(labels))
        every = max(1, -(-len(labels) // 12))
        for place, label in enumerate(labels):
            if place % every == 0:
                self._middle(left + (place + 0.5) * wide, top + tall + 1, label)
        for line in lines:
            self.set_draw_color(*self.colours[line.tone])
            self.set_line_width(0.6)
            self.set_dash_pattern(*((2, 1.4) if line.dash else (0, 0)))
            spots = [
                None
                if value is None
                else (left + (n + 0.5) * wide, top + tall - tall * min(value, axis.top) / axis.top)
                for n, value in enumerate(line.values)
            ]
            for start, end in pairwise(spots):
                if start and end:
                    self.line(*start, *end)
        self._plain_lines()
        self.set_xy(MARGIN, top + tall + 7)

    def legend(self, keys: Sequence[tuple[str, bool, str]]) -> None:
        """(colour, dashed, words) of each curve."""
        x, y = MARGIN + 10.0, self.get_y()
        for colour, dashed, words in keys:
            self.set_draw_color(*self.colours[colour])
            self.set_line_width(0.6)
            self.set_dash_pattern(*((2, 1.4) if dashed else (0, 0)))
            self.line(x, y + 2, x + 9, y + 2)
            self._at(x + 11, y, words, 8, "ink")
            x += 16 + self.get_string_width(words)
        self._plain_lines()
        self.set_xy(MARGIN, y + 6)

    def table_of(self, heads: Sequence[str], rows: Sequence[Sequence[str]], first: int = 4) -> None:
        """The first column is ``first`` times as wide as another; its head is repeated on every page."""
        self.ink("ink", 8.5)
        self.set_draw_color(*self.colours["line"])
        self.set_fill_color(*self.colours["paper"])
        self.set_line_width(0.2)
        head = FontFace(emphasis="BOLD", color=self.colours["ink"], fill_color=self.colours["brand_soft"], size_pt=8)
        align = ("LEFT", *("RIGHT",) * (len(heads) - 1))
        with self.table(
            headings_style=head,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=(first, *(1,) * (len(heads) - 1)),
            text_align=align,
            line_height=4.6,
            padding=(0.7, 1.2),
        ) as table:
            for cells in (heads, *rows):
                table.row(list(cells))
        self.ln(2)

    def _grid(self, axis: Axis, tall: float, many: int) -> tuple[float, float, float]:
        """Left edge, top and the width of one of ``many`` places."""
        left, top = MARGIN + 10.0, self.get_y() + 5
        self._at(MARGIN, top - 5, axis.unit, 8, "ink_soft")
        self.set_draw_color(*self.colours["line"])
        self.set_line_width(0.2)
        for n in range(round(axis.top / axis.step) + 1):
            y = top + tall - tall * n * axis.step / axis.top
            self.line(left, y, WIDTH - MARGIN, y)
            self.ink("ink_soft", 7.5)
            self.set_xy(MARGIN, y - 2)
            self.cell(9, 4, tick(n * axis.step), align="R")
        return left, top, (INNER - 10) / max(1, many)

    def _mark(self, x: float, top: float, tall: float, row: int, words: str) -> None:
        self.set_draw_color(*self.colours["accent"])
        self.set_line_width(0.5)
        self.set_dash_pattern(1.5, 1.2)
        self.line(x, top, x, top + tall)
        self._plain_lines()
        self._at(x + 1.5, top + 1 + 5 * row, words, 8.5, "ink", "B")

    def _plain_lines(self) -> None:
        self.set_dash_pattern()
        self.set_line_width(0.2)

    def _at(self, x: float, y: float, text: str, size: float, colour: str, style: str = "") -> None:
        self.ink(colour, size, style)
        self.set_xy(x, y)
        self.cell(self.get_string_width(text) + 1, size * 0.45, text)

    def _middle(self, x: float, y: float, text: str) -> None:
        self.ink("ink_soft", 7.5)
        self.set_xy(x - 8, y)
        self.cell(16, 4, text, align="C")
