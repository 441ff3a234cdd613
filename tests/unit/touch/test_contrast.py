"""Every pair of ink and ground that the kiosk draws can be read (WCAG 2.2, 1.4.3 and 1.4.6)."""

import tomllib
import typing

import pytest

from kiosk.config.settings import PaletteName
from kiosk.touch.ui.i18n import ASSETS

THEME = tomllib.loads((ASSETS / "theme.toml").read_text("utf-8"))
USUAL: dict[str, str] = THEME["color"]
HIGH: dict[str, str] = USUAL | THEME["contrast"]
PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink_soft", "brand", "bad") for ground in ("paper", "ground")],
    *[(tone, f"{tone}_soft") for tone in ("brand", "good", "warn", "bad")],
    ("warn", "paper"),
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definitions)."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert contrast(USUAL[ink], USUAL[ground]) >= 4.5
    assert contrast(HIGH[ink], HIGH[ground]) >= 7


@pytest.mark.parametrize("palette", THEME["palette"])
def test_every_palette_can_be_read(palette: str) -> None:
    """White on the brand colour, and the brand colour on its own soft ground and on paper."""
    colours = USUAL | THEME["palette"][palette]
    for ink, ground in (("paper", "brand"), ("paper", "brand_dark"), ("brand", "brand_soft"), ("brand", "ground")):
        assert contrast(colours[ink], colours[ground]) >= 4.5


def test_the_palettes_are_those_that_an_admin_can_choose() -> None:
    assert tuple(THEME["palette"]) == typing.get_args(PaletteName)
