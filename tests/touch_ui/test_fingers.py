"""Every button of the dossier's screens, in every shape: a finger on its middle presses it and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fakes.dossier_desk import CODE, SECRET, with_result
from tests.fakes.hub_stand_in import stand_in
from tests.touch_ui.screen import touch_app, virtual_screen
from tests.touch_ui.test_dossier import DEVICES, Kiosk

SMALL, PORTRAIT = (1024, 600), (1080, 1920)
#: Some of the keyboard stand for its fifty keys.
KEYS = {"key:q", "key:p", "key:space", "key:erase", "key:1", "key:0"}
#: Around every screen, tried on one.
FRAME = {"back", "language", "help", "contrast", "lower"}


@dataclass
class Fingers(Kiosk):
    """A kiosk where all that can be pressed is pressed on the way."""

    tried: set[str] = field(default_factory=set)

    def go(self, tap: str, screen: str) -> None:
        super().go(tap, screen)
        self.try_all()

    def try_all(self) -> None:
        picture = self.app.look()
        buttons = {name for name, box in picture["widgets"].items() if box["press"] and box["enabled"]}
        left_out = self.tried & FRAME | {name for name in buttons if name.startswith("key:")} - KEYS
        for name in sorted(buttons - left_out):
            self.app.touch(name)
        self.tried |= buttons
        assert self.app.look()["screen"] == picture["screen"]


@contextmanager
def fingers(size: tuple[int, int], folder: Path) -> Iterator[Fingers]:
    for part in ("sheets", "desk"):
        (folder / part).mkdir()
    with (
        virtual_screen(*size) as display,
        stand_in() as hub,
        touch_app(display, folder, hub.url, size=size, more=DEVICES) as app,
    ):
        hub.hub.dossiers.found = [with_result()]
        app.settled("home")
        yield Fingers(app, hub, folder)


@pytest.mark.parametrize("size", [SMALL, PORTRAIT])
def test_every_button_of_handing_in_takes_a_finger_on_its_middle(size: tuple[int, int], tmp_path: Path) -> None:
    with fingers(size, tmp_path) as kiosk:
        kiosk.to_papers_by_card()
        kiosk.photograph()
        kiosk.go("paper:marriage", "paper")
        kiosk.go("way:phone", "phone")
        desk = kiosk.hub.hub.dossiers
        desk.phone_number = "123"
        kiosk.app.settled("phone_check")
        kiosk.try_all()
        kiosk.type(desk.phone_number)
        kiosk.app.settled("phone")
        kiosk.app.sees("cancel")
        kiosk.try_all()
        kiosk.go("next", "papers")
        kiosk.go("next", "review")
        kiosk.go("next", "receipt")


@pytest.mark.parametrize("size", [SMALL, PORTRAIT])
def test_every_button_of_looking_up_takes_a_finger_on_its_middle(size: tuple[int, int], tmp_path: Path) -> None:
    with fingers(size, tmp_path) as kiosk:
        kiosk.go("look_up", "look_up")
        kiosk.go("search_by:code", "look_up_code")
        kiosk.type(CODE)
        kiosk.go("next", "look_up_secret")
        kiosk.type(SECRET)
        kiosk.go("next", "dossier")
        kiosk.go("result:birth-certificate", "result")
