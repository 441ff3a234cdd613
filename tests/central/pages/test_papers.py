"""What leaves the pages: charts, CSV, XLSX and the monthly report."""

import csv
import io
import re
import threading
import zipfile
from datetime import date
from xml.etree import ElementTree

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.central.pages import export, graphs
from kiosk.central.pages.asking import Asked, asked_by, last_months, month_by
from kiosk.central.pages.charts import Axis, Column, Curve, columns, curves
from kiosk.central.rollup import bin_of
from kiosk.central.spreadsheet import FORMULA
from kiosk.central.views.figures import DayRow, Figures, Period, Spent
from kiosk.web.i18n import load_words
from tests.architecture.tree import ROOT
from tests.central.pages.conftest import MINE, Pages

WORDS = load_words(ROOT / "assets" / "locales", ("pages", "central"))
VI = WORDS["vi"]
TODAY = date(2026, 11, 23)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")')


def svg(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(text).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def figures(**sums: int) -> Figures:
    return Figures(issued=10, called=10, served=9, kept=8, wait_s=6000, service_s=5400, bins=(2, 8, *(0,) * 22), **sums)


def test_columns_begin_at_zero_and_are_as_high_as_their_value() -> None:
    chart = svg(columns("Tên", "Câu", [Column("a", 10), Column("b", 5), Column("c", None)], Axis(10, 5, "phút")))
    high = [float(bar.attrib["height"]) for bar in chart.iter(f"{SVG}rect")]
    assert len(high) == 2
    assert high[0] == pytest.approx(2 * high[1])
    assert chart.attrib["aria-label"] == "Tên. Câu"


@pytest.mark.parametrize("top", [8, 800, 80_000, 2_000_000])
def test_no_number_beside_a_chart_is_cut_off_at_its_edge(top: float) -> None:
    """In the large type of paper and phones a digit is 12 wide."""
    chart = svg(columns("a", "b", [Column("1", top)], Axis.for_values([top], "x")))
    ticks = [(float(it.attrib["x"]), it.text or "") for it in chart.iter(f"{SVG}text") if "end" in it.attrib["class"]]
    assert all(x - 12 * len(words) >= -12 for x, words in ticks), ticks
    assert min(x for x, _ in ticks) < min(float(bar.attrib["x"]) for bar in chart.iter(f"{SVG}rect"))


def test_labels_below_many_columns_do_not_run_into_each_other() -> None:
    """The longest wait is always named."""
    chart = svg(str(graphs.waits(Figures(issued=24, called=24, bins=(1,) * 24), VI).picture))
    labels = [it.text for it in chart.iter(f"{SVG}text") if "middle" in it.attrib["class"]]
    assert len(labels) == 12
    assert labels[-1] == ">240"


def test_a_curve_has_a_hole_where_nothing_was_counted() -> None:
    line = Curve("p90", (1.0, 2.0, None, 4.0, 5.0, None, 7.0), "brand")
    chart = svg(curves("a", "b", list("abcdefg"), [line], Axis(10, 5, "x")))
    assert len(list(chart.iter(f"{SVG}polyline"))) == 2
    assert len(list(chart.iter(f"{SVG}circle"))) == 5


def test_what_a_hub_calls_a_thing_cannot_become_markup() -> None:
    evil = '"><script>alert(1)</script>'
    chart = columns(evil, evil, [Column(evil, 1)], Axis(1, 1, evil))
    assert "<script" not in chart
    svg(chart)


@given(st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=1e6)), max_size=40))
def test_an_axis_reaches_beyond_every_value_in_a_few_round_steps(values: list[float | None]) -> None:
    axis = Axis.for_values(values, "")
    assert axis.top >= max((value for value in values if value is not None), default=0)
    assert 1 <= round(axis.top / axis.step) <= 6


@given(st.floats(min_value=0, max_value=20_000))
def test_a_mark_stands_over_the_column_of_its_wait(wait_s: float) -> None:
    assert int(graphs.place_of(wait_s)) == bin_of(wait_s)


def test_every_chart_stands_beside_a_table_with_the_same_numbers() -> None:
    chart = graphs.waits(figures(), VI)
    assert [row[1] for row in chart.table.rows][:2] == ["2", "8"]
    assert all(len(row) == len(chart.table.heads) for row in chart.table.rows)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_sheet_is_a_formula(text: str) -> None:
    sheet = export.sheet_of([DayRow(TODAY, text, text, figures())], {}, lambda service: service, VI)
    row = list(csv.reader(io.StringIO(export.csv_bytes(sheet).decode("utf-8-sig"), newline="")))[1]
    assert [cell for cell in row if cell.startswith(FORMULA)] == []
    with zipfile.ZipFile(io.BytesIO(export.xlsx_bytes(sheet))) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "<hyperlink" not in page


def test_a_sheet_says_nothing_where_nothing_was_counted() -> None:
    sheet = export.sheet_of([DayRow(TODAY, "1", "x", Figures(issued=3))], {"1": "Phường Một"}, str, VI)
    assert tuple(sheet.rows) == (("2026-11-23", "1", "Phường Một", "x", 3, 0, 0, *(None,) * 7),)
    assert len(sheet.heads) == len(next(iter(sheet.rows)))


def test_how_promises_were_kept_stands_on_the_page_beside_what_it_should_be(busy: Pages) -> None:
    """One day of a centre: six services with 41 to 46 people called, 36 of each within the high end of their range."""
    page = busy.get("/figures?from=2026-11-09&to=2026-11-22", "lanh-dao").text
    title, *heads = (VI(f"central.{word}") for word in ("promises_title", "within_high", "within_middle", "within_low"))
    told = page.split(heads[-1])[1]
    assert [head for head in (title, *heads) if head not in page] == []
    row = re.sub(r"<[^>]+>", " ", told.split(VI("central.all_services"))[1].split("</tr>")[0]).split()
    assert "".join(row[:9]) == "26182,8%54,0%9,2%2,3%"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_is_downloaded_as_a_file(busy: Pages, ending: str) -> None:
    answer = busy.get(f"/figures.{ending}?from=2026-11-09&to=2026-11-13", "lanh-dao")
    assert answer.headers["content-disposition"] == f'attachment; filename="so-lieu-20261109-20261113.{ending}"'
    if ending == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
        assert len(rows) == 5 * 6
        assert {row["Trung tâm"] for row in rows} == {"Phường Sài Gòn"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_report_is_a_pdf_that_says_what_the_pages_say(busy: Pages, language: str) -> None:
    answer = busy.get("/report.pdf?month=2026-11", "lanh-dao", language)
    assert answer.headers["content-type"] == "application/pdf"
    with pypdfium2.PdfDocument(answer.content) as book:
        text = "\n".join(page.get_textpage().get_text_range() for page in book)
        assert 1 <= len(book) <= 4
    words = WORDS["en" if language == "en" else "vi"]
    assert words("report.title", month="11/2026") in text
    assert "Phường Sài Gòn" in text
    assert words("central.chart_waits") in text


def test_a_report_of_a_month_without_anybody_says_so(busy: Pages) -> None:
    answer = busy.get("/report.pdf?month=2025-01", "thanh-pho")
    assert answer.status_code == 400
    assert VI("central.no_figures") in answer.text


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({}, ""),
        ({"from": "2026-11-01", "to": "2026-11-22"}, ""),
        ({"from": "yesterday"}, "problem_dates"),
        ({"to": "2026-13-01"}, "problem_dates"),
        ({"from": "2026-11-22", "to": "2026-11-01"}, "problem_order"),
        ({"from": "2020-01-01", "to": "2026-11-22"}, "problem_long"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(query: dict[str, str], problem: str) -> None:
    assert asked_by(query, TODAY).problem == problem


@pytest.mark.parametrize(
    ("month", "problem"),
    [
        ("2026-10", ""),
        ("2026-11", ""),
        ("2026-12", "problem_future"),
        ("2026-13", "problem_month"),
        ("x-y", "problem_month"),
    ],
)
def test_a_month_that_is_not_there_is_refused(month: str, problem: str) -> None:
    assert month_by({"month": month}, TODAY).problem == problem


def test_without_a_month_the_last_whole_one_is_meant() -> None:
    assert month_by({}, TODAY) == Asked(Period(date(2026, 10, 1), date(2026, 10, 31)))
    assert month_by({"month": "2026-11"}, TODAY).period.last == TODAY
    assert last_months(TODAY)[:2] == [date(2026, 11, 1), date(2026, 10, 1)]


def test_too_many_days_for_a_sheet_are_refused_in_words(busy: Pages) -> None:
    assert busy.get(f"/figures.csv?centre={MINE}&from=2024-01-01&to=2026-11-22", "thanh-pho").status_code == 400


def test_a_long_sheet_is_written_row_by_row() -> None:
    """What it holds is the same as what was read, to the last row."""
    rows = [DayRow(TODAY, str(number), "x", figures()) for number in range(300)]
    sheet = export.sheet_of(rows, {}, str, VI)
    with zipfile.ZipFile(io.BytesIO(export.xlsx_bytes(sheet))) as book:
        page = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    found = list(page.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"))
    assert len(found) == 301
    assert len(found[-1]) == len(sheet.heads)


def test_one_sheet_or_report_is_made_at_a_time_and_nobody_else_waits_for_it(busy: Pages) -> None:
    """A worker is to stay small, whoever asks for how many at once."""
    portal, answers = busy.client.portal, []
    assert portal is not None
    portal.call(busy.parts.desk.acquire)
    paths = ("/figures.csv", "/report.pdf?month=2026-11")
    askers = [
        threading.Thread(target=lambda it=path: answers.append(busy.get(it, "xem").status_code)) for path in paths
    ]
    for asker in askers:
        asker.start()
    assert busy.get("/city", "xem").status_code == 200
    assert answers == []
    portal.call(busy.parts.desk.release)
    for asker in askers:
        asker.join()
    assert answers == [200, 200]


def test_the_time_of_dossiers_is_told_by_procedure_and_for_nobody() -> None:
    table = graphs.spent([("Đăng ký khai sinh", Spent(4, 4 * 540)), ("Kết hôn", Spent(0, 0))], VI)
    assert table.rows == (("Đăng ký khai sinh", "4", "9 phút"), ("Kết hôn", "0", "–"))
    assert len(table.heads) == 3
