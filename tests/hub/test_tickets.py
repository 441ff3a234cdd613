"""A citizen takes a ticket."""

from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from kiosk.clock import to_ms
from kiosk.config import HubConfig
from kiosk.config.hub import Hours, WeekHours
from kiosk.config.parts import TimeSpan
from kiosk.wire.kiosk_api import Catalogue
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.small_centre import small_centre
from tests.fakes.tickets import a_ticket
from tests.hub.conftest import RunningHub

DAY_MS = 24 * 3600 * 1000


def test_a_ticket_has_the_letter_of_its_field_the_first_number_and_a_promise(running: RunningHub) -> None:
    ticket = running.take("khai-sinh")
    assert ticket["label"] == "B001"
    assert ticket["people_ahead"] == 0
    assert ticket["wait"]["low_min"] <= ticket["wait"]["high_min"]
    assert ticket["bring"] == [{"vi": "Giấy chứng sinh", "en": "Giấy chứng sinh"}]


def test_numbers_run_by_letter_not_by_service(running: RunningHub) -> None:
    labels = [running.take(service)["label"] for service in ("khai-sinh", "ket-hon", "sao-y", "khai-sinh")]
    assert labels == ["B001", "B002", "C001", "B003"]


def test_numbers_start_again_each_day_and_history_stays(running: RunningHub) -> None:
    running.take()
    running.clock.advance(DAY_MS)
    assert running.take()["label"] == "B001"
    assert running.rows("SELECT day, number, state FROM ticket ORDER BY id") == [
        (20261123, 1, "expired"),
        (20261124, 1, "waiting"),
    ]


def test_a_clock_that_jumps_back_gives_no_number_twice(running: RunningHub) -> None:
    first = running.take()
    running.clock.set(to_ms(datetime(1970, 1, 1)))
    second = running.take()
    assert (first["day"], first["label"]) != (second["day"], second["label"])
    assert (second["day"], second["label"]) == (20261123, "B002")


def test_a_clock_that_ran_ahead_and_was_put_right_gives_no_number_twice_and_days_begin_again(
    running: RunningHub,
) -> None:
    """The battery of the clock was empty: for some minutes the centre lived a year ahead."""
    running.take()
    running.clock.advance(365 * DAY_MS)
    assert [running.take()["label"] for _ in range(2)] == ["B001", "B002"]
    running.clock.advance(-365 * DAY_MS)
    back = running.take()
    assert (back["day"], back["label"]) == (20261123, "B003")
    assert running.rows("SELECT count(*) FROM ticket WHERE state = 'waiting'") == [(1,)]
    running.clock.advance(DAY_MS)
    assert running.take()["label"] == "B001"


def test_more_people_ahead_are_told_and_a_longer_wait(running: RunningHub) -> None:
    running.hold("an", "1")
    first = running.take()
    later = [running.take() for _ in range(6)][-1]
    assert later["people_ahead"] == 6
    assert later["wait"]["high_min"] > first["wait"]["high_min"]


def test_the_promise_is_kept_as_it_was_told(running: RunningHub) -> None:
    running.hold("an", "1")
    told = [running.take() for _ in range(4)][-1]
    for _ in range(2):
        running.press("an", "1", "call_next")
        running.press("an", "1", "finish")
    again = running.kiosk("GET", f"/v1/tickets/{told['id']}").json()
    assert (again["people_ahead"], again["wait"]) == (told["people_ahead"], told["wait"])


def test_the_same_request_gets_the_same_bytes_and_no_second_ticket(running: RunningHub) -> None:
    body = {"request_id": "double-tap-1", "service": "khai-sinh"}
    first, again = (running.kiosk("POST", "/v1/tickets", body) for _ in range(2))
    assert first.content == again.content
    assert running.rows("SELECT count(*) FROM ticket") == [(1,)]


def test_a_request_id_used_for_something_else_is_refused(running: RunningHub) -> None:
    running.kiosk("POST", "/v1/tickets", {"request_id": "double-tap-1", "service": "khai-sinh"})
    answer = running.kiosk("POST", "/v1/tickets", {"request_id": "double-tap-1", "service": "sao-y"})
    assert (answer.status_code, answer.json()["error"]) == (422, "request_id_reused")
    assert running.rows("SELECT count(*) FROM ticket") == [(1,)]


def test_a_refused_request_may_succeed_later_with_the_same_id(running: RunningHub) -> None:
    body = {"request_id": "patient-one", "service": "khai-sinh"}
    running.supervise("close_service", service="khai-sinh")
    assert running.kiosk("POST", "/v1/tickets", body).json()["error"] == "service_closed"
    running.supervise("open_service", service="khai-sinh")
    assert running.kiosk("POST", "/v1/tickets", body).json()["label"] == "B001"


def test_an_unknown_service_is_said_to_be_unknown(running: RunningHub) -> None:
    answer = running.ask_ticket("bay-len-mat-trang")
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_service")
    assert answer.json()["message"]["vi"] == "Không có thủ tục này. Mời quý vị chọn lại."


def test_a_closed_service_says_so_and_the_others_go_on(running: RunningHub) -> None:
    running.supervise("close_service", service="sao-y")
    answer = running.ask_ticket("sao-y")
    assert (answer.status_code, answer.json()["error"]) == (409, "service_closed")
    assert running.take("ket-hon")["label"] == "B001"


def test_a_kiosk_that_staff_closed_gives_no_ticket(running: RunningHub) -> None:
    running.supervise("close_kiosk")
    answer = running.ask_ticket()
    assert (answer.status_code, answer.json()["error"]) == (409, "kiosk_closed")
    catalogue = running.kiosk("GET", "/v1/catalogue").json()
    assert not catalogue["is_open"]
    assert catalogue["notice"]["vi"].startswith("Hiện không lấy số được")


def test_the_catalogue_tells_how_many_wait_and_for_how_long(running: RunningHub) -> None:
    running.take("sao-y")
    answer = running.kiosk("GET", "/v1/catalogue")
    catalogue = msgspec.json.decode(answer.content, type=Catalogue)
    assert catalogue.is_open
    assert {service.id: service.waiting for service in catalogue.services} == {"khai-sinh": 0, "ket-hon": 0, "sao-y": 1}
    assert all(service.wait is not None for service in catalogue.services)


def test_the_catalogue_tells_which_services_an_open_counter_serves(running: RunningHub) -> None:
    def served() -> set[str]:
        services = running.kiosk("GET", "/v1/catalogue").json()["services"]
        return {service["id"] for service in services if service["has_counter"]}

    assert served() == set()
    assert running.hold("an", "1") is None
    assert served() == {"khai-sinh", "ket-hon"}


def test_the_catalogue_says_which_services_ask_about_priority(running: RunningHub) -> None:
    catalogue = running.kiosk("GET", "/v1/catalogue").json()
    asks = {service["id"]: service["asks_priority"] for service in catalogue["services"]}
    assert asks == {"khai-sinh": True, "ket-hon": True, "sao-y": False}


def test_the_catalogue_has_a_new_version_only_when_what_can_be_chosen_changed(running: RunningHub) -> None:
    def version() -> int:
        return int(running.kiosk("GET", "/v1/catalogue").json()["version"])

    before = version()
    running.take()
    assert version() == before
    running.supervise("close_service", service="sao-y")
    assert version() == before + 1


def test_a_number_after_9999_is_refused_in_plain_words(running: RunningHub) -> None:
    running.hub.store.submit(lambda book: book.add(a_ticket(number=9999), "secret", "kiosk-1")).result()
    answer = running.ask_ticket()
    assert (answer.status_code, answer.json()["error"]) == (409, "numbers_used_up")


class TestHours:
    """Mondays 7:30 to 11:30, tickets until 11:15, closed on the last day of November."""

    @pytest.fixture
    def config(self, tmp_path: Path) -> HubConfig:
        monday = WeekHours(days=("mon",), reception=(TimeSpan("07:30-11:30"),))
        return small_centre(tmp_path / "data", hours=Hours(week=(monday,)))

    def test_within_the_hours_tickets_are_given(self, running: RunningHub) -> None:
        assert running.take()["label"] == "B001"

    def test_after_the_last_ticket_time_the_answer_says_when_again(self, running: RunningHub) -> None:
        running.clock.set(MONDAY_9_00 + int(2.4 * 3_600_000))
        answer = running.ask_ticket()
        assert (answer.status_code, answer.json()["error"]) == (409, "kiosk_closed")
        assert answer.json()["message"]["vi"] == (
            "Hết giờ lấy số hôm nay. Mời quý vị quay lại lúc 07:30 thứ Hai, ngày 30/11/2026."
        )
        assert date(2026, 11, 30).weekday() == 0
