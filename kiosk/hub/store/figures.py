"""Figures by service and by counter, of today or of a period. Nothing here ranks people."""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from kiosk.hub.store import queries
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.opening import service_switch
from kiosk.hub.usecases.views import CounterFigures, ServiceFigures
from kiosk.queueing.model import CounterId, ServiceId

_SQL = queries.load("figures.sql")


@dataclass(frozen=True, slots=True)
class Days:
    """Both ends are included; integers like 20261122."""

    first: int
    last: int


class FigureBook:
    """Reads on one connection at one moment."""

    def __init__(self, connection: sqlite3.Connection, centre: Centre, now_ms: int) -> None:
        self._run, self._centre, self._now_ms = connection.execute, centre, now_ms

    def services(self, days: Days, switched: frozenset[str]) -> tuple[ServiceFigures, ...]:
        """For each service of the configuration, in its order."""
        rows = {row["service"]: row for row in self._run(_SQL["services"], _values(days))}
        p90_ms = {service: wait_ms for service, wait_ms in self._run(_SQL["waits_p90"], _values(days))}
        return tuple(
            self._service(service, service_switch(service) not in switched, rows.get(service), p90_ms.get(service))
            for service in self._centre.services
        )

    def counters(self, days: Days) -> tuple[CounterFigures, ...]:
        """For each counter of the configuration. Open is idle and serving; a pause is neither."""
        spent_s: dict[str, dict[str, int]] = defaultdict(lambda: {"idle": 0, "serving": 0, "paused": 0})
        for counter, activity, spent_ms in self._run(_SQL["counters"], _values(days) | {"now_ms": self._now_ms}):
            spent_s[counter][activity] = spent_ms // 1000
        served = {counter: count for counter, count in self._run(_SQL["served_by_counter"], _values(days))}
        return tuple(_counter(counter, spent_s[counter], served.get(counter, 0)) for counter in self._centre.counters)

    def _service(
        self, service: ServiceId, is_open: bool, row: sqlite3.Row | None, p90_ms: int | None
    ) -> ServiceFigures:
        since_ms = row["waits_since_ms"] if row else None
        return ServiceFigures(
            service=service,
            name=self._centre.service_name(service),
            is_open=is_open,
            waiting=row["waiting"] if row else 0,
            longest_wait_s=None if since_ms is None else max(self._now_ms - since_ms, 0) // 1000,
            issued=row["issued"] if row else 0,
            served=row["served"] if row else 0,
            no_show=row["no_show"] if row else 0,
            wait_mean_s=_seconds(row["wait_mean_ms"]) if row else None,
            wait_p90_s=_seconds(p90_ms),
            service_mean_s=_seconds(row["service_mean_ms"]) if row else None,
            promise_kept=row["promise_kept"] if row else None,
        )


def _counter(counter: CounterId, spent_s: dict[str, int], served: int) -> CounterFigures:
    return CounterFigures(
        counter=counter,
        open_s=spent_s["idle"] + spent_s["serving"],
        serving_s=spent_s["serving"],
        idle_s=spent_s["idle"],
        paused_s=spent_s["paused"],
        served=served,
    )


def _values(days: Days) -> dict[str, int]:
    return {"first_day": days.first, "last_day": days.last}


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000
