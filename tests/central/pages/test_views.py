"""What the pages show is what the database holds, on either database."""

from datetime import date
from importlib.resources import files

import pytest

from kiosk.central.access import Scope
from kiosk.central.pages.city import Asked, city_context
from kiosk.central.pages.parts import CityPicture
from kiosk.central.rolling import roll_days
from kiosk.central.rollup import BINS
from kiosk.central.views.centres import Choice, Fleet, has_map, read_fleet
from kiosk.central.views.figures import Figures, Period, month_of, read_day_rows, read_over_time, read_services
from kiosk.central.views.incidents import read_open, take_on
from kiosk.central.views.now import CityNow, Light, read_city
from kiosk.central.views.today import desks, heartbeat, read_today
from kiosk.config.warning import Patience, Warnings
from tests.central.pages.conftest import MINE, NEAR, NORTH, SEA, Pages
from tests.central.pages.town import MINUTE, add_incident, add_ticket, hear, name_stale
from tests.fakes.figures import COLUMNS, MARKS

MONDAY = date(2026, 11, 23)


def city(pages: Pages, warnings: Warnings | None = None) -> CityNow:
    now_ms = pages.clock.now_ms()
    return pages.database.read_now(lambda tx: read_city(tx, warnings or Warnings(), now_ms))


def light(pages: Pages, code: str, warnings: Warnings | None = None) -> Light:
    return next(each.light for each in city(pages, warnings).centres if each.centre.code == code)


def wait(pages: Pages, code: str, ticket: int, minutes: float, told_min: int = 25) -> None:
    add_ticket(pages.rows, pages.number(code), ticket, minutes, pages.clock.now_ms(), told_min=told_min)


def hour(pages: Pages, code: str, day: int, at: int, service: int, waits: dict[int, int], **sums: int) -> None:
    """``waits``: people by bin."""
    called = sum(waits.values())
    named = {"issued": called, "called": called, "served": called, "kept": called, "wait_s": 600 * called} | sums
    order = ("issued", "called", "served", "missed", "left_queue", "kept", "late", "wait_s", "service_s")
    row = (pages.number(code), day, at, service, *(named.get(each, 0) for each in order))
    bins = (waits.get(place, 0) for place in range(BINS))
    pages.rows.run(f"INSERT INTO hour_figures ({COLUMNS}) VALUES ({MARKS})", *row, *bins)
    name_stale(pages.rows)
    pages.database.write_now(roll_days)


def test_a_centre_where_nobody_waits_too_long_is_in_time(pages: Pages) -> None:
    wait(pages, MINE, 1, 25)
    assert light(pages, MINE) is Light.GOOD


def test_a_broken_promise_is_late_and_fifteen_minutes_more_are_over(pages: Pages) -> None:
    wait(pages, MINE, 1, 25.1)
    wait(pages, NEAR, 2, 40)
    assert light(pages, MINE) is Light.LATE
    assert light(pages, NEAR) is Light.OVER


def test_the_limit_is_that_of_the_centre_and_service(pages: Pages) -> None:
    wait(pages, MINE, 1, 40)
    patient = Warnings(patience=(Patience(centres=(MINE,), threshold_min=30),))
    assert light(pages, MINE, patient) is Light.LATE


def test_a_centre_that_is_not_heard_from_is_silent_and_not_late(pages: Pages) -> None:
    wait(pages, MINE, 1, 90)
    hear(pages.rows, pages.number(MINE), pages.clock.now_ms() - 91_000)
    assert light(pages, MINE) is Light.SILENT


def test_a_centre_that_was_never_enrolled_is_not_connected(pages: Pages) -> None:
    pages.rows.run("DELETE FROM link WHERE centre = ?", pages.number(SEA))
    assert light(pages, SEA) is Light.ABSENT


def test_what_is_worst_comes_first(pages: Pages) -> None:
    wait(pages, SEA, 1, 30)
    wait(pages, NORTH, 2, 50)
    assert [each.centre.code for each in city(pages).centres][:2] == [NORTH, SEA]
    worst = city(pages).worst
    assert worst is not None
    assert (worst.centre.code, worst.longest_s, worst.beyond_s) == (NORTH, 3000, 1500)


def test_only_todays_tickets_wait(pages: Pages) -> None:
    wait(pages, MINE, 1, 24 * 60)
    pages.rows.run("UPDATE open_ticket SET day = 20261122")
    assert city(pages).people == 0


def test_a_part_of_the_city_has_only_its_own_people(pages: Pages) -> None:
    wait(pages, MINE, 1, 5)
    wait(pages, NORTH, 2, 5)
    fleet = pages.database.read_now(read_fleet).of(Scope("group", "trung-tam"))
    part = city(pages).of(fleet)
    assert {each.centre.code for each in part.centres} == {MINE, NEAR}
    assert part.people == 1
    assert set(fleet.groups) == {"trung-tam"}


def test_a_map_is_drawn_only_where_every_centre_has_a_tile_of_its_own(pages: Pages) -> None:
    fleet = pages.database.read_now(read_fleet)
    assert has_map(fleet.centres)
    pages.rows.run("UPDATE centre SET grid_x = 3, grid_y = 3")
    assert not has_map(pages.database.read_now(read_fleet).centres)
    assert not has_map(Fleet((), {}).centres)


def test_quantiles_come_from_sums_of_bins(pages: Pages) -> None:
    """Ten people waited up to a minute at one centre and ten up to four hours at another: the median lies between."""
    hour(pages, MINE, 20261116, 9, 1, {0: 10})
    hour(pages, NEAR, 20261117, 10, 2, {22: 10})
    over = pages.database.read_now(lambda tx: read_over_time(tx, month_of(2026, 11), Choice()))
    assert over.total.called == 20
    assert over.total.median_s == 60
    assert {code: figures.called for code, figures in over.centres.items()} == {MINE: 10, NEAR: 10}
    assert {name: figures.called for name, figures in over.services.items()} == {"sao-y": 10, "khai-sinh": 10}
    assert {day: figures.called for day, figures in over.days.items()} == {
        date(2026, 11, 16): 10,
        date(2026, 11, 17): 10,
    }
    assert list(over.hours) == [9, 10]
    assert list(over.weekdays) == [0, 1]


def test_shares_are_of_those_called_and_unknown_where_nobody_was(pages: Pages) -> None:
    hour(pages, MINE, 20261116, 9, 1, {0: 8}, issued=10, kept=6, late=1, missed=2, served=6, service_s=3600)
    choice = Choice(centre=pages.number(MINE))
    total = pages.database.read_now(lambda tx: read_over_time(tx, month_of(2026, 11), choice)).total
    shares = (total.kept_share, total.late_share, total.missed_share, total.service_mean_s)
    assert shares == (0.75, 0.125, 0.25, 600)
    empty = Figures()
    assert (empty.kept_share, empty.median_s, empty.p90_s, empty.wait_mean_s) == (None, None, None, None)


@pytest.mark.parametrize(
    ("choice", "people"),
    [
        (Choice(), 7),
        (Choice(group="trung-tam"), 3),
        (Choice(service="khai-sinh"), 6),
        (Choice(group="trung-tam", service="khai-sinh"), 2),
        (Choice(group="dong-nam"), 0),
    ],
    ids=str,
)
def test_figures_are_of_what_was_chosen(pages: Pages, choice: Choice, people: int) -> None:
    hour(pages, MINE, 20261116, 9, 1, {3: 1})
    hour(pages, NEAR, 20261116, 9, 2, {3: 2})
    hour(pages, NORTH, 20261116, 9, 2, {3: 4})
    hour(pages, NORTH, 20261201, 9, 2, {3: 8})
    over = pages.database.read_now(lambda tx: read_over_time(tx, month_of(2026, 11), choice))
    assert over.total.called == people
    rows = pages.database.read_now(lambda tx: read_day_rows(tx, month_of(2026, 11), choice, 100))
    assert sum(row.figures.called for row in rows) == people


def test_a_sheet_has_at_most_as_many_lines_as_asked(pages: Pages) -> None:
    for service in (1, 2, 3):
        hour(pages, MINE, 20261116, 9, service, {3: 1})
    rows = pages.database.read_now(lambda tx: read_day_rows(tx, month_of(2026, 11), Choice(), 2))
    assert [row.service for row in rows] == ["khai-sinh", "sao-y"]


def test_services_are_named_once_however_many_centres_have_them(pages: Pages) -> None:
    names = pages.database.read_now(lambda tx: read_services(tx, Choice()))
    assert len(names) == len(set(names)) == 6


def test_a_month_ends_on_its_last_day() -> None:
    assert month_of(2028, 2) == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert month_of(2026, 12).last == date(2026, 12, 31)


def test_a_centre_today_shows_who_waits_and_who_is_at_which_counter(pages: Pages) -> None:
    now_ms, number = pages.clock.now_ms(), pages.number(MINE)
    wait(pages, MINE, 1, 30)
    add_ticket(pages.rows, number, 2, 12, now_ms, state=2)
    add_ticket(pages.rows, number, 3, 12, now_ms, state=3)
    hour(pages, MINE, 20261123, 8, 1, {5: 4})
    hour(pages, MINE, 20261122, 8, 1, {5: 40})
    known = pages.database.read_now(read_fleet).find(MINE)
    assert known is not None
    today = pages.database.read_now(lambda tx: read_today(tx, known, Warnings(), now_ms))
    assert [ticket.label for ticket in today.waiting] == ["C101"]
    assert [(desk.counter, desk.ticket.label) for desk in today.desks if desk.ticket] == [("3", "C102")]
    assert (today.aside, today.day, today.figures.total.called) == (1, MONDAY, 4)
    assert today.now.light is Light.LATE
    assert today.health is not None
    assert today.health.kiosks[0].devices[0].paper == "low"


def test_counters_stand_in_the_order_that_people_count() -> None:
    assert [desk.counter for desk in desks(["10", "2", "1"], [])] == ["1", "2", "10"]


@pytest.mark.parametrize("told", [None, b"", b"{}", b"not json", b'{"centre": 7}'])
def test_a_heartbeat_that_cannot_be_read_is_no_heartbeat(told: bytes | None) -> None:
    assert heartbeat(told) is None


def test_an_incident_is_taken_on_once_and_only_by_who_may_see_its_centre(pages: Pages) -> None:
    now_ms = pages.clock.now_ms()
    add_incident(pages.rows, pages.number(MINE), 7, now_ms)

    def take(scope: Scope, by: str) -> bool:
        return pages.database.write_now(lambda tx: take_on(tx, 7, scope, by, now_ms))

    assert not take(Scope("centre", NORTH), "không phải việc của mình")
    assert [each.acked_by for each in pages.database.read_now(read_open)] == [""]
    assert take(Scope("city"), "An")
    assert take(Scope("centre", MINE), "Chi")
    assert [each.acked_by for each in pages.database.read_now(read_open)] == ["An"]


def test_what_nobody_has_taken_on_comes_first(pages: Pages) -> None:
    now_ms = pages.clock.now_ms()
    for id_, code in ((1, MINE), (2, NEAR), (3, NORTH)):
        add_incident(pages.rows, pages.number(code), id_, now_ms - id_ * MINUTE)
    pages.database.write_now(lambda tx: take_on(tx, 3, Scope("city"), "An", now_ms))
    assert [each.id for each in pages.database.read_now(read_open)] == [2, 1, 3]


def test_no_page_reads_single_events() -> None:
    """So a hundred million of them cost the pages nothing."""
    text = files("kiosk.central.store").joinpath("figures.sql").read_text(encoding="utf-8")
    assert "event" not in text.replace("events", "")


def totals(pages: Pages, choice: Choice) -> tuple[Figures, ...]:
    over = pages.database.read_now(lambda tx: read_over_time(tx, month_of(2026, 11), choice))
    return (over.total, *over.days.values(), *over.hours.values(), *over.services.values())


def test_the_sums_of_days_follow_their_hours_and_say_the_same(pages: Pages) -> None:
    """The city is read from sums of days, a centre from its hours: with one centre at work both are the same."""
    number = pages.number(MINE)
    for at, service, bins in ((8, 1, {2: 5}), (9, 1, {3: 4, 7: 1}), (9, 2, {12: 3})):
        hour(pages, MINE, 20261116, at, service, bins, missed=1, left_queue=2)
    assert totals(pages, Choice()) == totals(pages, Choice(centre=number))
    pages.rows.run("UPDATE hour_figures SET served = served + 1, w2 = w2 + 1, called = called + 1")
    name_stale(pages.rows)
    assert totals(pages, Choice()) != totals(pages, Choice(centre=number))
    assert pages.database.write_now(roll_days) == 1
    assert pages.database.write_now(roll_days) == 0
    assert totals(pages, Choice()) == totals(pages, Choice(centre=number))


def test_stale_days_are_made_anew_a_few_at_a_time(pages: Pages) -> None:
    """So that nobody who stores events waits long."""
    for day in range(1, 8):
        row = (pages.number(MINE), 20261100 + day, 9, 1, *(1,) * 9, *(0,) * BINS)
        pages.rows.run(f"INSERT INTO hour_figures ({COLUMNS}) VALUES ({MARKS})", *row)
    name_stale(pages.rows)
    assert [pages.database.write_now(lambda tx: roll_days(tx, 3)) for _ in range(4)] == [3, 3, 1, 0]
    assert len(totals(pages, Choice())) == 1 + 7 + 1 + 1


def test_a_nation_is_shown_as_a_list_of_what_is_most_urgent(pages: Pages) -> None:
    """Three thousand rows every two seconds help nobody: the rest is found by name or by light."""
    for number in range(1000, 1300):
        pages.rows.run(
            "INSERT INTO centre (id, code, name_vi, name_en) VALUES (?, ?, ?, ?)",
            number,
            f"c{number}",
            f"Xã {number}",
            "",
        )
    wait(pages, SEA, 1, 90)
    context = city_context(CityPicture(city(pages), ()), Asked())
    assert context["tiles"] is None
    assert (len(context["rows"]), context["more"]) == (200, 104)
    assert context["rows"][0].centre.code == SEA
    found = city_context(CityPicture(city(pages), ()), Asked(text="vung tau"))
    assert [each.centre.code for each in found["rows"]] == [SEA]
    assert [chip.light for chip in context["chips"]] == ["", Light.OVER, Light.GOOD, Light.ABSENT]
