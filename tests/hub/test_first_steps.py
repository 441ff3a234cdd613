from tests.hub.conftest import RunningHub


def test_a_ticket_has_the_letter_of_its_field_the_first_number_and_a_promise(running: RunningHub) -> None:
    ticket = running.take("khai-sinh")
    assert ticket["label"] == "B001"
    assert ticket["people_ahead"] == 0
    assert ticket["wait"]["low_min"] <= ticket["wait"]["high_min"]
    assert ticket["status_url"].startswith("http://hub.test/t/")


def test_next_calls_whoever_came_first(running: RunningHub) -> None:
    first = running.take()
    running.take()
    assert running.hold("an", "1") is None
    called = running.press("an", "1", "call_next")
    assert called is not None
    assert called["label"] == first["label"]


def test_nobody_waiting_is_an_ordinary_answer(running: RunningHub) -> None:
    assert running.hold("an", "1") is None
    assert running.press("an", "1", "call_next") is None


def test_the_catalogue_tells_how_many_wait(running: RunningHub) -> None:
    running.take("sao-y")
    catalogue = running.kiosk("GET", "/v1/catalogue").json()
    assert catalogue["is_open"]
    assert {service["id"]: service["waiting"] for service in catalogue["services"]} == {
        "khai-sinh": 0,
        "ket-hon": 0,
        "sao-y": 1,
    }
