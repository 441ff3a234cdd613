"""The camera shows and reads while somebody is to be read, survives being unplugged, and keeps nothing afterwards."""

import queue
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.camera.codes import Code
from hardware.camera.driver import CodeReader, NewestFrame
from hardware.camera.source import CameraOptions, Picture, VideoSource
from hardware.cameras import Camera, camera
from hardware.contracts import Device, DeviceSettings, Status
from hardware.errors import BadSettings, PortGone
from hardware.simulated.camera import SimulatedCamera, card_photo, empty_desk, show_card

CARD = "079090000011|020000011|Nguyễn Văn Mẫu|15081990|Nam|12/3 Đường Mẫu Số 5, Phường 13, Quận 3|10052021"
OTHER = "051187000101|211000101|Võ Thị Ngọc Ánh|09071987|Nữ|Tổ 5, Ấp Mẫu, Xã Bình Chánh|12082021"
SMALL = CameraOptions(width=640, height=480)
WAIT_S = 20


class Kiosk:
    """Everything that the camera said, in the order in which it said it."""

    def __init__(self, folder: Path, kind: str = "camera.simulated", **options: int) -> None:
        self.codes: queue.Queue[list[str | None]] = queue.Queue()
        self.states: queue.Queue[Status] = queue.Queue()
        self.shown = threading.Event()
        self.blank = threading.Event()
        settings = DeviceSettings("camera", kind, str(folder), options=dict(options))
        self.camera: Camera = camera(settings, self._codes, self._picture, self._status)

    def _codes(self, codes: list[Code]) -> None:
        self.codes.put([code.text for code in codes])

    def _picture(self, picture: Picture | None) -> None:
        (self.blank if picture is None else self.shown).set()

    def _status(self, device_id: str, status: Status) -> None:
        assert device_id == "camera"
        self.states.put(status)

    def await_device(self, device: Device) -> Status:
        while (status := self.states.get(timeout=WAIT_S)).device is not device:
            pass
        return status


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "camera"
    folder.mkdir()
    return folder


@pytest.fixture
def kiosk(desk: Path) -> Iterator[Kiosk]:
    made = Kiosk(desk)
    made.camera.start()
    made.await_device(Device.ONLINE)
    yield made
    made.camera.stop()


def test_a_card_that_is_held_before_the_camera_is_told_once(kiosk: Kiosk, desk: Path) -> None:
    kiosk.camera.look()
    assert kiosk.shown.wait(WAIT_S)
    card = show_card(desk, CARD.encode())
    assert kiosk.codes.get(timeout=WAIT_S) == [CARD]
    card.unlink()
    show_card(desk, OTHER.encode())
    assert kiosk.codes.get(timeout=WAIT_S) == [OTHER]


def test_nothing_is_shown_or_read_before_the_look_and_the_last_picture_goes_with_it(kiosk: Kiosk, desk: Path) -> None:
    show_card(desk, CARD.encode())
    assert not kiosk.shown.wait(0.3)
    assert kiosk.codes.empty()
    kiosk.camera.look()
    assert kiosk.codes.get(timeout=WAIT_S) == [CARD]
    kiosk.blank.clear()
    kiosk.camera.rest()
    assert kiosk.blank.wait(WAIT_S)


def test_a_camera_unplugged_in_mid_scan_is_told_and_goes_on_when_it_is_back(kiosk: Kiosk, desk: Path) -> None:
    kiosk.camera.look()
    assert kiosk.shown.wait(WAIT_S)
    kiosk.blank.clear()
    shutil.rmtree(desk)
    assert "no camera" in kiosk.await_device(Device.NO_DEVICE).detail
    assert kiosk.blank.wait(WAIT_S)
    kiosk.shown.clear()
    desk.mkdir()
    kiosk.await_device(Device.ONLINE)
    assert kiosk.shown.wait(WAIT_S)
    show_card(desk, CARD.encode())
    assert kiosk.codes.get(timeout=WAIT_S) == [CARD]


def test_a_recorded_stream_is_read_and_its_end_is_an_unplugged_camera(tmp_path: Path) -> None:
    """The path of a real device: OpenCV opens, grabs, decodes MJPG and reports the end."""
    file = tmp_path / "stream.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 30, (1280, 720))
    for _ in range(3):
        writer.write(card_photo(CARD.encode()))
    writer.release()
    source = VideoSource(str(file), CameraOptions())
    source.open()
    source.grab()
    assert source.picture().shape == (720, 1280, 3)
    source.grab()
    source.grab()
    with pytest.raises(PortGone, match="unplugged"):
        source.grab()
    source.close()


def test_a_camera_that_is_not_there_is_said_so() -> None:
    with pytest.raises(PortGone, match="no camera at"):
        VideoSource("/dev/video-none", CameraOptions()).open()


def test_only_the_newest_frame_is_kept() -> None:
    newest = NewestFrame()
    for grey in (1, 2, 3):
        newest.put(np.full((2, 2, 3), grey, np.uint8))
    taken = newest.take(0)
    assert taken is not None
    assert taken[0, 0, 0] == 3
    assert newest.take(0) is None


def test_a_code_in_sight_is_told_once_and_again_after_it_was_away() -> None:
    told: list[list[Code]] = []
    reader = CodeReader(NewestFrame(), told.append)
    photo, desk = card_photo(CARD.encode()), empty_desk(CameraOptions())
    for picture, now_s in ((photo, 0.0), (photo, 0.5), (desk, 1.0), (photo, 1.9), (desk, 2.5), (photo, 4.5)):
        reader.read(picture, now_s)
    assert len(told) == 2
    reader.read(card_photo(OTHER.encode()), 4.6)
    assert [code.text for code in told[2]] == [OTHER]


def test_the_simulated_camera_sends_its_pictures_in_turn_and_in_time(desk: Path) -> None:
    pauses: list[float] = []
    source = SimulatedCamera(str(desk), SMALL, pauses.append)
    for name, grey in (("1.png", 10), ("2.png", 20)):
        cv2.imwrite(str(desk / name), np.full((480, 640, 3), grey, np.uint8))
    source.open()
    seen = []
    for _ in range(4):
        source.grab()
        seen.append(int(source.picture()[0, 0, 0]))
    assert seen == [20, 10, 20, 10]
    assert all(0 <= pause <= 4 / 30 + 0.01 for pause in pauses)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (DeviceSettings("a", "camera.usb", "x"), "camera.simulated, camera.v4l2"),
        (DeviceSettings("a", "camera.v4l2", "x", options={"width": 1}), "width"),
        (DeviceSettings("a", "camera.v4l2", "x", options={"zoom": 1}), "zoom"),
    ],
)
def test_wrong_settings_name_the_device_and_what_was_expected(settings: DeviceSettings, message: str) -> None:
    with pytest.raises(BadSettings, match=message):
        camera(settings, lambda _: None, lambda _: None, lambda *_: None)


def test_a_thirtieth_of_a_second_is_enough_for_a_frame_without_a_code() -> None:
    """Processor time, so that a busy machine does not fail it; the best of a few."""
    reader = CodeReader(NewestFrame(), lambda _: None)
    desk = empty_desk(CameraOptions())

    def took_s() -> float:
        began = time.process_time()
        reader.read(desk, 0)
        return time.process_time() - began

    assert min(took_s() for _ in range(5)) < 1 / 30
