"""From quantiles of the wait to what is told to people: a range in round minutes, in plain words.

The low end is rounded down and the high end up, so that the promise is kept at least as often as the quantiles say.
"""

from kiosk.queueing.model import Promise, Words

#: (below this many minutes, round to a multiple of): the longer the wait, the coarser the words.
_STEPS = ((15, 1), (60, 5), (180, 10))
_COARSEST_MIN = 30
_LONGEST_MIN = 600  #: longer than any day at a centre
_AT_ONCE_MIN = 1
_SHORT_MIN = 5
_HOUR_MIN = 60


def make_promise(people_ahead: int, quantiles_s: tuple[float, float, float], basis: str) -> Promise:
    """The promise for p10, p50 and p90 in seconds; they are put in order and made non-negative first."""
    p10_s, p50_s, p90_s = (round(min(max(q, 0.0), _LONGEST_MIN * 60)) for q in sorted(quantiles_s))
    low_min, high_min = round_range(p10_s, p90_s)
    return Promise(max(people_ahead, 0), p10_s, p50_s, p90_s, low_min, high_min, basis)


def round_range(low_s: float, high_s: float) -> tuple[int, int]:
    """Whole minutes (low, high) that people understand, around ``low_s``..``high_s`` seconds; ``low <= high``."""
    low_min, high_min = max(low_s, 0.0) / 60, max(high_s, 0.0) / 60
    high = _round_up(high_min)
    low = _round_down(low_min)
    return min(low, high), high


def wait_words(low_min: int, high_min: int) -> Words:
    """The range as it is told: "8–14 phút", "khoảng 25 phút", "trên 1 giờ"."""
    if high_min <= _AT_ONCE_MIN:
        return Words("được gọi ngay", "right away")
    if low_min >= _HOUR_MIN:
        hours = low_min // _HOUR_MIN
        return Words(f"trên {hours} giờ", f"over {hours} {'hour' if hours == 1 else 'hours'}")
    if high_min <= _SHORT_MIN or low_min == 0:
        return Words(f"dưới {_vi(high_min)}", f"under {_en(high_min)}")
    if low_min >= high_min - _step(low_min):
        return Words(f"khoảng {_vi(high_min)}", f"about {_en(high_min)}")
    if high_min <= _HOUR_MIN:
        return Words(f"{low_min}–{high_min} phút", f"{low_min}–{high_min} minutes")
    return Words(f"từ {_vi(low_min)} đến {_vi(high_min)}", f"{_en(low_min)} to {_en(high_min)}")


def _step(minutes: float) -> int:
    return next((step for below, step in _STEPS if minutes < below), _COARSEST_MIN)


def _round_down(minutes: float) -> int:
    step = _step(minutes)
    return int(minutes // step) * step


def _round_up(minutes: float) -> int:
    step = _step(minutes)
    return -int(-minutes // step) * step


def _vi(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR_MIN)
    parts = [f"{hours} giờ"] if hours else []
    return " ".join(parts + ([f"{rest} phút"] if rest or not hours else []))


def _en(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR_MIN)
    parts = [f"{hours} {'hour' if hours == 1 else 'hours'}"] if hours else []
    return " ".join(parts + ([f"{rest} {'minute' if rest == 1 else 'minutes'}"] if rest or not hours else []))
