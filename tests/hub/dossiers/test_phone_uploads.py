"""Papers from a phone: one phone for a link, slices that may come twice, in any order, or break off."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from threading import Event
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

    def number(self) -> str:
        """What the page of this phone shows while it waits; "" when it shows none."""
        return "".join(re.findall(r'aria-hidden="true">(\d{3})<', self.get().text))

    def join(self, kiosk: DossierKiosk, draft: str) -> None:
        """Its owner types the number at the kiosk."""
        self.begin()
        kiosk.said("POST", f"/v1/drafts/{draft}/phone/admit", {"number": self.number()})

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
    assert not kiosk.state(draft)["phone_waits"]
    assert phone.begin().status_code == 303
    assert kiosk.state(draft)["phone_waits"]
    phone.join(kiosk, draft)
    assert (kiosk.state(draft)["phone_waits"], kiosk.state(draft)["phone_seen"]) == (False, True)
    assert "Chụp hoặc chọn ảnh" in phone.get().text


def test_who_photographs_the_kiosks_screen_first_sees_and_sends_nothing(
    kiosk: DossierKiosk, draft: str, phone: Phone
) -> None:
    stranger = Phone(kiosk, phone.path)
    stranger.begin()
    waiting = stranger.get()
    assert "Gõ số này trên máy" in waiting.text
    assert not any(word in waiting.text for word in ("hôn nhân", "ly hôn", PAPER)), "nor what it is about"
    for answer in (stranger.get("/state"), stranger.get(f"/papers/{PAPER}/pages/1"), stranger.post("/papers/x/clear")):
        assert answer.status_code == 410
    assert stranger.slice("upload-0001", b"x", 0, 1).status_code == 410
    phone.begin()
    assert phone.number() != stranger.number()
    assert stranger.get("/seat").json() == phone.get("/seat").json() == {"waits": True}
    phone.join(kiosk, draft)
    assert phone.get("/seat").json() == {"waits": False}
    assert phone.send(photo())["done"]
    assert (stranger.get().status_code, stranger.get("/seat").status_code) == (410, 410)
    assert kiosk.settled(draft, PAPER)["pages"] == 1


def test_a_number_that_no_phone_shows_lets_nobody_in(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.begin()
    number = phone.number()
    other = f"{(int(number) + 1) % 1000:03}"
    refused = kiosk.ask("POST", f"/v1/drafts/{draft}/phone/admit", {"number": other})
    assert (refused.status_code, refused.json()["error"]) == (409, "other_phone")
    assert phone.get("/state").status_code == 410
    for _ in range(2):
        assert kiosk.said("POST", f"/v1/drafts/{draft}/phone/admit", {"number": number})["phone_seen"], "a lost answer"
    assert phone.get("/state").status_code == 200
    assert kiosk.ask("POST", f"/v1/drafts/{draft}/phone/admit", {"number": other}).status_code == 409


def test_phones_of_strangers_cannot_pile_up_and_a_new_code_gets_rid_of_them(
    kiosk: DossierKiosk, draft: str, phone: Phone
) -> None:
    crowd = [Phone(kiosk, phone.path) for _ in range(5)]
    assert {each.begin().status_code for each in crowd} == {303}
    assert len({each.number() for each in crowd}) == 5
    assert phone.begin().status_code == 410
    fresh = kiosk.said("POST", f"/v1/drafts/{draft}/phone")["phone_url"].removeprefix("http://hub.test")
    assert {each.get().status_code for each in crowd} == {410}
    Phone(kiosk, fresh).join(kiosk, draft)
    assert kiosk.state(draft)["phone_seen"]


def test_a_second_phone_is_told_to_ask_for_a_new_code(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.join(kiosk, draft)
    other = Phone(kiosk, phone.path)
    assert other.get().status_code == 410
    assert other.begin().status_code == 410
    assert other.slice("upload-0001", b"x", 0, 1).status_code == 410
    fresh = kiosk.said("POST", f"/v1/drafts/{draft}/phone")["phone_url"].removeprefix("http://hub.test")
    assert phone.get().status_code == 410
    assert Phone(kiosk, fresh).begin().status_code == 303


def test_a_photo_in_slices_becomes_a_page_at_the_kiosk(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.join(kiosk, draft)
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
    phone.join(kiosk, draft)
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
def test_nonsense_is_refused(
    kiosk: DossierKiosk, draft: str, phone: Phone, upload: str, begins: int, of: int, status: int
) -> None:
    phone.join(kiosk, draft)
    assert phone.slice(upload, b"x", begins, of).status_code == status


def test_a_slice_that_is_too_long_is_not_read_to_its_end(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.join(kiosk, draft)
    assert phone.slice("upload-0001", b"x" * (MAX_SLICE + 1), 0, 2 * MAX_SLICE).status_code == 413


def test_the_link_ends_with_its_time_and_with_the_draft(
    kiosk: DossierKiosk, draft: str, phone: Phone, clock: FakeClock
) -> None:
    phone.join(kiosk, draft)
    clock.advance(14 * 60_000)
    assert phone.get("/state").status_code == 200
    clock.advance(2 * 60_000)
    assert phone.get("/state").status_code == 410
    fresh = kiosk.said("POST", f"/v1/drafts/{draft}/phone")["phone_url"].removeprefix("http://hub.test")
    other = Phone(kiosk, fresh)
    other.join(kiosk, draft)
    kiosk.ask("POST", f"/v1/drafts/{draft}/leave")
    assert other.get("/state").status_code == 410


def test_the_phone_takes_a_paper_back(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    phone.join(kiosk, draft)
    phone.send(photo())
    kiosk.settled(draft, PAPER)
    assert phone.post(f"/papers/{PAPER}/clear").json()["papers"][0]["state"] == "empty"


def declared(kiosk: DossierKiosk, draft: str) -> int:
    """Pages of the paper in what goes to the city."""
    parts = kiosk.running.hub.dossiers.room.parts
    row = parts.submitting.ledger.of_draft(draft)
    assert row is not None
    papers = {each.paper: each.pages for each in parts.submitting.outgoing(row).submission.papers}
    return papers.get(PAPER, 0)


def handed_in(kiosk: DossierKiosk, draft: str) -> None:
    """As the touch app does: again while a paper is worked on."""
    while (answer := kiosk.submit(draft)).status_code != 200:
        assert answer.json()["error"] == "still_working", answer.text


def test_a_photo_sent_in_the_instant_of_submit_is_in_the_dossier_or_told_to_be_too_late(kiosk: DossierKiosk) -> None:
    """At the same moment from two sides, again and again, sooner and later: never a yes for what is not in it."""
    outcomes, content = set[bool](), photo(size=(600, 800))
    for turn in range(12):
        draft = kiosk.start()
        kiosk.fill(draft)
        url = kiosk.said("POST", f"/v1/drafts/{draft}/phone")["phone_url"]
        phone = Phone(kiosk, url.removeprefix("http://hub.test"))
        phone.join(kiosk, draft)
        upload = secrets.token_hex(8)
        with ThreadPoolExecutor(2) as at_once:
            sent = at_once.submit(phone.slice, upload, content, 0, len(content))
            Event().wait(0.01 * turn)
            handed_in(kiosk, draft)
            answer = sent.result()
        taken = answer.status_code == 200 and answer.json()["done"]
        outcomes.add(taken)
        assert declared(kiosk, draft) == (1 if taken else 0)
        if not taken:
            assert (answer.status_code, answer.json()["error"]) == (410, "already_sent")
            assert "đã gửi xong" in answer.json()["message"]["vi"]
    assert outcomes == {True, False}, "both happened, or nothing was tried out"


def test_after_it_was_sent_the_phone_is_told_so(kiosk: DossierKiosk, draft: str, phone: Phone) -> None:
    kiosk.fill(draft)
    phone.join(kiosk, draft)
    handed_in(kiosk, draft)
    assert "đã gửi xong" in phone.get().text
    state = phone.get("/state")
    assert (state.status_code, state.json()["error"]) == (410, "already_sent")
