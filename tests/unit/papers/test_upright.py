"""How a page lies is seen from its print; what shows nothing is left as it is, and nothing is turned wrongly."""

from collections import Counter
from collections.abc import Callable

import pytest
from PIL import Image

from kiosk.papers.upright import quarters_to_upright
from tests.fakes.print import amounts, capitals, clouds, form, lying, photographed, prose, underlined

SEEDS = range(6)


@pytest.mark.parametrize("draw", [prose, form])
def test_pages_of_print_are_turned_upright_however_they_lie(draw: Callable[[int], Image.Image]) -> None:
    answers = Counter[str]()
    for seed in SEEDS:
        page = photographed(draw(seed), seed)
        for quarters in range(4):
            found = quarters_to_upright(lying(page, quarters))
            answers["unclear" if found is None else "right" if (found + quarters) % 4 == 0 else "wrong"] += 1
    assert answers["wrong"] == 0, answers
    assert answers["right"] >= 0.8 * answers.total(), answers


@pytest.mark.parametrize("draw", [capitals, amounts, clouds])
@pytest.mark.parametrize("quarters", range(4))
def test_what_shows_nothing_is_left_as_it_lies(draw: Callable[[int], Image.Image], quarters: int) -> None:
    for seed in SEEDS:
        assert quarters_to_upright(lying(photographed(draw(seed), seed), quarters)) is None


@pytest.mark.parametrize("quarters", range(4))
def test_words_with_lines_below_them_are_not_turned_wrongly(quarters: int) -> None:
    answers = {quarters_to_upright(lying(photographed(underlined(seed), seed), quarters)) for seed in SEEDS}
    assert answers <= {None, -quarters % 4}


@pytest.mark.parametrize("size", [(1, 1), (1240, 1754), (4, 3000)])
def test_an_empty_page_of_any_size_is_left_as_it_lies(size: tuple[int, int]) -> None:
    assert quarters_to_upright(Image.new("L", size, 255)) is None


def test_a_few_lines_are_too_little_to_tell() -> None:
    assert quarters_to_upright(lying(prose(1, lines=1), 2)) is None
