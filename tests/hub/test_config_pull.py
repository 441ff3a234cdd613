"""`kiosk config pull`, as somebody types it at a hub or at a kiosk: over real HTTP, and nothing is taken up."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from kiosk.cli import main
from kiosk.clock import SystemClock
from kiosk.config.kept import KeptSettings, Standing
from kiosk.config.load import load_hub_config
from kiosk.config.signed import Reason, Remembered
from kiosk.hub.sync.enrol import enrol
from kiosk.hub.sync.line import CentralAddress
from kiosk.wire.fleet_api import KioskDesired
from tests.fakes.central_peer import CentralPeer, running
from tests.fakes.hub_stand_in import TOKEN, stand_in
from tests.fakes.signed_settings import Signer, public
from tests.fakes.small_centre import centre_toml

LAYERS = {
    "layers": [
        {"name": "city", "tree": {"warning": {"threshold_min": 20}, "kiosk": {"theme": {"palette": "green"}}}},
        {"name": "centre phuong-thu", "tree": {"warning": {"threshold_min": 25}}},
    ]
}


@dataclass
class Desk:
    toml: Path
    peer: CentralPeer
    signer: Signer

    def pull(self, *words: str) -> int:
        return main(["config", "pull", "--config", str(self.toml), *words])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = SystemClock()
    signer = Signer(clock.now_ms())
    toml = tmp_path / "hub.toml"
    toml.write_text(centre_toml(0))
    config = load_hub_config(toml)
    root = base64.b64encode(public(signer.root)).decode()
    with running(CentralPeer(clock=clock, roots=(root,), city="hcmc")) as found:
        enrol(CentralAddress(found.url), "CODE-0001", config.data, config.centre.id, clock)
        signer.centre = config.centre.id
        yield Desk(toml, found.peer, signer)


def test_a_hub_is_told_what_the_layers_say_together(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.peer.document = 7, desk.signer.document(7, LAYERS)
    before = sorted(path.name for path in desk.toml.parent.rglob("*"))
    assert desk.pull() == 0
    told = capsys.readouterr()
    assert msgspec.toml.decode(told.out) == {
        "warning": {"threshold_min": 25},
        "kiosk": {"theme": {"palette": "green"}},
    }
    assert "settings 7, good until 20" in told.err
    assert sorted(path.name for path in desk.toml.parent.rglob("*")) == before, "nothing is taken up"


def test_it_is_written_to_a_file_that_can_be_checked(desk: Desk, tmp_path: Path) -> None:
    desk.peer.document = 7, desk.signer.document(7, LAYERS)
    for name in ("wanted.json", "wanted.toml"):
        assert desk.pull(str(tmp_path / name)) == 0
        assert main(["config", "check", str(tmp_path / name)]) == 0
    assert json.loads((tmp_path / "wanted.json").read_text())["warning"]["threshold_min"] == 25
    assert main(["config", "diff", str(tmp_path / "wanted.json"), str(tmp_path / "wanted.toml")]) == 0


def test_what_another_has_signed_is_refused(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    stranger = Signer(desk.signer.now_ms, centre=desk.signer.centre)
    desk.peer.document = 7, stranger.document(7, LAYERS)
    assert desk.pull() == 2
    told = capsys.readouterr()
    assert "unknown_key" in told.err
    assert told.out == ""


def test_what_is_past_its_time_older_than_what_is_known_or_of_another_centre_is_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A replayed document is shown to nobody as what the city wants."""
    kept = KeptSettings(load_hub_config(desk.toml).data)
    kept.write(Standing(remembered=Remembered(version=6)))
    documents = {
        Reason.EXPIRED: desk.signer.document(7, LAYERS, lasts_ms=-1000),
        Reason.OLDER_VERSION: desk.signer.document(5, LAYERS),
        Reason.OTHER_CENTRE: desk.signer.document(7, LAYERS, centre="elsewhere"),
    }
    for reason, document in documents.items():
        desk.peer.document = 7, document
        assert desk.pull() == 2
        told = capsys.readouterr()
        assert (reason in told.err, told.out) == (True, "")


def test_what_only_a_newer_program_understands_is_refused_in_words(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.peer.document = 7, desk.signer.document(7, {"layers": "of another kind"})
    assert desk.pull() == 2
    assert "layers" in capsys.readouterr().err


def test_where_the_city_says_nothing_that_is_told(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.pull() == 0
    assert "nothing" in capsys.readouterr().err


def test_a_hub_that_is_not_enrolled_asks_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "hub.toml").write_text(centre_toml(0))
    assert main(["config", "pull", "--config", str(tmp_path / "hub.toml")]) == 2
    assert "not enrolled" in capsys.readouterr().err


def test_a_kiosk_asks_its_hub(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signer = Signer(SystemClock().now_ms())
    with stand_in() as running_hub:
        (tmp_path / "kiosk.token").write_text(TOKEN)
        toml = tmp_path / "touch.toml"
        toml.write_text(f'kiosk = "kiosk-1"\nhub_url = "{running_hub.url}"\ntoken_file = "kiosk.token"\n')
        words = ["config", "pull", "--config", str(toml)]
        running_hub.hub.desired = KioskDesired(version=7, document=signer.document(7, LAYERS))
        assert main(words) == 2, "it was never told whom to trust"
        assert "whom to trust" in capsys.readouterr().err
        folder = tmp_path / "data"
        folder.mkdir()
        (folder / "settings.roots").write_bytes(msgspec.json.encode(signer.pinned()))
        assert main(words) == 0
        assert "threshold_min = 25" in capsys.readouterr().out
