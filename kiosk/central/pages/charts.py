"""Charts as SVG text. Pure: numbers in, markup out; colours and type come from the style sheet by class.

1. A chart has a title and a sentence that says what is to be seen; its table stands beside it.
2. No chart lies about zero: columns start at it.
3. No inline style: the security policy forbids it, so all places are attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

NOTHING = Markup("")
WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 34, 36
_LETTER = 12  #: wide, in the large type of paper and phones


@dataclass(frozen=True, slots=True)
class Column:
    """``value`` None: nothing was counted, and nothing is drawn. ``tick``: whether its label is written."""

    label: str
    value: float | None
    tone: str = "brand"
    tick: bool = True


@dataclass(frozen=True, slots=True)
class Curve:
    """One value for each label; a hole where it is None. ``dash`` tells curves apart where ``tone`` cannot."""

    name: str
    values: tuple[float | None, ...]
    tone: str
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line at ``place`` columns from the left, with words."""

    place: float
    words: str


@dataclass(frozen=True, slots=True)
class Axis:
    """``top``: the highest value that is drawn; ``unit`` stands once, above the axis."""

    top: float
    step: float
    unit: str

    @property
    def left(self) -> int:
        """Where the columns begin: behind the longest number."""
        return max(LEFT, _LETTER * (1 + len(tick(self.top))))

    @classmethod
    def for_values(cls, values: Sequence[float | None], unit: str, least: float = 1) -> "Axis":
        """Four or five round steps."""
        high = max((value for value in values if value is not None), default=0) or least
        step = next(
            (
                each
                for scale in (1, 10, 100, 1000, 10_000, 100_000)
                for each in (scale, 2 * scale, 5 * scale)
                if each * 5 >= high
            ),
            high / 5,
        )
        return cls(step * -(-high // step), step, unit)


def columns(title: str, sentence: str, bars: Sequence[Column], axis: Axis, marks: Sequence[Mark] = ()) -> Markup:
    """A column for each label."""
    wide = (WIDTH - axis.left - RIGHT) / max(1, len(bars))
    body = [_grid(axis)]
    for place, bar in enumerate(bars):
        x = axis.left + place * wide
        if bar.value:
            top = _y(bar.value, axis)
            body.append(
                f'<rect class="bar {bar.tone}" x="{x + wide * 0.12:.1f}" y="{top:.1f}" width="{wide * 0.76:.1f}"'
                f' height="{HEIGHT - BOTTOM - top:.1f}"/>'
            )
        if bar.tick:
            body.append(_label(x + wide / 2, bar.label))
    for row, mark in enumerate(marks):
        body.append(_mark(axis.left + mark.place * wide, TOP + 12 + 18 * row, mark.words))
    return _svg(title, sentence, body)


def curves(title: str, sentence: str, labels: Sequence[str], lines: Sequence[Curve], axis: Axis) -> Markup:
    """Curves over the same labels; at most about ten labels are written."""
    wide = (WIDTH - axis.left - RIGHT) / max(1, len(labels))
    every = max(1, -(-len(labels) // 10))
    body = [_grid(axis)]
    body += [_label(axis.left + (n + 0.5) * wide, label) for n, label in enumerate(labels) if n % every == 0]
    for line in lines:
        places = [(axis.left + (n + 0.5) * wide, value) for n, value in enumerate(line.values)]
        for is_there, run in groupby(places, lambda each: each[1] is not None):
            if is_there:
                points = [(x, _y(value or 0, axis)) for x, value in run]
                body.append(_path(points, line))
    return _svg(title, sentence, body)


def _svg(title: str, sentence: str, body: Sequence[str]) -> Markup:
    label = escape(f"{title}. {sentence}")
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
    return Markup(head + "".join(body) + "</svg>")  # every text in it was escaped


def _grid(axis: Axis) -> str:
    lines = [f'<text class="unit" x="4" y="14">{escape(axis.unit)}</text>']
    for n in range(round(axis.top / axis.step) + 1):
        y = _y(n * axis.step, axis)
        lines.append(f'<line class="grid" x1="{axis.left}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(f'<text class="tick end" x="{axis.left - 6}" y="{y + 4:.1f}">{tick(n * axis.step)}</text>')
    return "".join(lines)


def tick(value: float) -> str:
    """Thousands apart by a space, which both languages read."""
    return f"{value:,.10g}".replace(",", "\N{NO-BREAK SPACE}")


def _y(value: float, axis: Axis) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * min(value, axis.top) / axis.top


def _label(x: float, text: str) -> str:
    return f'<text class="tick middle" x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}">{escape(text)}</text>'


def _mark(x: float, y: float, words: str) -> str:
    end = x > WIDTH * 0.7
    place = f'class="mark-words end" x="{x - 6:.1f}"' if end else f'class="mark-words" x="{x + 6:.1f}"'
    line = f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
    return f'{line}<text {place} y="{y:.1f}">{escape(words)}</text>'


def _path(points: Sequence[tuple[float, float]], line: Curve) -> str:
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    if len(points) == 1:
        x, y = points[0]
        return f'<circle class="dot {line.tone}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle class="dot {line.tone}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in points)
    return f'<polyline class="curve {line.tone}" points="{path}"{dash}/>{dots}'
