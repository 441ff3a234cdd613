"""Today's figures from today's tickets and counter times. Pure; nothing here ranks people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from kiosk.hub.usecases.views import CounterFigures, ServiceFigures
from kiosk.queueing.model import CounterId, ServiceId, TicketState
from kiosk.wire.common import Text


@dataclass(frozen=True, slots=True)
class TicketTimes:
    """What one ticket of today adds to the figures."""

    service: ServiceId
    state: TicketState
    issued_ms: int
    called_ms: int | None
    started_ms: int | None
    ended_ms: int | None
    high_min: int  #: the longest wait that was promised


@dataclass(frozen=True, slots=True)
class Span:
    """What a counter did: ``idle``, ``serving`` or ``paused``. ``to_ms`` None: it still does."""

    counter: CounterId
    activity: str
    from_ms: int
    to_ms: int | None


def service_figures(
    service: ServiceId, name: Text, is_open: bool, tickets: Sequence[TicketTimes], now_ms: int
) -> ServiceFigures:
    """``tickets``: today's of this service."""
    waiting = [now_ms - t.issued_ms for t in tickets if t.state is TicketState.WAITING]
    waits = [(t.called_ms - t.issued_ms) / 1000 for t in tickets if t.called_ms is not None]
    kept = [t.called_ms - t.issued_ms <= t.high_min * 60_000 for t in tickets if t.called_ms is not None]
    serving = [
        (t.ended_ms - t.started_ms) / 1000
        for t in tickets
        if t.state is TicketState.SERVED and t.started_ms is not None and t.ended_ms is not None
    ]
    return ServiceFigures(
        service=service,
        name=name,
        is_open=is_open,
        waiting=len(waiting),
        longest_wait_s=max(waiting) // 1000 if waiting else None,
        issued=len(tickets),
        served=sum(t.state is TicketState.SERVED for t in tickets),
        no_show=sum(t.state is TicketState.NO_SHOW for t in tickets),
        wait_mean_s=_mean(waits),
        wait_p90_s=sorted(waits)[ceil(len(waits) * 0.9) - 1] if waits else None,
        service_mean_s=_mean(serving),
        promise_kept=_mean(kept),
    )


def by_service(tickets: Iterable[TicketTimes]) -> dict[ServiceId, list[TicketTimes]]:
    groups: dict[ServiceId, list[TicketTimes]] = defaultdict(list)
    for ticket in tickets:
        groups[ticket.service].append(ticket)
    return groups


def counter_figures(counter: CounterId, spans: Iterable[Span], served: int, now_ms: int) -> CounterFigures:
    """``spans``: today's, of any counter. Open is idle and serving; a pause is neither."""
    total = {"idle": 0, "serving": 0, "paused": 0}
    for span in spans:
        if span.counter == counter:
            total[span.activity] += max((now_ms if span.to_ms is None else span.to_ms) - span.from_ms, 0)
    seconds = {activity: ms // 1000 for activity, ms in total.items()}
    return CounterFigures(
        counter=counter,
        open_s=seconds["idle"] + seconds["serving"],
        serving_s=seconds["serving"],
        idle_s=seconds["idle"],
        paused_s=seconds["paused"],
        served=served,
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
