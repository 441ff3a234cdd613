"""Papers from a phone: one phone for a link, slices that may come twice, in any order, or break off."""

import secrets
from typing import Any

import httpx2
import pytest

from kiosk.hub.dossiers.phone import MAX_SLICE
from tests.fakes.clock import FakeClock
from tests.fakes.papers import photo
from tests.hub.conftest import ORIGIN
from tests.hub.dossiers.conftest import DossierKiosk

PAPER = "ly-hon-chung-tu"


class Phone:
    def __init__(self, kiosk: DossierKiosk, path: str) -> None:
        self.client, self.path, self.seat = kiosk.running.client, path, ""

    def _headers(self) -> dict[str, str]:
        return {"origin": ORIGIN, "accept": "text/html", **({"cookie": self.seat} if self.seat else {})}

    def get(self, path: str = "") -> httpx2.Response:
        return self.client.get(self.path + path, headers=self._headers())

    def post(self, path: str, content: bytes = b"") -> httpx2.Response:
        answer = self.client.post(self.path + path, content=content, headers=self._headers(), follow_redirects=False)
        self.client.cookies.clear()
        return answer

    def begin(self) -> httpx2.Response:
        answer = self.post("/begin")
        self.seat = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    def slice(self, upload: str, content: bytes, begins: int, of: int) -> httpx2.Response:
        return self.post(f"/papers/{PAPER}/files/{upload}?at={begins}&of={of}", content)

    def send(self, content: bytes) -> dict[str, Any]:
        upload = secrets.token_hex(8)
        answer = self.slice(upload, content, 0, len(content))
        assert answer.status_code == 200, answer.text
        have: dict[str, Any] = answer.json()
        return have


@pytest.fixture
def draft(kiosk: DossierKiosk) -> str:
    return kiosk.start()


@pytest.fixture
def phone(kiosk: DossierKiosk, draft: str) -> Phone:
    url = kiosk.said("POST", f"/v1/drafts/{draft}/phone")["phone_url"]
    return Phone(kiosk, url.removeprefix("http://hub.test"))


def test_looking_at_the_link_does_not_use_it_up(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    assert "Bắt đầu" in phone.get().text
    assert not kiosk.state(draft)["phone_seen"]
    assert phone.begin().status_code == 303
    assert kiosk.state(draft)["phone_seen"]
    assert "Chụp hoặc chọn ảnh" in phone.get().text


def test_a_second_phone_is_told_to_ask_for_a_new_code(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.begin()
    other = Phone(kiosk, phone.path)
    assert other.get().status_code == 410
    assert other.begin().status_code == 410
    assert other.slice("upload-0001", b"x", 0, 1).status_code == 410
    fresh = kiosk.said("POST", f"/v1/drafts/{draft}/phone")["phone_url"].removeprefix("http://hub.test")
    assert phone.get().status_code == 410
    assert Phone(kiosk, fresh).begin().status_code == 303


def test_a_photo_in_slices_becomes_a_page_at_the_kiosk(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.begin()
    content = photo("PNG")
    third = len(content) // 3
    assert phone.slice("upload-0001", content[:third], 0, len(content)).json() == {"have": third, "done": False}
    again = phone.slice("upload-0001", content[:third], 0, len(content)).json()
    assert again == {"have": third, "done": False}, "a slice that is here already changes nothing"
    gap = phone.slice("upload-0001", content[2 * third :], 2 * third, len(content)).json()
    assert gap == {"have": third, "done": False}, "and one that comes too early is asked for again"
    done = phone.slice("upload-0001", content[third:], third, len(content)).json()
    assert done == {"have": len(content), "done": True}
    assert phone.slice("upload-0001", content[third:], third, len(content)).json()["done"], "a lost answer"
    paper = kiosk.settled(draft, PAPER)
    assert (paper["state"], paper["pages"], paper["way"]) == ("ready", 1, "phone")
    assert phone.get(f"/papers/{PAPER}/pages/1").content.startswith(b"\xff\xd8\xff")


def test_the_phone_is_told_which_of_its_files_was_not_taken(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.begin()
    phone.slice("upload-good", photo(), 0, len(photo()))
    phone.slice("upload-bad-", b"nonsense", 0, 8)
    kiosk.settled(draft, PAPER)
    state = phone.get("/state").json()
    assert [each["upload"] for each in state["refused"]] == ["upload-bad-"]
    assert state["papers"][0]["pages"] == 1


@pytest.mark.parametrize(
    ("upload", "begins", "of", "status"),
    [
        ("upload-0001", 0, 500 << 20, 413),
        ("short", 0, 1, 409),
        ("upload-0001", -1, 1, 409),
        ("upload-0001", 0, 0, 409),
    ],
)
def test_nonsense_is_refused(phone: Phone, upload: str, begins: int, of: int, status: int) -> None:
    phone.begin()
    assert phone.slice(upload, b"x", begins, of).status_code == status


def test_a_slice_that_is_too_long_is_not_read_to_its_end(phone: Phone) -> None:
    phone.begin()
    assert phone.slice("upload-0001", b"x" * (MAX_SLICE + 1), 0, 2 * MAX_SLICE).status_code == 413


def test_the_link_ends_with_its_time_and_with_the_draft(
    kiosk: DossierKiosk, draft: str, phone: Phone, clock: FakeClock
) -> None:
    phone.begin()
    clock.advance(14 * 60_000)
    assert phone.get("/state").status_code == 200
    clock.advance(2 * 60_000)
    assert phone.get("/state").status_code == 410
    fresh = kiosk.said("POST", f"/v1/drafts/{draft}/phone")["phone_url"].removeprefix("http://hub.test")
    other = Phone(kiosk, fresh)
    other.begin()
    kiosk.ask("POST", f"/v1/drafts/{draft}/leave")
    assert other.get("/state").status_code == 410


def test_the_phone_takes_a_paper_back(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.begin()
    phone.send(photo())
    kiosk.settled(draft, PAPER)
    assert phone.post(f"/papers/{PAPER}/clear").json()["papers"][0]["state"] == "empty"
