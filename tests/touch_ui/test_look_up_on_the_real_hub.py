"""A dossier looked up at the real touch app by camera, scanner and card, through the real hub at the real central."""

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from hardware.profiles import load
from hardware.scanner.decoder import ScannerProfile
from hardware.simulated.camera import show_card
from hardware.simulated.line import SimulatedLine
from hardware.simulated.scanner import SimulatedScanner
from tests.fakes.dossier_centre import dossier_centre
from tests.fakes.real_hub import KIOSK_TOKEN, RealHub
from tests.hub.dossiers.conftest import ANSWERS, NAME, NUMBER, PHONE, PROCEDURE
from tests.touch_ui.screen import PATIENCE_S, TouchApp, running_touch, virtual_screen

SIZE = (540, 960)
CARD = f"{NUMBER}||{NAME}|05091990|Nữ|12 đường Không Có Thật|04102025||||"
STRANGER = "079300000099||Lê Thị Không|05091990|Nữ|12 đường Không Có Thật|04102025||||"
DEVICES = """
[[devices]]
id = "camera"
kind = "camera.simulated"
port = "desk"
[[devices]]
id = "scanner"
kind = "scanner.serial"
profile = "scanner-generic"
port = "scanner"
"""
PROFILE = load("scanner-generic", ScannerProfile)


def submitted(hub: RealHub) -> dict[str, Any]:
    """The receipt of a dossier whose papers are brought to the counter."""

    def ask(method: str, path: str, body: Any = None) -> Any:
        headers = {"authorization": f"Bearer {KIOSK_TOKEN}"}
        answer = requests.request(method, hub.url + path, json=body, headers=headers, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    draft = ask("POST", "/v1/drafts", {"request_id": secrets.token_hex(8), "procedure": PROCEDURE})
    path = f"/v1/drafts/{draft['draft']}"
    ask("POST", f"{path}/answers", {"answers": ANSWERS, "handled_by": "phuong-thu"})
    for paper in draft["papers"]:
        ask("POST", f"{path}/papers/{paper['paper']}/way", {"way": "counter"})
    submit = {"request_id": secrets.token_hex(8), "consents": ["handling"]}
    deadline = time.monotonic() + PATIENCE_S
    while (receipt := ask("POST", f"{path}/submit", submit))["kept"] != "sent":
        assert time.monotonic() < deadline
    return dict(receipt)


@dataclass
class Citizen:
    app: TouchApp
    folder: Path
    line: SimulatedLine
    scanner: SimulatedScanner

    def go(self, tap: str, screen: str) -> None:
        self.app.tap(tap)
        self.app.settled(screen)

    def holds_card(self, card: str, digits: str, then: str) -> None:
        self.go("look_up", "look_up")
        self.go("search_by:card", "card_notice")
        self.go("agree", "card_scan")
        shown = show_card(self.folder / "desk", card.encode())
        self.app.settled("card_confirm")
        shown.unlink()
        self.go("confirm", "look_up_phone")
        for digit in digits:
            self.app.tap(f"key:{digit}")
        self.app.settled(then)

    def sees_dossier(self) -> None:
        self.app.settled("dossier")
        assert "Đã gửi" in self.app.sees("dossier_now")["text"]
        self.go("done", "home")


@contextmanager
def citizen(folder: Path, hub: RealHub) -> Iterator[Citizen]:
    (folder / "desk").mkdir()
    (folder / "kiosk.token").write_text(KIOSK_TOKEN + "\n")
    (folder / "touch.toml").write_text(
        f'kiosk = "kiosk-1"\nhub_url = "{hub.url}"\ntoken_file = "kiosk.token"\n{DEVICES}'
        f"[window]\nwidth = {SIZE[0]}\nheight = {SIZE[1]}\nfullscreen = false\n"
    )
    scanner = SimulatedScanner(PROFILE)
    with ExitStack() as running:
        line = running.enter_context(SimulatedLine(folder / "scanner", scanner, PROFILE.line.baud))
        display = running.enter_context(virtual_screen(*SIZE))
        app = running.enter_context(running_touch(display, folder, folder / "touch.toml"))
        app.settled("home")
        yield Citizen(app, folder, line, scanner)


def test_a_dossier_is_found_by_the_receipt_in_camera_and_scanner_and_by_card_and_phone(tmp_path: Path) -> None:
    with dossier_centre(tmp_path) as centre:
        receipt = submitted(centre.hub)
        url = receipt["look_up_url"]
        with citizen(tmp_path, centre.hub) as person:
            person.line.send(person.scanner.scan(url))
            person.sees_dossier()

            person.go("look_up", "look_up")
            person.go("search_by:receipt", "look_up_scan")
            shown = show_card(tmp_path / "desk", url.encode())
            person.sees_dossier()
            shown.unlink()

            person.holds_card(CARD, PHONE[-4:], then="dossier")
            person.sees_dossier()

            words = []
            for card, digits in ((CARD, "9999"), (STRANGER, PHONE[-4:])):
                person.holds_card(card, digits, then="denied")
                words.append(person.app.sees("message_text")["text"])
                person.go("cancel", "home")
            person.line.send(person.scanner.scan(url[:-6] + "XXXXXX"))
            person.app.settled("denied")
            words.append(person.app.sees("message_text")["text"])
            assert len(set(words)) == 1, "one sentence, whatever was wrong"
            assert "Không tìm thấy" in words[0]
    written = (tmp_path / "touch.log").read_text() + (tmp_path / "hub" / "hub.log").read_text()
    assert not any(personal in written for personal in (NAME, NUMBER, PHONE, receipt["secret"]))
