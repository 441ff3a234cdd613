"""How the line to the city is said to a supervisor."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.hub.pages.city import CityWords, city_words
from kiosk.hub.usecases.delivery import CityLine, CityState
from kiosk.web.i18n import Language, load_words
from tests.fakes.centre import FakeCentre
from tests.fakes.clock import MONDAY_9_00, FakeClock

WORDS = load_words(Path(__file__).parents[3] / "assets" / "locales", ("pages",))
AT_9_42 = MONDAY_9_00 + 42 * 60_000
YESTERDAY = AT_9_42 - 24 * 3_600_000


def said(line: CityLine, waiting: int = 0, language: Language = "vi") -> CityWords:
    view = FakeCentre(FakeClock(AT_9_42 + 60_000)).supervisor()
    return city_words(replace(view, city=line, city_waiting=waiting), WORDS[language])


def test_when_all_is_well_the_page_says_until_when_everything_was_sent() -> None:
    assert said(CityLine("fine", until_ms=AT_9_42)).words == "Đã gửi về thành phố đến 09:42."
    assert said(CityLine("fine", until_ms=AT_9_42), 3).words == "Đã gửi về thành phố đến 09:42."


def test_while_a_backlog_is_sent_the_page_says_how_much_is_left() -> None:
    assert said(CityLine("fine", until_ms=YESTERDAY), 5000).words == "Đang gửi về thành phố, còn 5000 việc chờ gửi."


def test_while_nothing_can_be_sent_the_page_says_since_when_and_how_much_waits_and_that_nothing_is_lost() -> None:
    words = said(CityLine("failing", since_ms=AT_9_42), 17)
    assert words.words == "Chưa gửi được về thành phố từ 09:42, còn 17 việc chờ gửi."
    assert words.tone == "warn"
    assert "Không mất gì" in words.todo
    assert "từ 09:42 22/11/2026" in said(CityLine("failing", since_ms=YESTERDAY), 17).words


def test_without_a_city_the_page_says_just_that() -> None:
    words = said(CityLine("none"))
    assert (words.words, words.todo, words.tone) == ("Trung tâm này chưa kết nối với thành phố.", "", "good")


@pytest.mark.parametrize("state", ["not_enrolled", "refused", "row_refused", "untrusted"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_needs_somebody_says_whom_to_tell(state: CityState, language: Language) -> None:
    words = said(CityLine(state, since_ms=AT_9_42), 1, language)
    assert words.tone == "bad"
    assert words.todo
