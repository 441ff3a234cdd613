"""Figures for a spreadsheet: a line for each day, centre and service. Pure: rows in, bytes out.

What a hub sent may begin like a formula. No cell is one: in CSV such a text is guarded, in XLSX written as text.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kiosk.central.spreadsheet import guarded
from kiosk.central.views.figures import DayRow
from kiosk.web.i18n import Words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """``shares``: columns whose numbers are shares, shown in percent."""

    name: str
    heads: tuple[str, ...]
    rows: "Lines"
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of a sheet, each made when it is written."""

    rows: Iterable[DayRow]
    centres: Mapping[str, str]
    service_name: Callable[[str], str]

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        for row in self.rows:
            yield _line(row, self.centres.get(row.centre, row.centre), self.service_name(row.service))


def sheet_of(rows: Iterable[DayRow], centres: Mapping[str, str], service_name: Callable[[str], str], t: Words) -> Sheet:
    heads = ("day", "code", "centre", "service", "issued", "served", "left", "kept", "late_head", "missed")
    minutes = ("wait_mean_min", "median_min", "p90_min", "service_min")
    lines = Lines(rows, centres, service_name)
    return Sheet(t("central.sheet"), tuple(t(f"central.{each}") for each in (*heads, *minutes)), lines, (7, 8, 9))


def _line(row: DayRow, centre: str, service: str) -> tuple[Cell, ...]:
    f = row.figures
    shares = (f.kept_share, f.late_share, f.missed_share)
    waits = (f.wait_mean_s, f.median_s, f.p90_s, f.service_mean_s)
    return (
        row.day.isoformat(),
        row.centre,
        centre,
        service,
        f.issued,
        f.served,
        f.left,
        *(None if each is None else round(each, 4) for each in shares),
        *(None if each is None else round(each / 60, 1) for each in waits),
    )


def csv_bytes(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs to see that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.heads)
    writer.writerows([guarded(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheet: Sheet) -> bytes:
    """Rows go to a temporary file one by one; all of them in memory would be four times as much as they are."""
    import xlsxwriter  # 2 MB that a worker needs for nothing else

    body = io.BytesIO()
    options = {"constant_memory": True} | dict.fromkeys(("strings_to_formulas", "strings_to_urls"), False)
    with xlsxwriter.Workbook(body, options) as book:
        page = book.add_worksheet(sheet.name)
        head = book.add_format({"bold": True, "bg_color": "#E4ECFA", "bottom": 1, "text_wrap": True, "valign": "top"})
        percent = book.add_format({"num_format": "0.0%"})
        page.freeze_panes(1, 0)
        page.set_column(0, 1, 12)
        page.set_column(2, 3, 34)
        page.set_column(4, len(sheet.heads) - 1, 11)
        page.write_row(0, 0, sheet.heads, head)
        number = 0
        for number, row in enumerate(sheet.rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, place, cell)
                elif cell is not None:
                    page.write_number(number, place, cell, percent if place in sheet.shares else None)
        page.autofilter(0, 0, number, len(sheet.heads) - 1)
    return body.getvalue()
