"""Incidents on a real database: raised once, joined, escalated, closed, and never for what is not so."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from kiosk.central.alarms.parts import Rules
from kiosk.config.parts import Duty
from kiosk.config.warning import Channel, Patience, Warnings
from tests.central.alarms.city import MINUTE, ON_CALL, City, city_at


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def test_an_early_word_then_one_warning_that_more_tickets_join(city: City) -> None:
    """The whole life: early, raised, joined and not repeated, calm, closed."""

    async def story() -> None:
        city.ticket(1, waited_min=39)
        city.ticket(2, waited_min=36)
        assert await city.pass_minutes(0.5) == []
        assert await city.pass_minutes(1) == ["early"]
        assert await city.pass_minutes(5) == ["raised"]
        assert await city.pass_minutes(6) == []
        (incident,) = city.rows.incidents()
        assert (incident["joined"], incident["stage"], incident["closed_ms"]) == (2, 2, None)
        city.rows.call(1, city.clock.now_ms())
        assert await city.pass_minutes(2) == []
        city.rows.call(2, city.clock.now_ms())
        assert await city.pass_minutes(0.5) == []
        assert await city.pass_minutes(1) == ["recovered"]
        (incident,) = city.rows.incidents()
        assert incident["closed_ms"] is not None
        assert 50 * 60 <= incident["longest_s"] <= 54 * 60
        assert [notice["kind"] for notice in city.rows.notices()] == ["early", "raised", "recovered"]

    run(story)


def test_each_service_and_each_centre_has_an_incident_of_its_own(city: City) -> None:
    async def story() -> None:
        city.ticket(1, waited_min=50)
        city.ticket(2, waited_min=50, service=2)
        city.ticket(3, waited_min=50, centre=2)
        assert await city.look() == ["raised"] * 3
        assert [(each["centre"], each["service"]) for each in city.rows.incidents()] == [(1, 1), (1, 2), (2, 1)]

    run(story)


def test_a_queue_that_hovers_at_the_limit_is_one_incident(city: City) -> None:
    async def story() -> None:
        city.ticket(1, waited_min=46)
        assert await city.look() == ["raised"]
        for ticket in range(2, 8):
            city.ticket(ticket, waited_min=44)
            city.rows.call(ticket - 1, city.clock.now_ms())
            assert await city.pass_minutes(1.5) == []
        assert len(city.rows.incidents()) == 1

    run(story)


def test_thresholds_are_those_of_the_centre_and_service(database_url: str) -> None:
    strict = Patience(centres=("ben-thanh",), services=("ho-tich",), threshold_min=2, early_min=0)
    with city_at(database_url, Rules(Warnings(patience=(strict,)), (ON_CALL,))) as city:

        async def story() -> None:
            city.ticket(1, waited_min=33, service=1)
            city.ticket(2, waited_min=33, service=2)
            city.ticket(3, waited_min=33, service=2, centre=2)
            assert await city.look() == ["raised"]
            assert [(each["centre"], each["service"]) for each in city.rows.incidents()] == [(1, 2)]

        run(story)


def test_two_workers_at_once_raise_exactly_one_incident_and_one_notice(city: City) -> None:
    async def story() -> None:
        for ticket in range(1, 41):
            city.ticket(ticket, waited_min=50, centre=1 + ticket % 2)
        workers = [city.new_watch() for _ in range(4)]
        happened = [each for found in await asyncio.gather(*(worker.look() for worker in workers)) for each in found]
        assert sorted(each.kind for each in happened) == ["raised", "raised"]
        assert sorted(each["joined"] for each in city.rows.incidents()) == [20, 20]
        assert len(city.rows.notices()) == 2

    run(story)


def test_two_workers_at_once_close_it_once(city: City) -> None:
    async def story() -> None:
        city.ticket(1, waited_min=50)
        await city.look()
        city.rows.call(1, city.clock.now_ms())
        await city.look()
        city.clock.advance(61_000)
        city.rows.heard(city.clock.now_ms())
        found = await asyncio.gather(*(city.new_watch().look() for _ in range(4)))
        assert [each.kind for happened in found for each in happened] == ["recovered"]

    run(story)


def test_nothing_is_raised_while_the_line_catches_up_and_called_tickets_never_raise(city: City) -> None:
    """The line was down for an hour: both tickets look late, one of them was called meanwhile."""

    async def story() -> None:
        city.ticket(1, waited_min=20)
        city.ticket(2, waited_min=20)
        assert await city.pass_minutes(60, heard=False) == ["silent", "silent"]
        now_ms = city.clock.now_ms()
        city.rows.heard(now_ms, acked=5, head=90, centre=1)
        assert await city.look() == ["recovered"]
        city.rows.call(1, now_ms - 40 * MINUTE)
        city.rows.heard(now_ms, acked=90, head=90, centre=1)
        assert await city.look() == ["raised"]
        incident = next(each for each in city.rows.incidents() if each["kind"] == 1)
        assert incident["joined"] == 1

    run(story)


def test_a_centre_that_was_not_heard_for_40_seconds_raises_nothing(city: City) -> None:
    async def story() -> None:
        city.ticket(1, waited_min=44.25)
        assert await city.pass_minutes(1.5, heard=False) == ["early"]
        city.rows.heard(city.clock.now_ms())
        assert await city.look() == ["raised"]

    run(story)


def test_a_silent_centre_is_said_once_and_is_not_overdue(city: City) -> None:
    async def story() -> None:
        city.ticket(1, waited_min=44)
        await city.pass_minutes(2)
        city.rows.call(1, city.clock.now_ms())
        await city.pass_minutes(3)
        before = len(city.rows.notices())
        assert await city.pass_minutes(8, heard=False) == ["silent", "silent"]
        assert [each["kind"] for each in city.rows.notices()[before:]] == ["silent", "silent"]
        city.rows.heard(city.clock.now_ms(), centre=1)
        assert await city.look() == ["recovered"]

    run(story)


def test_after_a_start_of_central_all_hubs_get_time_to_come_back(city: City) -> None:
    async def story() -> None:
        city.clock.advance(60 * MINUTE)
        assert [each.kind for each in await city.new_watch().look()] == []

    run(story)


def test_yesterdays_tickets_of_a_hub_that_was_switched_off_wait_for_nobody(city: City) -> None:
    async def story() -> None:
        city.rows.ticket(1, 9, 1, city.clock.now_ms() - 900 * MINUTE, city.clock.now_ms() - 870 * MINUTE, 20261122)
        assert await city.look() == []

    run(story)


def test_an_incident_ends_with_its_day_and_wakes_nobody(city: City) -> None:
    """The hub was switched off in the evening with people on its list: nobody is told at midnight or next morning."""

    async def story() -> None:
        city.ticket(1, waited_min=50)
        assert await city.look() == ["raised"]
        told = len(city.rows.notices())
        city.clock.advance(15 * 60 * MINUTE - MINUTE)
        assert await city.look() == []
        assert city.rows.incidents()[0]["closed_ms"] is None
        city.clock.advance(6 * 60 * MINUTE)
        assert await city.look() == []
        city.rows.heard(city.clock.now_ms())
        assert await city.look() == []
        assert city.rows.incidents()[0]["closed_ms"] is not None
        assert len(city.rows.notices()) == told

    run(story)


def test_where_no_centre_is_heard_it_is_centrals_own_line_and_no_flood_of_messages(city: City) -> None:
    """And when the line is back, hubs get the time that they need; one that stays away then is told of."""

    async def story() -> None:
        city.rows.centre(3, "thu-duc", {}, city.clock.now_ms())
        await city.pass_minutes(10)
        assert await city.pass_minutes(20, heard=False) == []
        for _ in range(5 * 6):
            city.rows.heard(city.clock.now_ms(), centre=1)
            assert await city.pass_minutes(1 / 6, heard=False) == []
        city.rows.heard(city.clock.now_ms(), centre=1)
        city.rows.heard(city.clock.now_ms(), centre=2)
        city.clock.advance(60_000)
        assert await city.look() == ["silent"]

    run(story)


def test_a_hub_that_could_not_reach_central_for_an_hour_has_time_to_come_back_after_a_start(city: City) -> None:
    async def story() -> None:
        city.clock.advance(60 * MINUTE)
        city.watch = city.new_watch()
        assert await city.pass_minutes(5, heard=False) == []
        assert await city.pass_minutes(1, heard=False) == ["silent", "silent"]

    run(story)


def test_who_comes_on_call_is_told_of_what_nobody_has_taken_on(database_url: str) -> None:
    """Nobody was on call at nine: at half past, whoever begins is told, once."""
    channel = Channel(name="trưa", url="json://127.0.0.1", hours=(Duty("09:30-12:00"),))
    with city_at(database_url, Rules(Warnings(), (channel,))) as city:

        async def story() -> None:
            city.ticket(1, waited_min=46)
            assert await city.look() == ["raised"]
            assert city.rows.notices() == []
            assert await city.pass_minutes(29) == ["escalated"]
            assert await city.pass_minutes(2) == ["raised"]
            assert await city.pass_minutes(30) == []
            assert [(each["channel"], each["kind"]) for each in city.rows.notices()] == [("trưa", "raised")]

        run(story)


def test_who_comes_on_call_hears_nothing_of_what_somebody_has_taken_on(database_url: str) -> None:
    channel = Channel(name="trưa", url="json://127.0.0.1", hours=(Duty("09:30-12:00"),))
    with city_at(database_url, Rules(Warnings(), (channel,))) as city:

        async def story() -> None:
            city.ticket(1, waited_min=46)
            await city.look()
            city.rows.run("UPDATE incident SET acked_ms = 1, acked_by = 'Lan'")
            assert await city.pass_minutes(40) == []
            assert city.rows.notices() == []

        run(story)


def test_nobody_answers_so_it_is_escalated_once_for_each_level(database_url: str) -> None:
    channels = (ON_CALL, Channel(name="giám đốc", url="json://127.0.0.1", level=2))
    with city_at(database_url, Rules(Warnings(), channels)) as city:

        async def story() -> None:
            city.ticket(1, waited_min=46)
            assert await city.look() == ["raised"]
            assert await city.pass_minutes(30) == ["escalated"]
            told = [(each["channel"], each["kind"]) for each in city.rows.notices()]
            assert told == [("trực ban", "raised"), ("giám đốc", "escalated"), ("trực ban", "escalated")]

        run(story)


def test_a_clock_that_is_set_forward_makes_nobody_late(city: City) -> None:
    async def story() -> None:
        city.ticket(1, waited_min=20)
        assert await city.look() == []
        city.clock.set(city.clock.now_ms() + 120 * MINUTE)
        assert await city.look() == []
        assert await city.pass_minutes(24) == ["early"]
        assert await city.pass_minutes(2) == ["raised"]

    run(story)


def test_a_clock_that_is_set_forward_moves_what_was_before_once_for_all_workers(city: City) -> None:
    """And again when it is set again."""

    async def story() -> None:
        city.ticket(1, waited_min=40)
        city.watch, other = city.new_watch(), city.new_watch()
        before_ms = city.rows.run("SELECT issued_ms FROM open_ticket")[0][0]
        for number in (1, 2):
            await asyncio.gather(city.watch.look(), other.look())
            city.clock.advance(60_000)
            await asyncio.gather(city.watch.look(), other.look())
            city.clock.set(city.clock.now_ms() + 3 * MINUTE)
            await asyncio.gather(city.watch.look(), other.look())
            assert city.rows.run("SELECT issued_ms FROM open_ticket")[0][0] == before_ms + number * 3 * MINUTE

    run(story)


def test_a_clock_that_is_set_back_delays_an_alarm_and_never_makes_a_wait_negative(city: City) -> None:
    async def story() -> None:
        city.ticket(1, waited_min=46)
        assert await city.look() == ["raised"]
        city.clock.set(city.clock.now_ms() - 120 * MINUTE)
        assert await city.pass_minutes(5) == []
        assert city.rows.incidents()[0]["longest_s"] >= 46 * 60

    run(story)


def test_a_clock_that_is_set_back_makes_no_centre_heard_later_than_now(city: City) -> None:
    """Else a line that falls meanwhile would not be noticed, and tickets that are called behind it would be late."""

    async def story() -> None:
        city.clock.set(city.clock.now_ms() + 120 * MINUTE)
        await city.pass_minutes(1)
        city.clock.set(city.clock.now_ms() - 120 * MINUTE)
        await asyncio.gather(city.watch.look(), city.new_watch().look())
        now_ms = city.clock.now_ms()
        assert city.rows.run("SELECT heard_ms FROM link") == [(now_ms,), (now_ms,)]
        city.ticket(1, waited_min=39.8)
        assert await city.pass_minutes(3, heard=False) == []
        assert await city.pass_minutes(1) == ["early"]

    run(story)


def test_a_quiet_second_writes_nothing(city: City) -> None:
    """Only a look that has something to do asks for a write transaction."""

    async def story() -> None:
        city.ticket(1, waited_min=5)

        class ReadOnly:
            read = staticmethod(city.database.read)

            async def write(self, *_job: object, **_how: object) -> None:
                raise AssertionError("a write")

        watch = city.new_watch()
        watch._database = ReadOnly()  # type: ignore[assignment]  # the same port, only its reading half
        assert await watch.look() == []

    run(story)


@pytest.mark.parametrize("kinds", [(), ("recovered",)])
def test_who_was_not_told_of_the_beginning_is_not_told_of_the_end(database_url: str, kinds: tuple[Any, ...]) -> None:
    channel = Channel(name="chỉ khi ổn", url="json://127.0.0.1", kinds=kinds)
    with city_at(database_url, Rules(Warnings(), (channel,))) as city:

        async def story() -> None:
            city.ticket(1, waited_min=46)
            await city.look()
            city.rows.call(1, city.clock.now_ms())
            assert "recovered" in await city.pass_minutes(2)
            assert city.rows.notices() == []

        run(story)


def test_thousands_whose_line_is_down_do_not_hide_one_who_is_late(city: City) -> None:
    async def story() -> None:
        now_ms = city.clock.now_ms()
        city.rows.fill(waiting=3000, centres=20, now_ms=now_ms)
        city.rows.run("UPDATE open_ticket SET due_ms = ?", now_ms - 60 * MINUTE)
        city.rows.run("UPDATE link SET heard_ms = ?", now_ms - 50_000)
        assert await city.look() == []
        city.rows.heard(now_ms, centre=1)
        city.ticket(1, waited_min=46)
        assert await city.look() == ["raised"]

    run(story)


def test_a_ticket_whose_time_of_issue_cannot_be_believed_raises_nothing(city: City) -> None:
    async def story() -> None:
        city.ticket(1, waited_min=50)
        city.rows.run("UPDATE open_ticket SET marks = 2")
        assert await city.look() == []

    run(story)
