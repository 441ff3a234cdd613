"""The whole product on a virtual screen, as a newcomer runs it: ``kiosk demo --tour DIR``."""

import re
import subprocess
from pathlib import Path

from kiosk.demo.browser import chromium
from kiosk.demo.processes import kiosk_command
from kiosk.demo.tour_steps import CARD_2021, CARD_2024, STEPS


def test_the_tour_passes_every_step_and_shows_each(tmp_path: Path) -> None:
    """Ticket, print, call, displays, priority, no-show, transfer, paper out, reprint, killed hub, English, closing."""
    command = kiosk_command("demo", "--tour", str(tmp_path / "tour"), "--folder", str(tmp_path / "data"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(STEPS)} of {len(STEPS)} steps passed" in done.stdout
    page = (tmp_path / "tour/index.html").read_text()
    pictures = re.findall(r'src="([^"]+)"', page)
    assert all((tmp_path / "tour" / name).is_file() for name in pictures)
    assert len(pictures) >= (30 if chromium() else 15)
    assert_nothing_personal(tmp_path)


def assert_nothing_personal(folder: Path) -> None:
    """Databases, logs, slips and the report: nothing of the cards that were read, not even their last digits."""
    written = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert any(path.suffix == ".log" for path in written)
    for card in (CARD_2021, CARD_2024):
        number, old, name, born, _, address, *_ = card.split("|")
        for word in (number, name, born, address, *([old] if old else [])):
            assert [str(path) for path, content in written.items() if word.encode() in content] == []
