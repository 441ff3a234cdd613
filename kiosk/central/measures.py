"""What one worker measures for Prometheus. Each worker has its own; figures of the city are the same in all of them.

A route is named by its pattern, never by what was asked, so that nobody can make series without end. No figure is about
a person, and none names a centre.
"""

from collections.abc import Iterator
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk import __version__
from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock, day_of

#: Seconds. A POST of a hub takes milliseconds, a month of the city up to a second.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_HEARD_MS = 120_000  #: four heartbeats
_CITY = {
    "kiosk_central_centres": "Centres that have enrolled a hub",
    "kiosk_central_centres_heard": "Centres that were heard within the last two minutes",
    "kiosk_central_events_stored": "Events of the hubs' present databases that are stored",
    "kiosk_central_events_behind": "Events that hubs have and central has not, as hubs last told",
    "kiosk_central_waiting_tickets": "People who wait now",
    "kiosk_central_open_incidents": "Warnings that have not ended",
    "kiosk_central_waiting_notices": "Messages that are still to be sent",
}


class Inflow(Protocol):
    """What hubs send to this worker."""

    @property
    def stored_rows(self) -> int: ...

    @property
    def waiting_rows(self) -> int: ...


class _InflowCollector(Collector):
    """Asked when somebody looks, so that storing need not count twice."""

    def __init__(self, inflow: Inflow) -> None:
        self._inflow = inflow

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        yield CounterMetricFamily(
            "kiosk_central_worker_events",
            "Events that this worker took in since its start, those that were sent again included",
            value=self._inflow.stored_rows,
        )
        yield GaugeMetricFamily(
            "kiosk_central_worker_events_waiting",
            "Events and heartbeats that wait for this worker to store them",
            value=self._inflow.waiting_rows,
        )


class Measures:
    def __init__(self, clock: Clock, inflow: Inflow) -> None:
        # Else a second series stands beside each, which says when this process began. (The library has no types here.)
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._clock = clock
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "kiosk_central_requests", "Requests that were answered", ["route", "status"], registry=self.registry
        )
        self._took = Histogram(
            "kiosk_central_request_seconds",
            "Time from a request to its answer, streams left out",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._city = {name: Gauge(name, text, registry=self.registry) for name, text in _CITY.items()}
        Gauge("kiosk_central_version", "1, with the version", ["version"], registry=self.registry).labels(
            __version__
        ).set(1)
        ProcessCollector(registry=self.registry)
        self.registry.register(_InflowCollector(inflow))

    def answered(self, route: str, status: int, took_s: float | None) -> None:
        """``took_s``: None for a stream, which ends when the reader goes."""
        self._requests.labels(route, str(status)).inc()
        if took_s is not None:
            self._took.labels(route).observe(took_s)

    async def text(self, database: Database) -> bytes:
        """In Prometheus' text format; raises StoreUnavailable."""
        figures = await database.read(lambda tx: _figures(tx, self._clock.now_ms()))
        for gauge, figure in zip(self._city.values(), figures, strict=True):
            gauge.set(figure)
        return generate_latest(self.registry)


class Counted:
    """Middleware that counts and times every answer."""

    def __init__(self, app: ASGIApp, measures: Measures, clock: Clock) -> None:
        self._app, self._measures, self._clock = app, measures, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s, status, is_stream = self._clock.monotonic_s(), 500, False

        async def note(message: Message) -> None:
            nonlocal status, is_stream
            if message["type"] == "http.response.start":
                status = message["status"]
                is_stream = any(
                    name == b"content-type" and b"event-stream" in text for name, text in message["headers"]
                )
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            took_s = None if is_stream else self._clock.monotonic_s() - began_s
            self._measures.answered(_pattern(scope), status, took_s)


def _pattern(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "none"))


def _figures(tx: Transaction, now_ms: int) -> tuple[int, ...]:
    """In the order of ``_CITY``."""
    return tuple(tx.rows("measures.city", heard_since_ms=now_ms - _HEARD_MS, day=day_of(now_ms))[0])
