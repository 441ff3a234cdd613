"""When to try again, and how much at once. Pure: ``chance`` is a number from 0 to 1 that the caller draws.

Three thousand hubs that lost the same central must not come back in the same second. Full jitter spreads them evenly
(M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
"""

from dataclasses import dataclass

from kiosk.wire.central_api import MAX_ROWS

LONGEST_OBEYED_S = 600
_SPREAD_S = 10.0
#: A batch should take central about a second, so that a heartbeat is never late and a broken line costs little.
_QUICK_S, _SLOW_S = 0.5, 2.0
#: Less than central takes: joining and packing more would be felt at the counters of a slow machine.
_MOST_ROWS = min(2_000, MAX_ROWS)


@dataclass(frozen=True, slots=True)
class Pace:
    """All waiting of the delivery, in seconds. ``gather_s``: from a commit until it is sent, for others to join it."""

    first_s: float = 1.0  #: longest first pause; doubles with each failure
    longest_s: float = 300.0
    beat_s: float = 30.0
    gather_s: float = 0.25
    breath_s: float = 0.1  #: between two batches of a backlog: the counters come first
    look_s: float = 10.0  #: between two looks for an enrolment

    def pause_s(self, failures: int, chance: float) -> float:
        """Before the next try, after so many failures in a row (at least one)."""
        return chance * min(self.longest_s, self.first_s * float(2 ** min(failures - 1, 16)))

    def obeyed_s(self, asked_s: float, failures: int, chance: float) -> float:
        """Never sooner than central asked, and not when everybody else comes whom it asked the same.

        Central spreads those it sends away by itself; a little more is enough, and more would leave it idle.
        """
        return asked_s + chance * max(asked_s / 4, min(self.pause_s(failures, 1.0), _SPREAD_S))

    def refused_s(self, chance: float) -> float:
        """A device that is not let in asks slowly: nothing changes before somebody acts."""
        return self.longest_s * (0.5 + chance / 2)

    def first_beat_s(self, chance: float) -> float:
        """From the first heartbeat to the second: after it, a thousand hubs beat at a thousand moments."""
        return self.beat_s * chance

    def next_beat_s(self, chance: float) -> float:
        return self.beat_s * (0.95 + chance / 10)


def asked_pause_s(retry_after: str | None) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3); None when it says nothing that can be used."""
    if retry_after is None or not retry_after.strip().isdecimal():
        return None
    return float(min(int(retry_after.strip()[:9]), LONGEST_OBEYED_S))


@dataclass(frozen=True, slots=True)
class BatchSize:
    """How many rows to send at once: twice as many while it goes quickly, half when it is slow or fails."""

    rows: int = 500

    def after(self, sent: int, took_s: float) -> "BatchSize":
        if took_s > _SLOW_S:
            return self.smaller()
        if sent >= self.rows and took_s < _QUICK_S:
            return BatchSize(min(self.rows * 2, _MOST_ROWS))
        return self

    def smaller(self) -> "BatchSize":
        return BatchSize(max(self.rows // 2, 1))
