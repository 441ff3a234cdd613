"""A real hub and a real central: what was submitted arrives whole and once, and is then gone from the hub."""

import resource
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fakes.dossier_centre import dossier_centre
from tests.fakes.papers import photo
from tests.fakes.real_central import RealCentral
from tests.fakes.real_hub import KIOSK_TOKEN, RealHub
from tests.hub.dossiers.conftest import ANSWERS, NAME, NUMBER, PHONE, PROCEDURE

PAPER = "ly-hon-chung-tu"
WAITED_S = 60.0


@dataclass
class City:
    hub: RealHub
    central: RealCentral

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        headers = {"authorization": f"Bearer {KIOSK_TOKEN}"}
        return requests.request(method, self.hub.url + path, json=body, headers=headers, timeout=20, **more)

    def filled(self) -> str:
        draft: str = self.ask(
            "POST", "/v1/drafts", {"request_id": secrets.token_hex(8), "procedure": PROCEDURE}
        ).json()["draft"]
        answers = {"answers": ANSWERS, "handled_by": "phuong-thu"}
        assert self.ask("POST", f"/v1/drafts/{draft}/answers", answers).json()["wrong"] == []
        for _ in range(2):
            path = f"/v1/drafts/{draft}/papers/{PAPER}/files?way=scanner"
            headers = {"authorization": f"Bearer {KIOSK_TOKEN}"}
            assert requests.post(self.hub.url + path, data=photo(), headers=headers, timeout=20).status_code == 200
        until(lambda: self.paper(draft)["state"] == "ready")
        return draft

    def paper(self, draft: str) -> dict[str, Any]:
        papers = self.ask("GET", f"/v1/drafts/{draft}").json()["papers"]
        return next(paper for paper in papers if paper["paper"] == PAPER)

    def submit(self, draft: str) -> dict[str, Any]:
        body = {"request_id": secrets.token_hex(8), "consents": ["handling", "sms"]}
        answer = self.ask("POST", f"/v1/drafts/{draft}/submit", body)
        assert answer.status_code == 200, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    def look_up(self, receipt: dict[str, Any], **other: str) -> requests.Response:
        asked = {"code": receipt["code"], "secret": receipt["secret"]} | other
        return self.ask("POST", "/v1/dossiers/look-up", asked)

    def is_all_sent(self) -> bool:
        """Only receipts are left of what was submitted."""
        left = [path.name for path in (self.hub.config.data / "papers").glob("*.paper")]
        return all(name.endswith("-receipt.paper") for name in left)


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAITED_S
    while not what():
        assert time.monotonic() < deadline


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with dossier_centre(tmp_path_factory.mktemp("city")) as centre:
        yield City(centre.hub, centre.central)


@pytest.fixture
def city(enrolled: City) -> City:
    """Both run."""
    for each in (enrolled.central, enrolled.hub):
        if each.process is None or each.process.poll() is not None:
            each.start()
    return enrolled


def test_it_arrives_and_is_gone_from_the_hub(city: City) -> None:
    draft = city.filled()
    receipt = city.submit(draft)
    assert receipt["kept"] == "sent"
    until(city.is_all_sent)
    status = city.look_up(receipt).json()["found"][0]
    assert status["name"]["vi"] == "Cấp Giấy xác nhận tình trạng hôn nhân", "which one it is"
    assert status["words"]["vi"] == "Đã gửi, chờ cán bộ kiểm tra"
    assert city.submit(draft)["code"] == receipt["code"], "the receipt can still be printed again"
    assert city.ask("POST", f"/v1/drafts/{draft}/leave").status_code == 200
    until(lambda: list((city.hub.config.data / "papers").glob(f"{draft}*")) == [])
    city.hub.stop()
    written = b"".join(path.read_bytes() for path in city.hub.folder.rglob("*") if path.is_file())
    for part in (NAME, NUMBER, PHONE, "mua nhà", "mau.thu@", receipt["secret"], draft):
        assert part.encode() not in written, "wiped: from the database, its log, the papers, the logs"


def test_a_wrong_secret_and_a_code_that_never_was_are_answered_alike_and_stopped(city: City) -> None:
    receipt = city.submit(city.filled())
    wrong = city.look_up(receipt, secret="XXXXXX")
    unknown = city.look_up(receipt, code="H29-261122-0999", secret="XXXXXX")
    assert wrong.content == unknown.content
    for _ in range(9):
        assert city.look_up(receipt, secret="XXXXXX").json()["found"] == []
    stopped = city.look_up(receipt).json()
    assert (stopped["found"], stopped["wait_s"] > 0) == ([], True)


def test_without_central_it_is_kept_and_sent_later(city: City) -> None:
    city.central.kill()
    receipt = city.submit(city.filled())
    assert receipt["kept"] == "kept"
    away = city.look_up(receipt)
    assert (away.status_code, away.json()["error"]) == (503, "central_away")
    city.hub.stop()
    city.central.start()
    city.hub.start()
    until(city.is_all_sent)
    assert len(city.look_up(receipt).json()["found"]) == 1


def test_a_disk_without_space_is_told_and_with_space_it_goes_on(city: City) -> None:
    """A limit on the size of files is what the hub's process sees as a full disk (EFBIG)."""
    body = {"request_id": secrets.token_hex(8), "procedure": PROCEDURE}
    draft = city.ask("POST", "/v1/drafts", body).json()["draft"]
    url = f"{city.hub.url}/v1/drafts/{draft}/papers/{PAPER}/files?way=camera"
    headers, content = {"authorization": f"Bearer {KIOSK_TOKEN}"}, b"\xff\xd8\xff" + secrets.token_bytes(3 << 20)
    assert city.hub.process is not None
    before = resource.prlimit(city.hub.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(city.hub.process.pid, resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    full = requests.post(url, data=content, headers=headers, timeout=20)
    resource.prlimit(city.hub.process.pid, resource.RLIMIT_FSIZE, before)
    assert (full.status_code, full.json()["error"]) == (507, "no_space")
    assert "quầy" in full.json()["message"]["vi"]
    assert city.paper(draft)["state"] == "empty"
    assert requests.post(url, data=content, headers=headers, timeout=20).status_code == 200
    city.ask("POST", f"/v1/drafts/{draft}/leave")


@pytest.mark.parametrize("moment", ["begun", "sealed", "committed", "done"])
def test_power_cut_in_the_middle_of_submit_loses_nothing_and_leaves_nothing_half(city: City, moment: str) -> None:
    """kill -9 while the request runs; the touch app asks again, and the citizen has one dossier with all its papers."""
    draft = city.filled()
    headers = {"authorization": f"Bearer {KIOSK_TOKEN}", "content-type": "application/json"}
    begun = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, urllib.request as u\n"
            "try: u.urlopen(u.Request(sys.argv[1], sys.argv[2].encode(), "
            "{'authorization': sys.argv[3], 'content-type': 'application/json'}), timeout=5).read()\n"
            "except OSError: pass",
            f"{city.hub.url}/v1/drafts/{draft}/submit",
            '{"request_id":"request-cut","consents":["handling"]}',
            headers["authorization"],
        ]
    )
    until(lambda: has_come(city.hub.config.data / "papers", draft, moment))
    city.hub.kill()
    begun.wait(10)
    city.hub.start()
    receipt = city.submit(draft)
    assert city.submit(draft)["code"] == receipt["code"]
    until(city.is_all_sent)
    assert len(city.look_up(receipt).json()["found"]) == 1


def has_come(papers: Path, draft: str, moment: str) -> bool:
    """How far a submission is, by the files of its draft."""
    if moment == "begun":
        return any(papers.glob(f"{draft}-outgoing*"))
    if moment == "sealed":
        return (papers / f"{draft}-outgoing.paper").exists()
    if moment == "committed":
        return not (papers / f"{draft}-draft.paper").exists()
    return (papers / f"{draft}-receipt.paper").exists()


def test_a_dossier_at_which_central_fails_holds_up_no_other(city: City) -> None:
    """It is put off; what stays undone here is swept by nobody, so this is the last test of the module."""
    papers = city.central.folder / "data" / "papers"
    aside = papers.rename(papers.with_name("aside"))
    papers.write_bytes(b"no folder: central answers 500 to every paper")
    try:
        city.submit(city.filled())
        body = {"request_id": secrets.token_hex(8), "procedure": PROCEDURE}
        draft = city.ask("POST", "/v1/drafts", body).json()["draft"]
        city.ask("POST", f"/v1/drafts/{draft}/answers", {"answers": ANSWERS, "handled_by": "phuong-thu"})
        for paper in city.ask("GET", f"/v1/drafts/{draft}").json()["papers"]:
            city.ask("POST", f"/v1/drafts/{draft}/papers/{paper['paper']}/way", {"way": "counter"})
        until(lambda: city.submit(draft)["kept"] == "sent")
    finally:
        papers.unlink()
        aside.rename(papers)
