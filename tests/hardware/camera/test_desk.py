"""Papers under a camera: shown with their outline, cut out on demand, turned."""

import contextlib
import io
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from hardware.camera.desk import Page, PageReader, turned
from hardware.camera.driver import NewestFrame
from hardware.camera.source import CameraOptions, Picture
from hardware.cameras import document_camera
from hardware.contracts import Device, DeviceSettings, Status
from hardware.errors import BadSettings
from hardware.simulated.camera import empty_desk
from kiosk.demo.sheets import on_the_desk, sheet, show_sheet

PATIENCE_S = 20.0


class Eyes:
    """What a reader told."""

    def __init__(self) -> None:
        self.views: list[Picture | None] = []
        self.pages: list[Page] = []
        self.came = threading.Event()

    def view(self, picture: Picture | None) -> None:
        self.views.append(picture)

    def page(self, page: Page) -> None:
        self.pages.append(page)
        self.came.set()


def reader(eyes: Eyes) -> PageReader:
    return PageReader(NewestFrame(), eyes.view, eyes.page)


def size_of(page: Page) -> tuple[int, int]:
    with Image.open(io.BytesIO(page.jpeg)) as picture:
        return picture.size


def test_a_sheet_is_cut_out_upright_with_the_sides_of_a4() -> None:
    eyes = Eyes()
    under = reader(eyes)
    under.take()
    under.read(on_the_desk(sheet("Giấy chứng sinh")))
    (page,) = eyes.pages
    width, height = size_of(page)
    assert page.is_cut
    assert height / width == pytest.approx(297 / 210, abs=0.01)
    assert height > 1400


def test_without_a_sheet_the_whole_picture_is_kept_and_said_so() -> None:
    eyes, desk = Eyes(), empty_desk(CameraOptions())
    under = reader(eyes)
    under.take()
    under.read(desk)
    assert (eyes.pages[0].is_cut, size_of(eyes.pages[0])) == (False, (1280, 720))


def test_nothing_is_taken_unless_somebody_asked_and_one_wish_is_one_page() -> None:
    eyes, picture = Eyes(), on_the_desk(sheet("Giấy chứng sinh"))
    under = reader(eyes)
    under.read(picture)
    assert eyes.pages == []
    under.take()
    under.read(picture)
    under.read(picture)
    assert len(eyes.pages) == 1
    view = eyes.views[-1]
    assert view is not None
    assert max(view.shape) <= 1280


def test_a_page_upside_down_is_turned_in_quarters() -> None:
    picture = np.zeros((40, 20, 3), np.uint8)
    picture[:10, :10] = 255
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    once = cv2.imdecode(np.frombuffer(turned(jpeg, 1), np.uint8), cv2.IMREAD_COLOR)
    assert once is not None
    assert once.shape[:2] == (20, 40)
    assert once[5, 35].min() > 200
    assert turned(jpeg, 4) == jpeg
    assert turned(b"no picture", 1) == b"no picture"


def test_the_camera_shows_takes_and_is_unplugged(tmp_path: Path) -> None:
    folder, eyes = tmp_path / "sheets", Eyes()
    folder.mkdir()
    show_sheet(folder, "Giấy chứng sinh")
    gone = threading.Event()

    def changed(_: str, status: Status) -> None:
        if status.device is Device.NO_DEVICE:
            gone.set()

    settings = DeviceSettings("desk", "document.simulated", str(folder), options={"fps": 20})
    camera = document_camera(settings, eyes.view, eyes.page, changed)
    with contextlib.ExitStack() as running:
        running.callback(camera.stop)
        camera.start()
        camera.look()
        camera.take()
        assert eyes.came.wait(PATIENCE_S)
        assert eyes.pages[0].is_cut
        (folder / "sheet.jpg").unlink()
        folder.rmdir()
        assert gone.wait(PATIENCE_S)


def test_wrong_settings_are_named() -> None:
    with pytest.raises(BadSettings, match="document"):
        document_camera(DeviceSettings("desk", "document.x", "x"), lambda _: None, lambda _: None, lambda _i, _s: None)
