"""A supervisor: counters, services, the kiosk, copies, today's figures."""

import httpx2
import pytest

from kiosk.hub.usecases.views import PaperChange
from kiosk.web.signin import token_hash
from tests.hub.conftest import KIOSK_TOKEN, RunningHub

MINUTE_MS = 60_000
PRINTER = {"id": "printer", "kind": "printer", "state": "ready", "device": "online", "paper": "full"}


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_an_officer_may_not_do_what_supervisors_do(running: RunningHub) -> None:
    body = {"request_id": "not-for-me", "action": "close_kiosk"}
    answer = running.as_staff("an", "POST", "/v1/supervisor/commands", body)
    assert error(answer) == (403, "role_needed")
    assert running.take()["label"] == "B001"


def test_a_closed_counter_calls_nobody_and_cannot_be_taken(running: RunningHub) -> None:
    running.hold("an", "1")
    running.supervise("close_counter", counter="1")
    assert running.hold("an", "1") == "counter_closed"
    running.supervise("open_counter", counter="1")
    assert running.hold("an", "1") is None


def test_whoever_is_being_served_at_a_counter_that_closes_is_served_to_the_end(running: RunningHub) -> None:
    running.take()
    running.take()
    running.hold("an", "1")
    running.press("an", "1", "call_next")
    running.supervise("close_counter", counter="1")
    running.press("an", "1", "arrive")
    assert error(running.command("an", "1", "call_next")) == (409, "counter_closed")
    running.press("an", "1", "finish")
    assert running.rows("SELECT state FROM ticket ORDER BY id") == [("served",), ("waiting",)]


def test_services_given_to_a_counter_are_called_there_from_now_on(running: RunningHub) -> None:
    running.take("sao-y")
    running.hold("an", "1")
    running.supervise("set_counter_services", counter="1", services=["sao-y"])
    called = running.press("an", "1", "call_next")
    assert called is not None
    assert called["service"] == "sao-y"


def test_commands_that_name_nothing_or_something_unknown_are_refused(running: RunningHub) -> None:
    assert error(running.supervise("close_counter")) == (422, "missing_field")
    assert error(running.supervise("close_counter", counter="99")) == (404, "unknown_counter")
    assert error(running.supervise("close_service", service="mat-trang")) == (404, "unknown_service")
    assert error(running.supervise("set_counter_services", counter="1", services=["x"])) == (404, "unknown_service")
    assert error(running.supervise("reprint", ticket=4711)) == (404, "unknown_ticket")


def test_a_copy_is_not_promised_at_a_kiosk_that_is_not_there(running: RunningHub) -> None:
    ticket = running.take()
    assert error(running.supervise("reprint", ticket=ticket["id"], kiosk="kiosk-9")) == (404, "unknown_kiosk")
    printer = {"id": "printer", "kind": "printer", "state": "ready", "device": "online"}
    running.kiosk("POST", "/v1/devices", {"devices": [printer]})
    assert running.supervise("reprint", ticket=ticket["id"], kiosk="kiosk-1").json()["kiosk"] == "kiosk-1"


def test_a_slip_that_did_not_come_is_shown_to_staff_and_the_ticket_stays(running: RunningHub) -> None:
    ticket = running.take()
    report = {"request_id": running.request_id(), "outcome": "not_printed", "reason": "paper_out"}
    assert running.kiosk("POST", f"/v1/tickets/{ticket['id']}/print", report).status_code == 200
    (trouble,) = running.hub.reader.supervisor().print_troubles
    assert (trouble.label, trouble.print_outcome, trouble.print_reason) == ("B001", "not_printed", "paper_out")
    assert trouble.state == "waiting"


def test_a_copy_goes_to_the_kiosk_once_and_is_numbered(running: RunningHub) -> None:
    ticket = running.take()
    running.supervise("reprint", ticket=ticket["id"])
    (copy,) = running.kiosk("GET", "/v1/print-jobs").json()["tickets"]
    assert (copy["label"], copy["reprint"], copy["status_url"]) == ("B001", 1, ticket["status_url"])
    report = {"request_id": running.request_id(), "outcome": "printed", "reprint": 1}
    running.kiosk("POST", f"/v1/tickets/{ticket['id']}/print", report)
    assert running.kiosk("GET", "/v1/print-jobs").json()["tickets"] == []
    assert running.supervise("reprint", ticket=ticket["id"]).json()["reprint"] == 2


def report_paper(running: RunningHub, ticket: int, reprint: int, outcome: str, token: str = KIOSK_TOKEN) -> int:
    report = {"request_id": running.request_id(), "outcome": outcome, "reprint": reprint}
    return running.kiosk("POST", f"/v1/tickets/{ticket}/print", report, token).status_code


def test_only_the_kiosk_that_prints_a_slip_can_tell_what_became_of_it(running: RunningHub) -> None:
    now_ms = running.clock.now_ms()
    running.hub.store.write_access(lambda book: book.add_token(token_hash("other"), "kiosk", "kiosk-2", now_ms))
    running.kiosk("POST", "/v1/devices", {"devices": [PRINTER]}, "other")
    ticket = running.take()["id"]
    assert running.supervise("reprint", ticket=ticket, kiosk="kiosk-2").json()["reprint"] == 1
    assert report_paper(running, ticket, 0, "not_printed", "other") == 404
    assert report_paper(running, ticket, 1, "printed") == 404
    assert running.rows("SELECT print_outcome FROM ticket") == [("",)]
    assert report_paper(running, ticket, 0, "unknown") == 200
    assert report_paper(running, ticket, 1, "printed", "other") == 200


def test_a_late_report_about_an_earlier_slip_does_not_hide_the_newest(running: RunningHub) -> None:
    ticket = running.take()["id"]
    for _ in range(2):
        running.supervise("reprint", ticket=ticket)
    assert report_paper(running, ticket, 2, "printed") == 200
    assert report_paper(running, ticket, 0, "not_printed") == 200
    assert report_paper(running, ticket, 1, "unknown") == 200
    assert running.rows("SELECT print_outcome FROM ticket") == [("printed",)]
    assert running.kiosk("GET", "/v1/print-jobs").json()["tickets"] == []
    assert report_paper(running, ticket, 2, "unknown") == 200
    assert running.rows("SELECT print_outcome FROM ticket") == [("unknown",)]


def test_a_copy_that_nobody_printed_for_ten_minutes_is_forgotten(running: RunningHub) -> None:
    ticket = running.take()
    running.supervise("reprint", ticket=ticket["id"])
    running.clock.advance(11 * MINUTE_MS)
    assert running.kiosk("GET", "/v1/print-jobs").json()["tickets"] == []


def test_a_device_that_changes_is_one_event_and_one_that_stays_is_none(running: RunningHub) -> None:
    for paper in ("full", "full", "low"):
        running.kiosk("POST", "/v1/devices", {"devices": [PRINTER | {"paper": paper}]})
    assert running.rows("SELECT count(*) FROM outbox WHERE event LIKE '%device_changed%'") == [(2,)]
    (kiosk,) = running.hub.reader.supervisor().kiosks
    assert (kiosk.id, kiosk.devices[0].paper) == ("kiosk-1", "low")


def test_a_kiosk_that_is_silent_counts_as_offline(running: RunningHub) -> None:
    printer = {"id": "printer", "kind": "printer", "state": "ready", "device": "online", "paper": "full"}
    running.kiosk("POST", "/v1/devices", {"devices": [printer]})
    running.clock.advance(2 * MINUTE_MS)
    (kiosk,) = running.hub.reader.supervisor().kiosks
    assert (kiosk.devices[0].state, kiosk.devices[0].device) == ("unavailable", "offline")


def test_todays_figures_of_a_service(running: RunningHub) -> None:
    running.hold("an", "1")
    for _ in range(3):
        running.take()
    running.clock.advance(2 * MINUTE_MS)
    running.press("an", "1", "call_next")
    running.press("an", "1", "arrive")
    running.clock.advance(5 * MINUTE_MS)
    running.press("an", "1", "call_next")
    (births, *_) = running.hub.reader.supervisor().services
    assert (births.issued, births.served, births.waiting) == (3, 1, 1)
    assert births.wait_mean_s == (120 + 420) / 2
    assert births.wait_p90_s == 420
    assert births.service_mean_s == 300
    assert births.longest_wait_s == 420


def test_todays_figures_of_a_counter(running: RunningHub) -> None:
    running.hold("an", "1")
    running.take()
    running.clock.advance(3 * MINUTE_MS)
    running.press("an", "1", "call_next")
    running.clock.advance(4 * MINUTE_MS)
    running.press("an", "1", "finish")
    running.press("an", "1", "pause", reason="break")
    running.clock.advance(5 * MINUTE_MS)
    (first, *_) = running.hub.reader.supervisor().counter_figures
    assert (first.idle_s, first.serving_s, first.paused_s, first.open_s, first.served) == (180, 240, 300, 420, 1)


def test_who_waits_much_longer_than_promised_is_overdue(running: RunningHub) -> None:
    running.hold("an", "1")
    ticket = running.take()
    running.clock.advance((ticket["wait"]["high_min"] + 15) * MINUTE_MS)
    assert running.hub.reader.supervisor().overdue == ()
    running.clock.advance(MINUTE_MS)
    (overdue,) = running.hub.reader.supervisor().overdue
    assert (overdue.label, overdue.overdue) == ("B001", True)


def test_a_day_that_begins_ends_yesterdays_tickets_and_frees_the_counters(running: RunningHub) -> None:
    running.hold("an", "1")
    for _ in range(4):
        running.take()
    running.press("an", "1", "call_next")
    running.press("an", "1", "arrive")
    running.press("an", "1", "call_next")
    running.press("an", "1", "park")
    running.press("an", "1", "call_next")
    running.clock.advance(24 * 60 * MINUTE_MS)
    running.take()
    states = [row[0] for row in running.rows("SELECT state FROM ticket ORDER BY id")]
    assert states == ["served", "expired", "expired", "expired", "waiting"]
    assert running.rows("SELECT holder, priority_run, others_run FROM counter WHERE id = '1'") == [(None, 0, 0)]
    assert running.hub.reader.supervisor().services[0].issued == 1


def test_figures_of_a_period_add_up_its_days_and_no_others(running: RunningHub) -> None:
    for _ in range(3):
        running.hold("an", "1")
        running.take()
        running.clock.advance(2 * MINUTE_MS)
        running.press("an", "1", "call_next")
        running.clock.advance(4 * MINUTE_MS)
        running.press("an", "1", "finish")
        running.clock.advance((24 * 60 - 6) * MINUTE_MS)
        running.sessions.clear()
    answer = running.as_staff("chi", "GET", "/v1/figures/20261123/20261124").json()
    births, first = answer["services"][0], answer["counters"][0]
    assert (births["issued"], births["served"], births["wait_mean_s"], births["service_mean_s"]) == (2, 2, 120, 240)
    assert (first["counter"], first["serving_s"], first["served"]) == ("1", 480, 2)


@pytest.mark.parametrize("days", ["20261124/20261123", "20200101/20261123", "today/tomorrow", "2026/2027"])
def test_a_period_that_is_none_is_malformed(running: RunningHub, days: str) -> None:
    assert error(running.as_staff("chi", "GET", f"/v1/figures/{days}")) == (400, "malformed")


def test_an_officer_may_not_see_figures(running: RunningHub) -> None:
    assert error(running.as_staff("an", "GET", "/v1/figures/20261123/20261123")) == (403, "role_needed")


def test_paper_that_was_put_in_is_asked_of_the_printer_and_believed_only_then(running: RunningHub) -> None:
    out = PRINTER | {"state": "unavailable", "device": "user_error", "paper": "out"}
    running.kiosk("POST", "/v1/devices", {"devices": [out]})
    assert running.kiosk("GET", "/v1/print-jobs").json()["printer_check"] == 0
    assert running.supervise("paper_changed", kiosk="kiosk-1").status_code == 200
    number = running.kiosk("GET", "/v1/print-jobs").json()["printer_check"]
    (kiosk,) = running.hub.reader.supervisor().kiosks
    assert kiosk.paper == PaperChange(number, None)
    running.kiosk("POST", "/v1/devices", {"devices": [out]})
    assert running.kiosk("GET", "/v1/print-jobs").json()["printer_check"] == number, "not an answer"
    running.kiosk("POST", "/v1/devices", {"devices": [out], "printer_check": number})
    (kiosk,) = running.hub.reader.supervisor().kiosks
    assert kiosk.paper == PaperChange(number, running.clock.now_ms())
    assert kiosk.devices[0].paper == "out"
    assert running.kiosk("GET", "/v1/print-jobs").json()["printer_check"] == 0
    events = running.rows("SELECT json_extract(event, '$.kiosk') FROM outbox WHERE event LIKE '%paper_changed%'")
    assert events == [("kiosk-1",)]


def test_paper_is_changed_at_a_kiosk_that_is_there(running: RunningHub) -> None:
    assert error(running.supervise("paper_changed")) == (422, "missing_field")
    assert error(running.supervise("paper_changed", kiosk="kiosk-9")) == (404, "unknown_kiosk")
