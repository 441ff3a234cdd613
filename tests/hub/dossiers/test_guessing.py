"""Who guesses at dossiers, at a real hub and a real central: told nothing, not even by the clock, and stopped."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from kiosk.hub.dossiers.tries import PER_ASKER, PER_CODE
from tests.fakes.dossier_centre import dossier_centre
from tests.fakes.real_hub import KIOSK_TOKEN, RealHub
from tests.hub.dossiers.conftest import NUMBER
from tests.touch_ui.test_look_up_on_the_real_hub import submitted

ROUNDS = 8  #: fewer than one code may be tried
UNKNOWN, NOBODY = "H29-261122-0999", "079300000099"


@dataclass
class Town:
    hub: RealHub
    receipt: dict[str, Any]

    def ask(self, **asked: str) -> requests.Response:
        headers = {"authorization": f"Bearer {KIOSK_TOKEN}"}
        return requests.post(f"{self.hub.url}/v1/dossiers/look-up", json=asked, headers=headers, timeout=20)

    def on_the_phone(self) -> requests.Response:
        form = {"code": self.receipt["code"], "secret": self.receipt["secret"]}
        return requests.post(f"{self.hub.url}/d", data=form, headers={"origin": self.hub.url}, timeout=20)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with dossier_centre(tmp_path_factory.mktemp("town")) as centre:
        yield Town(centre.hub, submitted(centre.hub))


def test_neither_the_answer_nor_its_time_tells_whether_something_exists(town: Town) -> None:
    guesses = {
        "wrong secret": {"code": town.receipt["code"], "secret": "XXXXXX"},
        "unknown code": {"code": UNKNOWN, "secret": "XXXXXX"},
        "wrong phone": {"personal_id": NUMBER, "phone_end": "9999"},
        "unknown card": {"personal_id": NOBODY, "phone_end": "9999"},
    }
    took_ms: dict[str, list[float]] = {name: [] for name in guesses}
    answers = set[bytes]()
    for _ in range(ROUNDS):
        for name, guess in guesses.items():
            began = time.perf_counter()
            answer = town.ask(**guess)
            took_ms[name].append(1000 * (time.perf_counter() - began))
            answers.add(answer.content)
    assert answers == {b'{"found":[],"wait_s":0}'}
    # The quickest of each: what others do on the machine meanwhile is left out.
    quickest = {name: min(times) for name, times in took_ms.items()}
    assert max(quickest.values()) - min(quickest.values()) < 0.5 * statistics.mean(quickest.values()), quickest


def test_a_code_is_closed_for_who_guessed_at_it_and_stays_open_for_its_owner(town: Town) -> None:
    right = {"code": town.receipt["code"], "secret": town.receipt["secret"]}
    for _ in range(PER_CODE - ROUNDS):
        town.ask(**right | {"secret": "XXXXXX"})
    stopped = town.ask(**right).json()
    assert (stopped["found"], stopped["wait_s"] > 0) == ([], True)
    assert "Đã gửi, chờ cán bộ kiểm tra" in town.on_the_phone().text


def test_a_kiosk_at_which_codes_are_tried_in_series_answers_no_more(town: Town) -> None:
    waits = [town.ask(code=f"H29-261122-{number:04}", secret="XXXXXX").json()["wait_s"] for number in range(PER_ASKER)]
    assert waits[0] == 0
    assert waits[-1] > 0
    assert town.on_the_phone().status_code == 200
