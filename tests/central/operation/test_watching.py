"""What those who watch over central see: alive, ready, figures; on both databases."""

import logging
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from kiosk.central.app import build_app
from kiosk.clock import day_of
from kiosk.config import CentralConfig
from kiosk.config.central import Metrics
from kiosk.config.sense import central_problems
from tests.central.alarms.rows import Rows
from tests.central.conftest import RunningCentral, city_config
from tests.central.ingest.hub import SendingHub
from tests.fakes.clock import MONDAY_9_00, FakeClock
from tests.fakes.outbox import SimulatedDay
from tests.fakes.postgres import PostgresServer

LOOPBACK = ("127.0.0.1", 50000)


def figures(text: str) -> dict[str, float]:
    """Samples by name and labels; fails when the text is not what Prometheus reads."""
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def asked(central: RunningCentral, path: str, host: tuple[str, int] = LOOPBACK) -> Any:
    return TestClient(central.client.app, client=host).get(path)


def test_a_worker_says_that_it_is_alive_and_ready(central: RunningCentral) -> None:
    assert (asked(central, "/healthz").status_code, asked(central, "/readyz").text) == (200, "ready\n")


def test_requests_are_counted_by_route_and_not_by_what_was_asked(central: RunningCentral) -> None:
    for path in ("/nothing-1", "/nothing-2", "/healthz"):
        asked(central, path)
    seen = figures(asked(central, "/metrics").text)
    assert seen["kiosk_central_requests_total none 404"] == 2
    assert seen["kiosk_central_requests_total /healthz 200"] == 1
    assert seen["kiosk_central_request_seconds_count /healthz"] == 1
    assert not any("nothing" in name for name in seen)


def test_the_city_is_counted_as_the_database_has_it(central: RunningCentral) -> None:
    for centre in ("25747", "25750"):
        central.enrolled(centre)
    before = figures(asked(central, "/metrics").text)
    central.clock.advance(600_000)
    after = figures(asked(central, "/metrics").text)
    assert (before["kiosk_central_centres"], before["kiosk_central_centres_heard"]) == (2, 2)
    assert (after["kiosk_central_centres"], after["kiosk_central_centres_heard"]) == (2, 0)
    assert after["kiosk_central_waiting_tickets"] == 0


def test_a_worker_tells_what_hubs_sent_to_it(central: RunningCentral) -> None:
    hub = SendingHub(central, central.enrolled(), SimulatedDay(1, MONDAY_9_00 - 3 * 3_600_000).rows(40))
    hub.acked(1, 40)
    seen = figures(asked(central, "/metrics").text)
    assert seen["kiosk_central_worker_events_total"] == 40
    assert seen["kiosk_central_worker_events_waiting"] == 0
    assert seen["kiosk_central_events_stored"] == 40


def test_no_figure_names_a_centre_or_a_person(central: RunningCentral) -> None:
    """Whoever reads them may be outside of the city's administration."""
    device = central.enrolled("25747")
    text = asked(central, "/metrics").text
    assert not any(word in text for word in ("25747", "Phường", device.device))
    labels = {
        label for family in text_string_to_metric_families(text) for sample in family.samples for label in sample.labels
    }
    assert labels == {"route", "status", "le", "version"}


def test_whoever_waited_yesterday_waits_no_more(central: RunningCentral, database_url: str) -> None:
    """A hub that is off since the evening has not ended its tickets."""
    central.enrolled("25747")
    rows, now_ms = Rows(database_url), central.clock.now_ms()
    rows.ticket(1, 1, 1, now_ms, now_ms, day_of(now_ms))
    rows.close()
    assert figures(asked(central, "/metrics").text)["kiosk_central_waiting_tickets"] == 1
    central.clock.advance(24 * 3_600_000)
    assert figures(asked(central, "/metrics").text)["kiosk_central_waiting_tickets"] == 0


def test_figures_are_for_the_machines_that_the_configuration_names(database_url: str) -> None:
    config = city_config(database_url)
    assert status_from("203.0.113.9", config) == 403
    assert status_from("no address", config) == 403
    allowed = CentralConfig(city=config.city, database=config.database, metrics=Metrics(("203.0.113.0/24",)))
    assert status_from("203.0.113.9", allowed) == 200
    assert status_from("127.0.0.1", allowed) == 403


def status_from(host: str, config: CentralConfig) -> int:
    with TestClient(build_app(config, FakeClock()), client=(host, 50000)) as client:
        return client.get("/metrics").status_code


def test_a_network_that_is_none_is_told_with_its_key() -> None:
    config = city_config("sqlite:///x.db")
    broken = CentralConfig(city=config.city, metrics=Metrics(("10.1.2.3/24",)))
    (problem,) = central_problems(broken)
    assert str(problem) == '`metrics.allow`: "10.1.2.3/24" is no network; expected such as "10.1.2.0/24"'


def test_without_its_database_a_worker_is_alive_and_not_ready_until_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A balancer sends requests elsewhere meanwhile; a restart of the worker would not help."""
    caplog.set_level(logging.CRITICAL)
    with (
        PostgresServer() as server,
        server.database() as url,
        TestClient(build_app(city_config(url), FakeClock()), client=LOOPBACK) as client,
    ):
        server.kill()
        assert client.get("/readyz").status_code == 503
        assert client.get("/metrics").status_code == 503
        assert client.get("/healthz").status_code == 200
        server.start_again()
        # A reader that had been idle meanwhile may hold a broken connection once more, and is then given a new one.
        assert 200 in [client.get("/readyz").status_code for _ in range(4)]
