"""The replay's verdict: a good day has no problems, and each way of losing or doubling a ticket is found."""

from collections import Counter
from dataclasses import replace

import pytest

from kiosk.demo.record import Call, DayRecord, Seen, problems, summary
from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import TicketReply, WaitRange


def ticket(number: int) -> TicketReply:
    return TicketReply(
        id=number,
        label=f"C{number:03d}",
        day=20261122,
        service="sao-y",
        service_name=Text(vi="Sao y", en="Copy"),
        ticket_class="normal",
        state="waiting",
        issued_ms=0,
        people_ahead=0,
        wait=WaitRange(low_min=0, high_min=5),
        status_url=f"http://hub/t/{number}",
        bring=[],
    )


def good_day() -> tuple[DayRecord, Seen]:
    """Two people; the second did not come when called."""
    record = DayRecord(
        issued=[ticket(1), ticket(2)],
        outcomes={1: "printed", 2: "printed"},
        calls=[Call(1, "C001", "3", 60), Call(2, "C002", "3", 600)],
        served={1},
        missed={2},
    )
    seen = Seen(
        slips=Counter({"http://hub/t/1": 1, "http://hub/t/2": 1}),
        displays={"3": {"C001", "C002"}},
        hall=frozenset({"C001", "C002"}),
        states={1: "served", 2: "no_show"},
    )
    return record, seen


def test_a_good_day_has_no_problems() -> None:
    assert problems(*good_day(), arrivals=2) == []


def test_somebody_without_a_ticket_is_found() -> None:
    assert problems(*good_day(), arrivals=3) == ["3 people came, 2 tickets were issued"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slips": Counter({"http://hub/t/1": 1})}, "C002: 0 slips came out of the printer"),
        ({"slips": Counter({"http://hub/t/1": 1, "http://hub/t/2": 2})}, "C002: 2 slips came out of the printer"),
        ({"hall": frozenset({"C001"})}, "C002: was never on the hall screen"),
        ({"displays": {"3": {"C001"}}}, "C002 was never on the display of counter 3"),
        ({"states": {1: "served", 2: "waiting"}}, "C002: the hub says waiting, expected no_show"),
        ({"states": {1: "served"}}, "C002: the hub says nothing, expected no_show"),
    ],
)
def test_what_the_world_did_not_see_is_found(change: dict[str, object], said: str) -> None:
    record, seen = good_day()
    assert problems(record, replace(seen, **change), arrivals=2) == [said]  # type: ignore[arg-type]


def test_a_number_given_twice_is_found() -> None:
    record, seen = good_day()
    record.issued[1] = ticket(1)
    assert "C001 was given 2 times" in problems(record, seen, arrivals=2)


def test_a_second_call_is_found() -> None:
    record, seen = good_day()
    record.calls.append(Call(1, "C001", "3", 60))
    assert problems(record, seen, arrivals=2) == ["ticket 1 was called 2 times"]


def test_a_ticket_that_nobody_called_is_found() -> None:
    record, seen = good_day()
    del record.calls[1]
    assert problems(record, seen, arrivals=2) == ["C002: was never called"]


def test_a_print_without_confirmation_is_found() -> None:
    record, seen = good_day()
    record.outcomes[2] = "unknown"
    assert problems(record, seen, arrivals=2) == ["C002: the printer reported unknown"]


def test_the_summary_compares_waits_with_what_was_told() -> None:
    assert "50% waited no longer than they were told" in summary(good_day()[0])
