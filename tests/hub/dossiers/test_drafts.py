"""A draft at a kiosk: begun, filled, papers in the background, left, found again by its citizen and nobody else."""

import pytest

from kiosk.config import HubConfig
from kiosk.hub.dossiers.drafting import MAX_OF_KIOSK
from kiosk.web.signin import token_hash
from kiosk.wire.submission_api import DRAFT_LIFE_H
from tests.fakes.clock import FakeClock
from tests.fakes.papers import pdf, photo
from tests.hub.conftest import RunningHub, enrol
from tests.hub.dossiers.conftest import ANSWERS, NAME, NUMBER, PHONE, PROCEDURE, DossierKiosk, paper_ids, served

PAPER = "ly-hon-chung-tu"


def test_the_form_says_what_is_asked_and_why_the_date(kiosk: DossierKiosk) -> None:
    form = kiosk.said("GET", f"/v1/procedures/{PROCEDURE}/form")
    assert [field["id"] for field in form["fields"]][:3] == ["full_name", "born", "sex"]
    assert form["can_submit"]
    assert [consent["required"] for consent in form["consents"]] == [True, False, False]
    assert form["handlers"][0]["id"] == "phuong-thu"
    assert len(form["handlers"]) > 100
    assert form["why_due"][0]["vi"].startswith("3 ngày làm việc")
    assert "to-khai-hon-nhan" not in {paper["id"] for paper in form["papers"]}, "it is filled in here"


def test_what_is_signed_before_an_officer_says_so(kiosk: DossierKiosk) -> None:
    form = kiosk.said("GET", "/v1/procedures/2.000815/form")
    assert not form["can_submit"]
    assert "quầy" in form["why_not"]["vi"]
    answer = kiosk.ask("POST", "/v1/drafts", {"request_id": "request-x", "procedure": "2.000815"})
    assert (answer.status_code, answer.json()["error"]) == (409, "cannot_submit")


def test_the_same_request_begins_one_draft(kiosk: DossierKiosk) -> None:
    body = {"request_id": "request-again", "procedure": PROCEDURE}
    assert len({kiosk.said("POST", "/v1/drafts", body)["draft"] for _ in range(3)}) == 1


def test_another_kiosk_does_not_know_a_draft(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    hub = kiosk.running.hub
    hub.store.write_access(lambda book: book.add_token(token_hash("other"), "kiosk", "kiosk-2", 0))
    other = DossierKiosk(kiosk.running, "other")
    assert other.ask("GET", f"/v1/drafts/{draft}").status_code == 404
    assert other.send(draft, PAPER, photo()).status_code == 404
    assert other.ask("POST", f"/v1/drafts/{draft}/leave", {}).status_code == 200
    assert kiosk.ask("GET", f"/v1/drafts/{draft}").status_code == 200


def test_wrong_answers_are_told_and_right_ones_kept(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    wrong = kiosk.fill(draft, personal_id="12", handled_by="mars")
    assert {each["field"] for each in wrong} == {"personal_id", "handled_by"}
    assert kiosk.fill(draft) == []


def test_two_pages_become_one_paper_with_a_picture_of_each(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    for content in (photo(), pdf(pages=2)):
        assert kiosk.send(draft, PAPER, content).status_code == 200
    state = kiosk.settled(draft, PAPER)
    assert (state["state"], state["pages"], state["way"]) == ("ready", 3, "camera")
    for number in (1, 2, 3):
        picture = kiosk.ask("GET", f"/v1/drafts/{draft}/papers/{PAPER}/pages/{number}")
        assert picture.headers["content-type"] == "image/jpeg"
        assert picture.content.startswith(b"\xff\xd8\xff")
    assert kiosk.ask("GET", f"/v1/drafts/{draft}/papers/{PAPER}/pages/4").status_code == 404


def test_an_upload_that_is_repeated_is_one_page(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    for _ in range(2):
        kiosk.send(draft, PAPER, photo(), "way=scanner&id=upload-0001")
    assert kiosk.settled(draft, PAPER)["pages"] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pdf(password="x"), "mật khẩu"),
        (pdf()[:200], "hỏng"),
        (b"<script>" + pdf(), "ảnh chụp hoặc tệp PDF"),
        (b"khai sinh", "ảnh chụp hoặc tệp PDF"),
    ],
)
def test_what_cannot_be_a_paper_is_refused_with_the_reason(kiosk: DossierKiosk, content: bytes, words: str) -> None:
    draft = kiosk.start()
    kiosk.send(draft, PAPER, content)
    state = kiosk.settled(draft, PAPER)
    assert state["state"] == "refused"
    assert words in state["words"]["vi"]


def test_a_refused_page_leaves_the_pages_before_it(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    for content in (photo(), photo(), b"nonsense"):
        kiosk.send(draft, PAPER, content)
    state = kiosk.settled(draft, PAPER)
    assert (state["state"], state["pages"]) == ("ready", 2)
    assert state["words"] is not None


def test_a_photo_of_an_iphone_is_taken(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    kiosk.send(draft, PAPER, photo("HEIF"))
    assert kiosk.settled(draft, PAPER)["state"] == "ready"


def test_half_a_gigabyte_is_refused_before_it_is_read(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    answer = kiosk.running.client.post(
        f"/v1/drafts/{draft}/papers/{PAPER}/files?way=camera",
        content=b"x",
        headers={"authorization": f"Bearer {kiosk.token}", "content-length": str(500 << 20)},
    )
    assert (answer.status_code, answer.json()["error"]) == (413, "file_too_large")


def test_one_that_does_not_say_how_long_it_is_ends_at_the_limit(kiosk: DossierKiosk) -> None:
    draft, piece = kiosk.start(), b"x" * (1 << 20)
    answer = kiosk.running.client.post(
        f"/v1/drafts/{draft}/papers/{PAPER}/files?way=camera",
        content=(piece for _ in range(60)),
        headers={"authorization": f"Bearer {kiosk.token}"},
    )
    assert answer.status_code == 413
    assert list(kiosk.running.hub.dossiers.room.parts.inbox.room.iterdir()) == []


def test_a_paper_is_cleared_or_brought_to_the_counter(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    kiosk.send(draft, PAPER, photo())
    kiosk.settled(draft, PAPER)
    cleared = kiosk.said("POST", f"/v1/drafts/{draft}/papers/{PAPER}/clear")
    assert cleared["papers"][0]["state"] == "empty"
    brought = kiosk.said("POST", f"/v1/drafts/{draft}/papers/{PAPER}/way", {"way": "counter"})
    assert brought["papers"][0]["way"] == "counter"
    assert kiosk.ask("POST", f"/v1/drafts/{draft}/papers/none/clear").status_code == 404


def test_who_leaves_leaves_nothing_behind(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    kiosk.fill(draft)
    kiosk.send(draft, PAPER, photo())
    kiosk.settled(draft, PAPER)
    assert kiosk.ask("POST", f"/v1/drafts/{draft}/leave").status_code == 200
    assert kiosk.ask("GET", f"/v1/drafts/{draft}").status_code == 404
    assert list((kiosk.running.hub.centre.config.data / "papers").iterdir()) == []


def test_a_draft_that_no_kiosk_shows_any_more_is_wiped(kiosk: DossierKiosk, clock: FakeClock) -> None:
    draft, room = kiosk.start(), kiosk.running.hub.dossiers.room
    for _ in range(3):
        clock.advance(10 * 60_000)
        room.tidy()
        assert kiosk.ask("GET", f"/v1/drafts/{draft}").status_code == 200
    clock.advance(16 * 60_000)
    room.tidy()
    assert kiosk.ask("GET", f"/v1/drafts/{draft}").status_code == 404


def test_no_draft_lives_longer_than_a_day(kiosk: DossierKiosk, clock: FakeClock) -> None:
    draft, room = kiosk.start(), kiosk.running.hub.dossiers.room
    for _ in range(DRAFT_LIFE_H * 6 + 1):
        kiosk.ask("GET", f"/v1/drafts/{draft}")
        clock.advance(10 * 60_000)
    room.tidy()
    assert kiosk.ask("GET", f"/v1/drafts/{draft}").status_code == 404


@pytest.mark.parametrize("last4", [NUMBER[-4:], PHONE[-4:]])
def test_after_a_crash_its_citizen_goes_on(kiosk: DossierKiosk, last4: str) -> None:
    draft = kiosk.start()
    kiosk.fill(draft)
    resumed = kiosk.said("POST", f"/v1/drafts/{draft}/resume", {"last4": last4})
    assert resumed["answers"] == ANSWERS
    assert resumed["state"]["draft"] == draft


def test_three_wrong_tries_to_go_on_wipe_it(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    kiosk.fill(draft)
    tries = [kiosk.ask("POST", f"/v1/drafts/{draft}/resume", {"last4": "9999"}).status_code for _ in range(3)]
    assert tries == [409, 409, 404]
    assert kiosk.ask("POST", f"/v1/drafts/{draft}/resume", {"last4": NUMBER[-4:]}).status_code == 404


def test_after_five_minutes_nobody_goes_on(kiosk: DossierKiosk, clock: FakeClock) -> None:
    draft = kiosk.start()
    kiosk.fill(draft)
    clock.advance(5 * 60_000 + 1)
    assert kiosk.ask("POST", f"/v1/drafts/{draft}/resume", {"last4": NUMBER[-4:]}).status_code == 404


def test_nothing_personal_is_readable_on_the_disk_while_it_lives(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    kiosk.fill(draft)
    kiosk.send(draft, PAPER, photo())
    kiosk.settled(draft, PAPER)
    written = b"".join(path.read_bytes() for path in kiosk.running.hub.centre.config.data.rglob("*") if path.is_file())
    for part in (NAME, NUMBER, PHONE, "mua nhà", "mau.thu"):
        assert part.encode() not in written
    assert b"%PDF" not in written
    assert b"\xff\xd8\xff\xe0" not in written


def test_a_paper_that_nobody_asks_for_and_a_way_that_is_none_are_refused(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    assert kiosk.send(draft, "passport", photo()).status_code == 404
    assert kiosk.send(draft, PAPER, photo(), "way=pigeon").status_code == 400
    assert kiosk.send(draft, PAPER, b"").status_code == 422
    assert paper_ids(kiosk) == [PAPER, "uy-quyen"]


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_step_of_the_clock_wipes_nobodys_draft_and_keeps_none_for_longer(
    kiosk: DossierKiosk, clock: FakeClock, hours: int
) -> None:
    draft, room = kiosk.start(), kiosk.running.hub.dossiers.room
    clock.set(clock.now_ms() + hours * 3_600_000)
    room.tidy()
    assert kiosk.ask("GET", f"/v1/drafts/{draft}").status_code == 200
    clock.advance(16 * 60_000)
    room.tidy()
    assert kiosk.ask("GET", f"/v1/drafts/{draft}").status_code == 404


def test_after_a_restart_a_draft_is_as_old_as_it_was(config: HubConfig, clock: FakeClock) -> None:
    with served(config, clock) as client:
        hub = client.app.state.hub  # type: ignore[attr-defined]  # a Starlette
        enrol(hub)
        kiosk = DossierKiosk(RunningHub(hub, client, clock))
        old = kiosk.start()
        clock.advance(10 * 60_000)
        young = kiosk.start()
    with served(config, clock) as client:
        hub = client.app.state.hub  # type: ignore[attr-defined]  # a Starlette
        clock.advance(6 * 60_000)
        hub.dossiers.room.tidy()
        kiosk = DossierKiosk(RunningHub(hub, client, clock))
        assert kiosk.ask("GET", f"/v1/drafts/{old}").status_code == 404
        assert kiosk.ask("GET", f"/v1/drafts/{young}").status_code == 200


def test_one_kiosk_does_not_use_up_the_centre(kiosk: DossierKiosk, clock: FakeClock) -> None:
    """What it began longest ago goes; the citizen before it goes on."""
    hub, drafts = kiosk.running.hub, list[str]()
    for _ in range(60):
        drafts.append(kiosk.start())
        clock.advance(1000)
    assert kiosk.ask("GET", f"/v1/drafts/{drafts[-1]}").status_code == 200
    assert kiosk.ask("GET", f"/v1/drafts/{drafts[0]}").status_code == 404
    assert len(hub.dossiers.room.parts.drafts.shelf.all()) == MAX_OF_KIOSK
    hub.store.write_access(lambda book: book.add_token(token_hash("other"), "kiosk", "kiosk-2", 0))
    assert DossierKiosk(kiosk.running, "other").start()
