"""The charts of the figures, each with the table that says the same. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kiosk.central.pages.charts import Axis, Column, Curve, Mark, columns, curves
from kiosk.central.pages.wording import day_text, number, share, short_day
from kiosk.central.rollup import EDGES_S, bin_of
from kiosk.central.views.figures import Figures, Promises, Spent
from kiosk.web.i18n import Words
from kiosk.web.wording import at_most, short

_LABELS = 14  #: below as many columns, each has room for its own


@dataclass(frozen=True, slots=True)
class Key:
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    sentence: str
    picture: Markup
    table: Table
    keys: tuple[Key, ...] = ()


def waits(total: Figures, t: Words) -> Chart:
    """Waits by bin, without the empty ones at the long end; the two marks stand where the quantiles are."""
    last = max((place for place, count in enumerate(total.bins) if count), default=0)
    shown = range(max(last, 5) + 1)
    every = 1 if len(shown) <= _LABELS else 2
    bars = [Column(edge(place), total.bins[place], "brand", (shown[-1] - place) % every == 0) for place in shown]
    title = t("central.chart_waits")
    note = t("central.chart_waits_note", median=at_most(total.median_s, t), p90=at_most(total.p90_s, t))
    marks = [
        Mark(place_of(seconds), t(f"central.mark_{name}", time=at_most(seconds, t)))
        for name, seconds in (("median", total.median_s), ("p90", total.p90_s))
        if seconds is not None
    ]
    axis = Axis.for_values([bar.value for bar in bars], t("central.people_unit"))
    heads = (t("central.wait"), t("central.people_head"), t("central.share_head"))
    rows = [
        (_bin(place, t), number(total.bins[place], t), share(total.bins[place] / total.called, t)) for place in shown
    ]
    return Chart(title, note, columns(title, note, bars, axis, marks), Table(heads, tuple(rows)))


def place_of(seconds: float) -> float:
    """Where a wait lies among columns of equal width, one for each bin."""
    place = bin_of(seconds)
    if place >= len(EDGES_S):
        return float(place)
    start = EDGES_S[place - 1] if place else 0
    return place + (seconds - start) / (EDGES_S[place] - start)


def days(by_day: Mapping[date, Figures], t: Words) -> Chart:
    title, note = t("central.chart_days"), t("central.chart_days_note")
    picture = two_curves(t, title, note, [(short_day(day), figures) for day, figures in by_day.items()])
    rows = [(day_text(day), *_row(figures, t)) for day, figures in by_day.items()]
    return Chart(title, note, picture, Table((t("central.day"), *_heads(t)), tuple(rows)), _keys(t))


def kept(by_day: Mapping[date, Figures], t: Words) -> Chart:
    title, note = t("central.chart_kept"), t("central.chart_kept_note")
    every = max(1, -(-len(by_day) // 10))
    bars = [
        Column(short_day(day), None if f.kept_share is None else f.kept_share * 100, "good", place % every == 0)
        for place, (day, f) in enumerate(by_day.items())
    ]
    picture = columns(title, note, bars, Axis(100, 20, t("central.percent_unit")))
    heads = (t("central.day"), t("central.issued"), t("central.kept"), t("central.missed"))
    rows = [
        (day_text(day), number(f.issued, t), share(f.kept_share, t), share(f.missed_share, t))
        for day, f in by_day.items()
    ]
    return Chart(title, note, picture, Table(heads, tuple(rows)))


def hours(by_hour: Mapping[int, Figures], t: Words) -> Chart:
    named = [(f"{hour:02d}:00", figures) for hour, figures in by_hour.items()]
    return _p90_columns("hours", t("central.hour"), named, t)


def weekdays(by_weekday: Mapping[int, Figures], t: Words) -> Chart:
    named = [(t(f"central.weekday_{day}"), figures) for day, figures in by_weekday.items()]
    return _p90_columns("weekdays", t("central.weekday"), named, t)


def two_curves(t: Words, title: str, note: str, named: Sequence[tuple[str, Figures]]) -> Markup:
    """Median and 90th percentile, in minutes."""
    median = tuple(in_minutes(figures.median_s) for _, figures in named)
    p90 = tuple(in_minutes(figures.p90_s) for _, figures in named)
    lines = [Curve("median", median, "brand"), Curve("p90", p90, "accent", "7 5")]
    axis = Axis.for_values([*median, *p90], t("central.minutes_unit"), least=10)
    return curves(title, note, [label for label, _ in named], lines, axis)


def table_of(first: str, named: Iterable[tuple[str, Figures]], t: Words) -> Table:
    """Everything that is known of each, one line each."""
    heads = (
        first,
        *_heads(t),
        t("central.late_head"),
        t("central.missed"),
        t("central.service_time"),
    )
    rows = [
        (name, *_row(f, t), share(f.late_share, t), share(f.missed_share, t), short(f.service_mean_s, t))
        for name, f in named
    ]
    return Table(heads, tuple(rows))


def promises(named: Iterable[tuple[str, Promises]], t: Words) -> Table:
    """Beside each share what it is to be near to stands in the head."""
    heads = ("service", "called_head", "within_high", "within_middle", "within_low", "beyond_high")
    rows = [
        (
            name,
            number(kept.called, t),
            *(share(kept.share(part), t) for part in (kept.under_p90, kept.under_p50, kept.under_p10, kept.late)),
        )
        for name, kept in named
    ]
    return Table(tuple(t(f"central.{head}") for head in heads), tuple(rows))


def spent(named: Iterable[tuple[str, Spent]], t: Words) -> Table:
    rows = [(name, number(each.visits, t), short(each.mean_s, t)) for name, each in named]
    return Table(tuple(t(f"central.{head}") for head in ("procedure", "spent_visits", "spent_mean")), tuple(rows))


def _p90_columns(kind: str, first: str, named: Sequence[tuple[str, Figures]], t: Words) -> Chart:
    title, note = t(f"central.chart_{kind}"), t(f"central.chart_{kind}_note")
    bars = [Column(label, in_minutes(figures.p90_s)) for label, figures in named]
    axis = Axis.for_values([bar.value for bar in bars], t("central.minutes_unit"), least=10)
    rows = [(label, *_row(figures, t)) for label, figures in named]
    return Chart(title, note, columns(title, note, bars, axis), Table((first, *_heads(t)), tuple(rows)))


def _heads(t: Words) -> tuple[str, ...]:
    return (t("central.issued"), t("central.median"), t("central.p90"), t("central.kept"))


def _row(figures: Figures, t: Words) -> tuple[str, ...]:
    quantiles = (at_most(figures.median_s, t), at_most(figures.p90_s, t))
    return (number(figures.issued, t), *quantiles, share(figures.kept_share, t))


def _keys(t: Words) -> tuple[Key, ...]:
    return (Key("brand", t("central.key_median")), Key("accent", t("central.key_p90")))


def in_minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60


def edge(place: int) -> str:
    """The upper edge of a bin in minutes, for a narrow column."""
    return f"{EDGES_S[place] // 60}" if place < len(EDGES_S) else f">{EDGES_S[-1] // 60}"


def _bin(place: int, t: Words) -> str:
    if place < len(EDGES_S):
        return t("central.up_to", n=EDGES_S[place] // 60)
    return t("central.longer", n=EDGES_S[-1] // 60)
