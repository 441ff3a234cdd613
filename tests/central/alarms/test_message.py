"""What a notice says, and that it fits."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.central.notify.message import Facts, compose, fits, plain, service_words, short_message
from kiosk.config.warning import NOTICE_KINDS, Channel, NoticeKind
from kiosk.web.i18n import LANGUAGES, Language, load_words
from kiosk.wire.common import Text
from tests.fakes.clock import MONDAY_9_00

WORDS = load_words(Path(__file__).parents[3] / "assets" / "locales", ("notice",))
LINK = "https://hangcho.hochiminhcity.gov.vn/a/abcdefghijklmnopqrstuvwxyz234567"
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=120)


def facts(kind: NoticeKind = "raised", **changes: object) -> Facts:
    usual: dict[str, object] = {
        "kind": kind,
        "centre": Text(vi="Trung tâm Phục vụ hành chính công phường Bến Thành", en="Ben Thanh Ward Centre"),
        "service": service_words("chung-thuc"),
        "people": 3,
        "longest_min": 62,
        "since_ms": MONDAY_9_00 + 42 * 60_000,
        "now_ms": MONDAY_9_00 + 50 * 60_000,
        "link": LINK,
    }
    return Facts(**(usual | changes))  # type: ignore[arg-type]  # the names are those above


def test_an_sms_says_centre_service_how_many_how_long_and_where_to_answer_without_accents() -> None:
    text = short_message(facts(), WORDS["vi"], accents=False)
    assert text == ("CHO QUA LAU: Phuong Ben Thanh, chung thuc: 3 nguoi, lau nhat 62 phut. Nhan xu ly: " + LINK)
    assert len(text) <= 160


@given(NAMES, NAMES, st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(NOTICE_KINDS))
@pytest.mark.parametrize("accents", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_names_are_it_is_one_sms(
    language: Language, accents: bool, centre: str, service: str, people: int, minutes: int, kind: NoticeKind
) -> None:
    said = facts(
        kind,
        centre=Text(vi=centre, en=centre),
        service=Text(vi=service, en=service),
        people=people,
        longest_min=minutes,
    )
    text = short_message(said, WORDS[language], accents=accents)
    assert fits(text)
    if kind in ("early", "raised", "escalated"):
        assert f"{people} " in text
        assert f" {minutes} " in text
    assert accents or text.endswith(LINK)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a" * 160, True), ("a" * 161, False), ("€" * 80, True), ("€" * 81, False), ("ậ" * 70, True), ("ậ" * 71, False)],
)
def test_one_sms_is_160_letters_of_the_gsm_alphabet_or_70_others(text: str, expected: bool) -> None:
    assert fits(text) is expected


def test_vietnamese_without_accents_keeps_every_letter() -> None:
    assert plain("Đường Nguyễn Huệ – Phường Bến Nghé “ƯƠ”") == 'Duong Nguyen Hue - Phuong Ben Nghe "UO"'


def test_a_silent_centre_is_said_with_the_time_and_never_as_a_long_wait() -> None:
    text = short_message(facts("silent", service=Text(vi="", en="")), WORDS["vi"], accents=False)
    assert text.startswith("MAT LIEN LAC: ")
    assert " tu 09:42. " in text
    yesterday = facts("silent", since_ms=MONDAY_9_00 - 16 * 3_600_000)
    assert " since 17:00 22/11." in short_message(yesterday, WORDS["en"], accents=False)


def test_a_centre_that_is_heard_again_is_not_said_to_have_had_a_queue() -> None:
    text = short_message(facts("recovered", was_silent=True, link=""), WORDS["en"], accents=False)
    assert text == "HEARD AGAIN: Ben Thanh Ward Centre."


@pytest.mark.parametrize("kind", NOTICE_KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_has_a_subject_the_whole_names_and_the_link(kind: NoticeKind, language: Language) -> None:
    message = compose(facts(kind), Channel(name="a", language=language), WORDS)
    assert WORDS[language].say(facts().centre) in message.title
    assert LINK in message.body
    assert "chung thuc" in message.body or kind == "silent"
