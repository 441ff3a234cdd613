"""The monthly report: a page to choose, and the PDF. One page for who has a minute, tables for who wants to know."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.central.pages import graphs
from kiosk.central.pages.asking import last_months, month_by
from kiosk.central.pages.charts import Axis, Column, Curve, Mark
from kiosk.central.pages.over_time import Wanted, tables_of, wanted_by
from kiosk.central.pages.parts import PageParts
from kiosk.central.pages.wording import day_text, number, share, short_day
from kiosk.central.ports import Transaction
from kiosk.central.views.figures import Figures, OverTime, Period, month_of, read_over_time
from kiosk.clock import local
from kiosk.web.i18n import Words
from kiosk.web.wording import at_most, clock_time, long_date, short
from kiosk.wire.common import Text

if TYPE_CHECKING:
    from kiosk.central.pages.paper import Paper


@dataclass(frozen=True, slots=True)
class Report:
    """What the PDF says, already in words. ``before``: the same figures one month earlier."""

    city: str
    subject: str
    period: Period
    over: OverTime
    before: Figures
    tables: tuple[tuple[str, graphs.Table], ...]
    made: str


class ReportPages:
    def __init__(self, parts: PageParts, city: Text) -> None:
        self._parts, self._city = parts, city

    def routes(self) -> list[BaseRoute]:
        return [Route("/report", self.choose), Route("/report.pdf", self.pdf)]

    async def choose(self, request: Request) -> Response:
        wanted = await self._wanted(request)
        return self._choose(request, wanted, "")

    async def pdf(self, request: Request) -> Response:
        parts, wanted = self._parts, await self._wanted(request)
        t, language = parts.kit.words_for(request), parts.kit.language(request)
        if wanted.asked.problem:
            return self._choose(request, wanted, t(f"central.{wanted.asked.problem}"))
        async with parts.desk:
            report = await self._report(wanted, t)
            has_figures = report.over.total.issued > 0
            body = await asyncio.to_thread(pdf_bytes, report, t, parts.assets) if has_figures else b""
        if not body:
            return self._choose(request, wanted, t("central.no_figures"))
        name = f"{t('report.file_name')}-{wanted.asked.period.first:%Y-%m}-{language}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(body, media_type="application/pdf", headers=headers)

    async def _wanted(self, request: Request) -> Wanted:
        visitor = await self._parts.door.visitor(request)
        return await wanted_by(self._parts.fleet, visitor, month_by(request.query_params, self._today()))

    def _choose(self, request: Request, wanted: Wanted, problem: str) -> Response:
        shown = {
            "centres": sorted(wanted.fleet.centres, key=lambda each: each.name.vi),
            "groups": wanted.fleet.groups,
            "months": last_months(self._today()),
            "chosen": wanted.asked.centre,
            "problem": problem,
        }
        return self._parts.page(request, "report.html", wanted.visitor, 400 if problem else 200, **shown)

    async def _report(self, wanted: Wanted, t: Words) -> Report:
        period, parts = wanted.asked.period, self._parts

        def job(tx: Transaction) -> tuple[OverTime, OverTime]:
            over = read_over_time(tx, period, wanted.choice)
            return over, read_over_time(tx, month_before(period), wanted.choice)

        over, before = await parts.database.read(job)
        tables = tuple((title, table) for _, title, table in tables_of(over, wanted.fleet, parts, t))
        now_ms = parts.clock.now_ms()
        made = t("report.made", day=long_date(now_ms), time=clock_time(now_ms))
        subject = t.say(wanted.subject(self._city))
        return Report(t.say(self._city), subject, period, over, before.total, tables, made)

    def _today(self) -> date:
        return local(self._parts.clock.now_ms()).date()


def month_before(period: Period) -> Period:
    last = period.first - timedelta(days=1)
    return month_of(last.year, last.month)


def pdf_bytes(report: Report, t: Words, assets: Path) -> bytes:
    # What makes a PDF takes 38 MB: a worker that never makes one need not hold it.
    from kiosk.central.pages.paper import Paper

    foot = f"{report.subject} · {t('report.title', month=f'{report.period.first:%m/%Y}')}"
    paper = Paper(assets, foot, t("report.page", page="{page}", pages="{pages}"))
    paper.set_title(foot)
    paper.set_lang(t.language)
    _summary(paper, report, t)
    _charts(paper, report.over, t)
    for title, table in report.tables:
        paper.heading(title, 40)
        paper.table_of(table.heads, table.rows)
    paper.heading(t("central.words_title"), 40)
    for word in ("median", "p90", "kept", "missed"):
        paper.paragraph(f"{t(f'central.{word}')}: {t(f'central.words_{word}')}", 9, "ink_soft", after=0.5)
    return bytes(paper.output())


def _summary(paper: "Paper", report: Report, t: Words) -> None:
    total, before, period = report.over.total, report.before, report.period
    paper.band()
    paper.paragraph(report.city, 10, "ink_soft", after=0)
    paper.paragraph(t("report.title", month=f"{period.first:%m/%Y}"), 24, style="B", after=1)
    paper.paragraph(f"{report.subject} – {t('report.about')}", 15, "brand", "B", after=1)
    days = t("report.days", first=day_text(period.first), last=day_text(period.last))
    paper.paragraph(f"{days} · {report.made}", 9, "ink_soft", after=4)
    paper.paragraph(sentence(total, t), 12, after=4)
    cells = [
        (number(total.issued, t), t("report.people"), number(before.issued, t) if before.issued else "–"),
        (at_most(total.median_s, t), t("central.median_wait"), at_most(before.median_s, t)),
        (at_most(total.p90_s, t), t("central.p90_wait"), at_most(before.p90_s, t)),
        (share(total.kept_share, t), t("report.kept"), share(before.kept_share, t)),
        (share(total.missed_share, t), t("report.missed"), share(before.missed_share, t)),
        (short(total.service_mean_s, t), t("report.service_time"), short(before.service_mean_s, t)),
    ]
    paper.figures([(value, words, t("report.before", value=old)) for value, words, old in cells])


def sentence(total: Figures, t: Words) -> str:
    """The month in one plain sentence."""
    if not total.called:
        return t("report.nobody_called", issued=number(total.issued, t))
    return t(
        "report.sentence",
        issued=number(total.issued, t),
        median=at_most(total.median_s, t),
        p90=at_most(total.p90_s, t),
        kept=share(total.kept_share, t),
    )


def _charts(paper: "Paper", over: OverTime, t: Words) -> None:
    if not over.total.called:
        return
    shown = range(max(place for place, count in enumerate(over.total.bins) if count) + 1)
    bars = [Column(graphs.edge(place), over.total.bins[place]) for place in shown]
    total = over.total
    quantiles = [(each, name) for each, name in ((total.median_s, "median"), (total.p90_s, "p90")) if each is not None]
    marks = [Mark(graphs.place_of(each), t(f"central.mark_{name}", time=at_most(each, t))) for each, name in quantiles]
    paper.heading(t("central.chart_waits"), 60)
    paper.paragraph(t("report.chart_waits_note"), 9, "ink_soft", after=0)
    paper.column_chart(bars, Axis.for_values([bar.value for bar in bars], t("central.people_unit")), marks, 42)
    days = list(over.days.items())
    if len(days) > 1:
        paper.heading(t("central.chart_days"), 58)
        _curves(paper, [(short_day(day), figures) for day, figures in days], t)
    paper.heading(t("central.chart_hours"), 58)
    _curves(paper, [(f"{hour:02d}:00", figures) for hour, figures in over.hours.items()], t)
    named = [(t(f"central.weekday_{day}"), figures) for day, figures in over.weekdays.items()]
    paper.heading(t("report.by_weekday"), 45)
    table = graphs.table_of(t("central.weekday"), named, t)
    paper.table_of(table.heads, table.rows, first=2)


def _curves(paper: "Paper", named: list[tuple[str, Figures]], t: Words) -> None:
    median = tuple(graphs.in_minutes(figures.median_s) for _, figures in named)
    p90 = tuple(graphs.in_minutes(figures.p90_s) for _, figures in named)
    axis = Axis.for_values([*median, *p90], t("central.minutes_unit"), least=10)
    lines = [Curve("median", median, "brand"), Curve("p90", p90, "accent", "dashed")]
    paper.curve_chart([label for label, _ in named], lines, axis, 38)
    paper.legend([("brand", False, t("central.key_median")), ("accent", True, t("central.key_p90"))])
