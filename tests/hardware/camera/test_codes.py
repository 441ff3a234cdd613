"""QR codes are read exactly or not at all, from good pictures and from bad ones."""

import unicodedata

import cv2
import numpy as np
import pytest
import zxingcpp

from hardware.camera.codes import Patience, read_codes
from hardware.camera.mend import mended, movement, undo_blur
from hardware.camera.patch import find_patch
from hardware.camera.zbar import scan_qr
from hardware.simulated.photo import Corners, Damage, Picture, card_picture, code_picture, damaged, held
from tests.bench.card_frames import frame

CARD = "079090000011|020000011|Nguyễn Văn Mẫu|15081990|Nam|12/3 Đường Mẫu Số 5, Phường 13, Quận 3|10052021"
DESK = np.full((720, 1280), 120, np.uint8)
#: As long as it takes: these tests are about what can be read, not how fast.
PATIENT = Patience(perhaps_s=30, likely_s=30)


def square(left: float, top: float, side: float, turn_deg: float = 0) -> Corners:
    turn = np.deg2rad(turn_deg)
    corners = (np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) - 0.5) * side
    turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(turned + np.array([left + side / 2, top + side / 2]), np.float32)


AS_IT_IS = Damage()


def seen(corners: Corners, damage: Damage = AS_IT_IS, seed: int = 1) -> Picture:
    picture = held(code_picture(CARD.encode()), DESK, corners)
    return damaged(picture, damage, np.random.default_rng(seed))


def texts(picture: Picture) -> list[str | None]:
    return [code.text for code in read_codes(picture, PATIENT)]


@pytest.mark.parametrize("turn_deg", range(0, 360, 33))
def test_a_card_is_read_however_it_is_turned(turn_deg: int) -> None:
    assert texts(seen(square(400, 150, 380, turn_deg), Damage(noise=3))) == [CARD]


@pytest.mark.parametrize("name", ["Phan Đức Khánh", "Ý", "Lê Hậu", "Nguyễn", "Đỗ Thị Thuỷ"])
def test_short_vietnamese_texts_come_as_they_are(name: str) -> None:
    """ZBar by itself takes such texts for Chinese."""
    picture = cv2.copyMakeBorder(
        code_picture(name.encode(), module_px=6), 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=255
    )
    assert [code.payload for code in read_codes(np.asarray(picture, np.uint8))] == [name.encode()]
    assert scan_qr(np.asarray(picture, np.uint8)) == [name.encode()]


@pytest.mark.parametrize(
    ("damage", "seed"),
    [
        (Damage(moved_px=8, noise=2), 0),
        (Damage(moved_px=6, noise=4, contrast=0.6, shade=0.4), 2),
        (Damage(blur_px=2.1, noise=1), 0),
        (Damage(blur_px=2.4), 1),
    ],
    ids=str,
)
def test_what_the_decoder_alone_cannot_read_is_mended(damage: Damage, seed: int) -> None:
    picture = seen(square(350, 120, 230, 20), damage, seed)
    assert zxingcpp.read_barcodes(picture) == []
    assert texts(picture) == [CARD]


def test_frames_without_a_code_give_nothing() -> None:
    for seed in range(12):
        assert texts(frame(seed, ((640, 480), (1280, 720))[seed % 2], with_code=False).picture) == []


@pytest.mark.parametrize("kind", [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.EAN13])
def test_a_bar_code_is_not_looked_at_for_long(kind: zxingcpp.BarcodeFormat) -> None:
    """Of a dossier's label or a bottle: large and busy, but all its edges run one way, so no retry can find a code."""
    bars = np.array(zxingcpp.create_barcode("893456313816", kind).to_image(scale=5))[:360, :1200]
    picture = np.full((720, 1280), 170, np.uint8)
    picture[100 : 100 + bars.shape[0], 40 : 40 + bars.shape[1]] = bars
    assert find_patch(picture) is None
    assert read_codes(picture) == []


def test_rendered_frames_are_read_exactly_or_not_at_all() -> None:
    made = [frame(1000 + seed, (1280, 720)) for seed in range(12)]
    found = [texts(each.picture) for each in made]
    assert all(text in ([], [each.text]) for text, each in zip(found, made, strict=True))
    assert sum(map(bool, found)) >= 10


def test_two_codes_in_one_picture_are_both_told() -> None:
    both = held(code_picture(b"B012"), seen(square(100, 150, 380)), square(800, 200, 240))
    assert sorted(str(code.text) for code in read_codes(both)) == [CARD, "B012"]


@pytest.mark.parametrize(
    "damage",
    [Damage(moire=0.25), Damage(moire=0.4, noise=4, shade=0.3), Damage(moire=0.3, blur_px=0.9, glare=0.1)],
    ids=str,
)
def test_a_code_shown_on_a_phone_is_read_through_its_pixel_grid(damage: Damage) -> None:
    """A screen photographed: stripes of the grid beat with those of the sensor."""
    assert texts(seen(square(430, 150, 420, 4), damage)) == [CARD]


def test_a_screen_whose_stripes_hide_the_code_gives_nothing_wrong() -> None:
    for depth in (0.9, 2.0, 4.0):
        assert texts(seen(square(430, 150, 200, 4), Damage(moire=depth, noise=8), seed=5)) in ([], [CARD])


def test_a_card_held_before_the_camera_is_read_in_colour_and_perspective() -> None:
    desk = np.full((720, 1280, 3), (120, 110, 100), np.uint8)
    corners = np.array([[180, 70], [1120, 110], [1090, 680], [140, 640]], np.float32)
    photo = held(card_picture(CARD.encode()), desk, corners)
    assert texts(np.asarray(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), np.uint8)) == [CARD]


def test_a_light_code_on_dark_ground_is_read() -> None:
    assert texts(255 - seen(square(400, 150, 400))) == [CARD]


@pytest.mark.parametrize("shape", [(1, 1), (2, 900), (700, 3), (40, 1280), (480, 640)])
def test_pictures_of_nothing_of_any_size_give_nothing(shape: tuple[int, int]) -> None:
    dice = np.random.default_rng(5)
    for picture in (
        np.zeros(shape, np.uint8),
        dice.integers(0, 256, shape, np.uint8),
        np.eye(*shape, dtype=np.uint8) * 255,
    ):
        assert read_codes(picture) == []


def test_a_code_that_names_its_character_set_is_read_in_it() -> None:
    made = zxingcpp.create_barcode("Nguyễn Ý", zxingcpp.BarcodeFormat.QRCode, eci="UTF-8")
    picture = np.array(made.to_image(scale=6))
    assert [code.text for code in read_codes(picture)] == ["Nguyễn Ý"]


def test_bytes_that_are_no_utf8_have_no_text() -> None:
    (code,) = read_codes(code_picture(b"\xff\xfe\x00abc", module_px=6))
    assert (code.payload, code.text) == (b"\xff\xfe\x00abc", None)


def test_what_was_read_does_not_show_in_a_log_line() -> None:
    (code,) = read_codes(code_picture(CARD.encode(), module_px=6))
    assert "079090000011" not in f"{code} {code!r} {[code]}"


def test_letters_are_not_composed_or_changed() -> None:
    apart = unicodedata.normalize("NFD", "Mẫu")
    assert [code.text for code in read_codes(code_picture(apart.encode(), module_px=6))] == [apart]


def test_looking_ends_when_the_time_is_up() -> None:
    """A frame of noise at the size of a code; the clock jumps a second with each attempt."""
    dice = np.random.default_rng(2)
    picture = DESK.copy()
    picture[100:500, 300:700] = np.kron(dice.integers(0, 2, (50, 50), np.uint8) * 200, np.ones((8, 8), np.uint8))
    asked: list[float] = []

    def now_s() -> float:
        asked.append(len(asked))
        return asked[-1]

    assert read_codes(picture, Patience(perhaps_s=2, likely_s=2), now_s) == []
    assert len(asked) == 4


def test_movement_is_found_and_undone() -> None:
    moved = seen(square(400, 150, 400), Damage(moved_px=8), seed=4)
    patch, still = find_patch(moved), find_patch(seen(square(400, 150, 400)))
    assert patch is not None
    assert still is not None
    assert still.moved_px == 0
    assert 6 <= patch.moved_px <= 10
    truth = seen(square(400, 150, 400))[160:540, 410:790].astype(float)
    undone = undo_blur(moved, movement(patch.moved_px, patch.moved_rad), 0.01)[160:540, 410:790].astype(float)
    assert np.abs(undone - truth).mean() < 0.8 * np.abs(moved[160:540, 410:790] - truth).mean()


def test_mended_pictures_are_upright_and_black_and_white() -> None:
    patch = find_patch(seen(square(400, 150, 380, 25)))
    assert patch is not None
    assert abs(abs(patch.tilt_deg) - 25) < 2
    assert all(set(np.unique(picture)) <= {0, 255} for picture in mended(patch))
