"""Pages under a document camera come upright, as far as their print shows how they should lie."""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from hardware.contracts import DeviceSettings, Readiness
from hardware.simulated.camera import show_picture
from kiosk.demo.sheets import on_the_desk
from kiosk.papers.upright import quarters_to_upright
from kiosk.touch.dossier.events import SheetCame, SheetFailed, TurnSheet
from kiosk.touch.sheets import SheetDevices
from kiosk.touch.viewfinder import Viewfinder
from tests.fakes.print import clouds, form, jpeg, lying, prose
from tests.fakes.recorder import Recorder

PATIENCE_S = 30.0


@dataclass
class Desk:
    folder: Path
    devices: SheetDevices
    came: Recorder[SheetCame | SheetFailed]

    def photograph(self, page: Image.Image) -> SheetCame:
        """Of a sheet that lies there when the camera begins to look."""
        show_picture(self.folder, on_the_desk(page.convert("RGB")))
        self.devices.show_desk(True)
        self.devices.take_sheet("camera")
        return self.after(0)

    def after(self, before: int) -> SheetCame:
        page = self.came.wait_for(lambda came: len(came) > before, PATIENCE_S)[before]
        assert isinstance(page, SheetCame)
        return page


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ready, came = threading.Event(), Recorder[SheetCame | SheetFailed]()

    def told(_device: str, status: object) -> None:
        if getattr(status, "readiness", None) is Readiness.READY:
            ready.set()

    devices = SheetDevices(came.add, told, Viewfinder())
    devices.add(DeviceSettings("desk", "document.simulated", str(tmp_path), options={"fps": 10}))
    devices.open()
    assert ready.wait(PATIENCE_S)
    yield Desk(tmp_path, devices, came)
    devices.close()


def lies(came: SheetCame) -> int | None:
    with Image.open(io.BytesIO(came.picture)) as page:
        return quarters_to_upright(page)


@pytest.mark.parametrize("page", [form(1), prose(2)], ids=["form", "prose"])
@pytest.mark.parametrize("quarters", [0, 2])
def test_a_sheet_that_lies_on_its_head_comes_upright(desk: Desk, page: Image.Image, quarters: int) -> None:
    came = desk.photograph(lying(page, quarters))
    assert (came.turned, lies(came)) == (quarters, 0)


def test_a_picture_without_print_comes_as_it_lies(desk: Desk) -> None:
    assert desk.photograph(clouds(3)).turned is None


def test_a_page_is_turned_as_somebody_wishes_and_then_left_so(desk: Desk) -> None:
    desk.devices.turn_sheet(TurnSheet("camera", jpeg(prose(4)), True, 1, 1))
    came = desk.after(0)
    assert (came.turned, lies(came)) == (1, 3)
