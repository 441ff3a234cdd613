"""A sheet of paper is found on a desk, cut out and straightened; no sheet is better than a wrong one."""

import cv2
import numpy as np
import pytest

from hardware.camera.page import Corners, Picture, find_page, straighten

SHEET = np.array([[0, 0], [1239, 0], [1239, 1753], [0, 1753]], np.float32)


def sheet() -> Picture:
    """An A4 page at 150 dots per inch with lines of words, darker at its head."""
    page = np.full((1754, 1240, 3), 244, np.uint8)
    cv2.rectangle(page, (420, 80), (820, 150), (90, 60, 40), -1)
    for line in range(260, 1600, 48):
        cv2.rectangle(page, (130, line), (1240 - 130 - line % 7 * 40, line + 14), (60, 60, 60), -1)
    return page


def desk(corners: list[tuple[int, int]], shade: tuple[int, int, int] = (70, 95, 120), noise: int = 6) -> Picture:
    """A photograph of 1920 x 2560 px with the sheet lying at ``corners``."""
    rng = np.random.default_rng(3)
    background = np.full((2560, 1920, 3), shade, np.uint8)
    grain = 14 * np.sin(np.arange(2560) / 37 + rng.normal(0, 0.4, 2560).cumsum() / 9).reshape(-1, 1, 1)  # wood
    background = np.clip(background + grain, 0, 255).astype(np.uint8)
    way = cv2.getPerspectiveTransform(SHEET, np.array(corners, np.float32))
    laid = cv2.warpPerspective(sheet(), way, (1920, 2560))
    where = cv2.warpPerspective(np.full((1754, 1240), 255, np.uint8), way, (1920, 2560)) > 128
    background[where] = laid[where]
    return np.clip(background + rng.normal(0, noise, background.shape), 0, 255).astype(np.uint8)


LYING = [
    [(300, 300), (1600, 300), (1600, 2140), (300, 2140)],  # straight
    [(420, 250), (1650, 520), (1250, 2280), (60, 1980)],  # turned
    [(500, 500), (1420, 500), (1700, 2300), (200, 2300)],  # seen from the front edge
    [(180, 420), (1500, 200), (1780, 2100), (330, 2330)],
]


def farthest(found: Corners | None, corners: list[tuple[int, int]]) -> float:
    assert found is not None
    return float(max(min(np.linalg.norm(each - np.array(c)) for each in found) for c in corners))


@pytest.mark.parametrize("corners", LYING)
def test_the_corners_of_a_sheet_are_found(corners: list[tuple[int, int]]) -> None:
    assert farthest(find_page(desk(corners)), corners) < 20


@pytest.mark.parametrize("shade", [(30, 30, 30), (150, 160, 170), (60, 110, 60)])
def test_on_desks_of_other_colours(shade: tuple[int, int, int]) -> None:
    assert farthest(find_page(desk(LYING[1], shade)), LYING[1]) < 20


def test_a_straightened_sheet_has_the_sides_of_a4_and_its_head_on_top() -> None:
    picture = desk(LYING[1])
    corners = find_page(picture)
    assert corners is not None
    flat = straighten(picture, corners)
    assert flat.shape[0] / flat.shape[1] == pytest.approx(297 / 210, abs=0.01)
    like = cv2.resize(sheet(), (flat.shape[1], flat.shape[0]))
    grey = [cv2.GaussianBlur(cv2.cvtColor(each, cv2.COLOR_BGR2GRAY), (15, 15), 0) for each in (flat, like)]
    assert float(np.corrcoef(grey[0].ravel(), grey[1].ravel())[0, 1]) > 0.9


def test_a_sheet_lying_across_stays_across() -> None:
    across = [(200, 700), (1750, 700), (1750, 1800), (200, 1800)]
    corners = find_page(desk(across))
    assert corners is not None
    flat = straighten(desk(across), corners)
    assert flat.shape[1] > flat.shape[0]


def test_an_empty_desk_has_no_sheet() -> None:
    rng = np.random.default_rng(5)
    assert find_page(np.clip(rng.normal(110, 6, (1200, 900, 3)), 0, 255).astype(np.uint8)) is None


def test_a_small_card_is_not_taken_for_a_sheet() -> None:
    small = [(800, 1000), (1100, 1000), (1100, 1190), (800, 1190)]
    assert find_page(desk(small)) is None


def test_a_sheet_that_fills_the_picture_is_left_as_it_is() -> None:
    assert find_page(sheet()) is None


def test_a_page_is_never_larger_than_a4_at_300_dots_per_inch() -> None:
    picture = np.zeros((5000, 4000, 3), np.uint8)
    corners = np.array([[10, 10], [3900, 10], [3900, 4900], [10, 4900]], np.float32)
    assert max(straighten(picture, corners).shape) <= 3508


def test_the_smallest_picture_has_an_answer() -> None:
    assert find_page(np.zeros((1, 1, 3), np.uint8)) is None
