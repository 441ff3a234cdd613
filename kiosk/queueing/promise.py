"""From quantiles of the wait to what is told to people: a range in round minutes, in plain words.

The low end is rounded down and the high end up, so that the promise is kept at least as often as the quantiles say.
"""

from kiosk.queueing.model import Promise
from kiosk.words import Words

#: (below this many minutes, round to a multiple of): the longer the wait, the coarser the words.
_STEPS = ((15, 1), (60, 5), (180, 10))
_COARSEST_MIN = 30
_LONGEST_MIN = 600  #: longer than any day at a centre
_OVERTIME_S = 30 * 60.0  #: officers see to who is still there
_SHORT_MIN = 5
_HOUR_MIN = 60
_SAID_IN_HOURS_MIN = 180  #: "170 phút" is shorter than "2 giờ 50 phút" and stands in half the width of a slip


def make_promise(people_ahead: int, quantiles_s: tuple[float, float, float], basis: str) -> Promise:
    """The promise for p10, p50 and p90 in seconds; they are put in order and made non-negative first."""
    p10_s, p50_s, p90_s = (round(min(max(q, 0.0), _LONGEST_MIN * 60)) for q in sorted(quantiles_s))
    low_min, high_min = round_range(p10_s, p90_s)
    return Promise(max(people_ahead, 0), p10_s, p50_s, p90_s, low_min, high_min, basis)


def within_today(quantiles_s: tuple[float, float, float], ends_in_s: float) -> tuple[float, float, float]:
    """With a high end that is not after today's reception: a wide range would promise the night.

    The middle stays as it is; more people ahead still never shorten anything.
    """
    p10_s, p50_s, p90_s = quantiles_s
    return p10_s, p50_s, min(p90_s, max(ends_in_s + _OVERTIME_S, p50_s))


def round_range(low_s: float, high_s: float) -> tuple[int, int]:
    """Whole minutes (low, high) that people understand, around ``low_s``..``high_s`` seconds; ``low <= high``."""
    low_min, high_min = max(low_s, 0.0) / 60, max(high_s, 0.0) / 60
    high = _round_up(high_min)
    low = _round_down(low_min)
    return min(low, high), high


def wait_words(low_min: int, high_min: int) -> Words:
    """The range as it is told everywhere: "8–14 phút", "dưới 5 phút", "khoảng 25 phút", "trên 1 giờ".

    Each stands behind "Thời gian chờ", "đã báo" and "dự kiến" alike.
    """
    if low_min >= _HOUR_MIN:
        hours = low_min // _HOUR_MIN
        return Words(f"trên {hours} giờ", f"over {hours} {'hour' if hours == 1 else 'hours'}")
    if high_min <= _SHORT_MIN or low_min == 0:
        told_min = max(high_min, 1)
        return Words(f"dưới {_vi(told_min)}", f"under {_en(told_min)}")
    if low_min >= high_min - _step(low_min):
        return Words(f"khoảng {_vi(high_min)}", f"about {_en(high_min)}")
    return Words(f"{low_min}–{high_min} phút", f"{low_min}–{high_min} min")


def _step(minutes: float) -> int:
    return next((step for below, step in _STEPS if minutes < below), _COARSEST_MIN)


def _round_down(minutes: float) -> int:
    step = _step(minutes)
    return int(minutes // step) * step


def _round_up(minutes: float) -> int:
    step = _step(minutes)
    return -int(-minutes // step) * step


def _vi(minutes: int) -> str:
    if minutes < _SAID_IN_HOURS_MIN:
        return f"{minutes} phút"
    hours, rest = divmod(minutes, _HOUR_MIN)
    return f"{hours} giờ rưỡi" if rest == _HOUR_MIN // 2 else f"{hours} giờ {rest or ''}".strip()


def _en(minutes: int) -> str:
    if minutes < _SAID_IN_HOURS_MIN:
        return f"{minutes} min"
    hours, rest = divmod(minutes, _HOUR_MIN)
    return f"{hours} h {rest or ''}".strip()
