"""The centre is exchanged while the hub runs: at once, as a whole, and nobody loses a number."""

from datetime import datetime
from typing import Any

import msgspec
import pytest

from kiosk.clock import to_ms
from kiosk.config import HubConfig
from kiosk.config.hub import Hours, Rule, Service, WeekHours
from kiosk.config.parts import TimeSpan
from kiosk.config.settings import HallSettings, Texts
from kiosk.config.terms import CentreTerms
from kiosk.errors import StoreUnavailable
from kiosk.hub.usecases.refused import Why
from tests.fakes.small_centre import both
from tests.hub.conftest import RunningHub

change = msgspec.structs.replace


def exchange(running: RunningHub, config: HubConfig) -> None:
    running.hub.exchange(CentreTerms(config))


def without(config: HubConfig, service: str) -> HubConfig:
    return change(config, services=tuple(each for each in config.services if each.id != service))


def named(catalogue: dict[str, Any]) -> list[str]:
    return [service["id"] for service in catalogue["services"]]


def test_kiosks_are_told_of_services_and_texts_that_changed(running: RunningHub, config: HubConfig) -> None:
    before = running.kiosk("GET", "/v1/catalogue").json()
    more = Service(id="chu-ky", field="chung-thuc", name=both("Chữ ký"))
    centre = change(config.centre, name=both("Phường Mới"))
    exchange(running, change(config, services=(*config.services, more), centre=centre))
    after = running.kiosk("GET", "/v1/catalogue").json()
    assert named(after) == [*named(before), "chu-ky"]
    assert after["centre"]["vi"] == "Phường Mới"
    assert after["version"] > before["version"], "which is what wakes the kiosks"
    assert running.take("chu-ky")["label"] == "C001"
    assert "Phường Mới" in running.as_staff("chi", "GET", "/supervisor").text


def test_hall_screens_and_slips_are_told_of_names_and_texts(running: RunningHub, config: HubConfig) -> None:
    running.hub.exchange(
        CentreTerms(
            change(config, centre=change(config.centre, name=both("Phường Mới"))),
            Texts(announcement=both("Cho tất cả"), slip_foot=both("Cảm ơn")),
            HallSettings(palette="green", sound=False, text=both("Xin ngồi chờ")),
        )
    )
    hall = running.hub.reader.hall()
    assert (hall.centre.vi, hall.palette, hall.sounds) == ("Phường Mới", "green", False)
    assert hall.notice == both("Xin ngồi chờ")
    assert running.kiosk("GET", "/v1/catalogue").json()["notice"]["vi"] == "Cho tất cả"
    ticket = running.take(config.services[0].id)
    assert (ticket["centre"]["vi"], ticket["foot"]["vi"]) == ("Phường Mới", "Cảm ơn")


def test_a_number_of_a_service_that_was_removed_is_still_called(running: RunningHub, config: HubConfig) -> None:
    ticket = running.take("ket-hon")
    exchange(running, without(config, "ket-hon"))
    answer = running.ask_ticket("ket-hon")
    assert answer.json()["error"] == Why.UNKNOWN_SERVICE.value
    running.hold("an", "1")
    called = running.press("an", "1", "call_next")
    assert called is not None
    assert called["label"] == ticket["label"]


def test_hours_count_from_now_on(running: RunningHub, config: HubConfig) -> None:
    running.clock.set(to_ms(datetime(2026, 11, 24, 11, 20)))
    assert running.ask_ticket().status_code == 200
    week = (WeekHours(days=("tue",), reception=(TimeSpan("07:30-11:30"),)),)
    exchange(running, change(config, hours=Hours(week=week, last_ticket_min=15)))
    assert running.ask_ticket().json()["error"] == Why.KIOSK_CLOSED.value
    assert not running.kiosk("GET", "/v1/catalogue").json()["is_open"]


def test_the_rule_of_who_is_next_and_what_was_learnt_under_it(running: RunningHub, config: HubConfig) -> None:
    exchange(running, change(config, rule=Rule(recalls_before_no_show=0)))
    running.take()
    running.hold("an", "1")
    running.press("an", "1", "call_next")
    running.press("an", "1", "no_show")
    assert running.hub.outlook.is_doubted, "what was learnt under another rule is learnt again"


def test_counters_come_and_go_and_whoever_was_at_one_that_is_gone_is_not_forgotten(
    running: RunningHub, config: HubConfig
) -> None:
    ticket = running.take()
    running.hold("an", "1")
    running.press("an", "1", "call_next")
    exchange(running, change(config, counters=config.counters[1:]))
    running.hold("binh", "2")
    called = running.press("binh", "2", "call", ticket=ticket["id"])
    assert called is not None
    assert called["label"] == ticket["label"]


def test_what_cannot_be_stored_changes_nothing(running: RunningHub, config: HubConfig) -> None:
    running.hub.store.maintain(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchall())
    filler = replace_names(config, "x" * 20_000)
    with pytest.raises(StoreUnavailable):
        exchange(running, filler)
    assert running.hub.centre.config == config


def replace_names(config: HubConfig, counter_prefix: str) -> HubConfig:
    """So many counters that they do not fit into the pages that the database has."""
    counters = tuple(change(config.counters[1], id=f"{counter_prefix}{n}") for n in range(20))
    return change(config, counters=counters)
