"""Submit: one dossier whatever is pressed twice, cut off or full; kept sealed until central has it."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from kiosk.clock import to_ms
from kiosk.config import HubConfig
from tests.fakes.clock import FakeClock
from tests.fakes.papers import photo
from tests.hub.conftest import RunningHub, enrol
from tests.hub.dossiers.conftest import NAME, NUMBER, PHONE, PROCEDURE, DossierKiosk, served

PAPER = "ly-hon-chung-tu"
CHANGE, NEEDED = "1.004859", "can-cu-cai-chinh"


def submitted(kiosk: DossierKiosk) -> tuple[str, dict[str, Any]]:
    """The draft, with a captured page, and its receipt."""
    draft = kiosk.start()
    assert kiosk.fill(draft) == []
    kiosk.send(draft, PAPER, photo())
    kiosk.settled(draft, PAPER)
    answer = kiosk.submit(draft)
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return draft, receipt


def files_of(config: HubConfig) -> list[str]:
    return sorted(path.name for path in (config.data / "papers").iterdir())


def test_the_receipt_says_all_that_the_citizen_needs(kiosk: DossierKiosk) -> None:
    _, receipt = submitted(kiosk)
    assert receipt["code"] == "000.00.01.H29-261123-0001"
    assert receipt["kept"] == "kept", "no city was named: it is kept, and the citizen is told so"
    assert receipt["look_up_url"] == f"http://hub.test/d#{receipt['code']}.{receipt['secret']}"
    assert receipt["due_ms"] == to_ms(datetime(2026, 11, 26, 17, 0))
    assert {(paper["way"]) for paper in receipt["papers"]} == {"camera", "counter"}


def test_codes_go_up(kiosk: DossierKiosk) -> None:
    assert [submitted(kiosk)[1]["code"][-4:] for _ in range(3)] == ["0001", "0002", "0003"]


def test_a_double_submission_is_one_dossier(kiosk: DossierKiosk) -> None:
    draft, receipt = submitted(kiosk)
    assert kiosk.submit(draft).json() == receipt
    assert kiosk.submit(draft, request_id="request-repeated").json() == receipt


def test_two_taps_at_the_same_moment_are_one_dossier(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    kiosk.fill(draft)
    with ThreadPoolExecutor(4) as taps:
        receipts = list(taps.map(lambda _: kiosk.submit(draft).json()["code"], range(4)))
    assert len(set(receipts)) == 1
    assert len(kiosk.running.rows("SELECT * FROM submission")) == 1


def test_without_consent_nothing_is_taken(kiosk: DossierKiosk) -> None:
    draft = kiosk.start()
    kiosk.fill(draft)
    answer = kiosk.submit(draft, consents=["sms"])
    assert (answer.status_code, answer.json()["error"]) == (409, "consent_missing")
    assert kiosk.ask("GET", f"/v1/drafts/{draft}").status_code == 200


def test_answers_and_papers_must_be_there(kiosk: DossierKiosk) -> None:
    draft = kiosk.start(CHANGE)
    assert kiosk.submit(draft).json()["error"] == "answers_wrong"
    kiosk.said("POST", f"/v1/drafts/{draft}/answers", {"answers": change_answers(), "handled_by": "phuong-thu"})
    missing = kiosk.submit(draft).json()
    assert (missing["error"], missing["detail"]) == ("papers_missing", NEEDED)
    kiosk.said("POST", f"/v1/drafts/{draft}/papers/{NEEDED}/way", {"way": "counter"})
    assert kiosk.submit(draft).status_code == 200


def change_answers() -> dict[str, str]:
    mine = {"full_name": NAME, "personal_id": NUMBER, "address": "12 đường Không Có Thật", "phone": PHONE}
    change = {"relation": "self", "change_of": NAME, "change_record": "birth", "change_from": "Thu", "change_to": "Thử"}
    return mine | change | {"change_why": "viết sai dấu"}


def test_who_submits_in_the_afternoon_is_told_why_tomorrow(kiosk: DossierKiosk, clock: FakeClock) -> None:
    clock.set(to_ms(datetime(2026, 11, 23, 15, 30)))
    form = kiosk.said("GET", "/v1/procedures/2.000635/form")
    assert form["due_ms"] == to_ms(datetime(2026, 11, 24, 17, 0))
    assert "15 giờ" in form["why_due"][0]["vi"]


def test_the_event_names_nobody(kiosk: DossierKiosk) -> None:
    ticket = kiosk.running.take("ket-hon")
    draft = kiosk.start(ticket=ticket["id"])
    kiosk.fill(draft)
    code = kiosk.submit(draft).json()["code"]
    event = kiosk.running.rows("SELECT event FROM outbox ORDER BY seq DESC LIMIT 1")[0][0]
    assert f'"visit":{ticket["id"]}' in event
    assert code in event
    assert PROCEDURE in event
    assert NAME not in event
    assert NUMBER not in event


def test_what_is_kept_is_sealed(kiosk: DossierKiosk, config: HubConfig) -> None:
    _, receipt = submitted(kiosk)
    written = b"".join(path.read_bytes() for path in config.data.rglob("*") if path.is_file())
    for part in (NAME, NUMBER, PHONE, "mua nhà", receipt["secret"]):
        assert part.encode() not in written


def test_after_a_restart_it_is_still_there_and_so_is_the_receipt(
    kiosk: DossierKiosk, config: HubConfig, clock: FakeClock
) -> None:
    draft, receipt = submitted(kiosk)
    before = files_of(config)
    kiosk.running.client.__exit__(None, None, None)
    with served(config, clock) as client:
        again = DossierKiosk(RunningHub(client.app.state.hub, client, clock))  # type: ignore[attr-defined]
        assert again.submit(draft, request_id="request-after").json() == receipt
        assert files_of(config) == before


def test_a_lost_database_loses_no_submission(kiosk: DossierKiosk, config: HubConfig, clock: FakeClock) -> None:
    _, receipt = submitted(kiosk)
    kiosk.running.client.__exit__(None, None, None)
    (config.data / "hub.sqlite").write_bytes(b"not a database" * 1000)
    for beside in ("hub.sqlite-wal", "hub.sqlite-shm"):
        (config.data / beside).unlink(missing_ok=True)
    with served(config, clock) as client:
        again = DossierKiosk(RunningHub(client.app.state.hub, client, clock))  # type: ignore[attr-defined]
        assert again.running.rows("SELECT code FROM submission") == [(receipt["code"],)]
        enrol(again.running.hub)
        draft = again.start()
        again.fill(draft)
        assert again.submit(draft).json()["code"] != receipt["code"], "a code is never given twice"


def test_a_full_disk_is_told_and_the_draft_is_as_it_was(kiosk: DossierKiosk, config: HubConfig) -> None:
    """A folder that takes no file is a disk that takes none: what is kept is written beside it first."""
    draft = kiosk.start()
    kiosk.fill(draft)
    papers = config.data / "papers"
    shutil.move(papers, aside := config.data / "aside")
    papers.symlink_to("/dev/full")
    try:
        answer = kiosk.submit(draft)
    finally:
        papers.unlink()
        shutil.move(aside, papers)
    assert answer.status_code >= 500
    assert kiosk.running.rows("SELECT * FROM submission") == []
    assert kiosk.submit(draft).status_code == 200


@pytest.mark.parametrize("path", ["/v1/drafts/none/submit", "/v1/drafts/x-outgoing/submit"])
def test_what_was_never_begun_cannot_be_submitted(kiosk: DossierKiosk, path: str) -> None:
    assert kiosk.ask("POST", path, {"request_id": "request-none", "consents": ["handling"]}).status_code == 404
