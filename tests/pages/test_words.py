"""The words of the pages: complete in both languages, used, and rightly put together."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from kiosk.errors import ConfigError
from kiosk.hub.pages.console import PAUSE_REASONS
from kiosk.hub.pages.waits import PARTS
from kiosk.hub.pages.wording import wait_told
from kiosk.hub.usecases.lookahead import Plainly
from kiosk.queueing.model import TicketState
from kiosk.web import wording
from kiosk.web.i18n import Words, load_words
from kiosk.wire.kiosk_api import DeviceState, PrintReport, WaitRange

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "assets" / "locales"
SOURCES = [
    file
    for room in ("web", "hub/pages")
    for file in (ROOT / "kiosk" / room).rglob("*.*")
    if file.suffix in (".py", ".html")
]
#: Sections whose keys are words of the domain, put together at run time.
BY_VALUE = {
    "state": {state.value for state in TicketState},
    "pause_reason": set(PAUSE_REASONS),
    "reason": set(get_args(PrintReport.__annotations__["reason"])) - {""},
    "supervisor.plainly": set(Plainly) - {Plainly.UNSTAFFED},  # said of single lines, never of the whole centre
    "waits": {
        "title",
        "lead",
        *(part for part, _ in PARTS),
        *(f"{part}_{n}" for part, count in PARTS for n in range(1, count + 1)),
    },
}


@pytest.fixture(scope="module")
def words() -> dict[str, Words]:
    return dict(load_words(LOCALES, ("pages", "desk")))


@pytest.fixture
def vi(words: dict[str, Words]) -> Words:
    return words["vi"]


def test_every_key_that_a_page_uses_exists(vi: Words) -> None:
    used = {
        key
        for file in SOURCES
        for key in re.findall(r"""\bt\(\s*f?["']([a-z_]+\.[a-z_0-9]*[a-z0-9])["']""", file.read_text())
    }
    assert len(used) > 100
    missing = {key for key in used if not vi.has(key) and not vi.has(f"{key}.other")}
    assert missing == set()


def test_every_word_of_the_domain_has_words(vi: Words) -> None:
    for section, values in BY_VALUE.items():
        for value in values:
            assert vi.has(f"{section}.{value}"), f"{section}.{value}"
    for state in TicketState:
        assert vi.has(f"status.next_{state.value}")


def test_no_key_is_left_over() -> None:
    text = "".join(file.read_text() for file in SOURCES)
    tables = tomllib.loads((LOCALES / "pages.vi.toml").read_text())
    by_value = {*BY_VALUE, "device", "error", "class"}
    stems = ("console.parked", "console.missed", "supervisor.paper_", "supervisor.print_", "supervisor.promises_")
    stems = (*stems, "status.", "guide.fact_")
    unused = [
        f"{section}.{key}"
        for section, table in tables.items()
        for key in table
        if section not in by_value and f"{section}.{key}" not in text and not f"{section}.{key}".startswith(stems)
    ]
    assert unused == []


def test_two_languages_that_differ_in_a_placeholder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.vi.toml").write_text('[a]\nb = "{n} người"\n')
    (tmp_path / "x.en.toml").write_text('[a]\nb = "people"\n')
    with pytest.raises(ConfigError, match=r"a\.b"):
        load_words(tmp_path, ("x",))


def test_a_missing_locale_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"y\.vi\.toml"):
        load_words(tmp_path, ("y",))


def test_english_counts_one_person_and_two_people(words: dict[str, Words]) -> None:
    assert words["en"]("status.ahead", n=1) == "1 person before you"
    assert words["en"]("status.ahead", n=2) == "2 people before you"
    assert words["vi"]("status.ahead", n=2) == "Còn 2 người trước quý vị"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0, "0 phút"),
        (59, "chưa đến 1 phút"),
        (60, "1 phút"),
        (3599, "59 phút"),
        (3600, "1 giờ 00"),
        (7500, "2 giờ 05"),
    ],
)
def test_durations_are_said_in_minutes_and_hours(seconds: float | None, said: str, vi: Words) -> None:
    assert wording.duration(seconds, vi) == said


def test_staff_and_citizens_are_told_a_wait_in_the_words_of_the_promise(words: dict[str, Words]) -> None:
    told = [wait_told(WaitRange(low_min=low, high_min=high), words["vi"]) for low, high in ((8, 14), (70, 300))]
    assert told == ["8–14 phút", "trên 1 giờ"]
    assert wait_told(WaitRange(low_min=70, high_min=300), words["en"]) == "over 1 hour"
    assert wait_told(None, words["vi"]) == "chưa rõ"


@pytest.mark.parametrize(
    ("state", "said", "tone"),
    [
        ({"device": "online", "paper": "full"}, "Sẵn sàng", "good"),
        ({"device": "online", "paper": "low"}, "Sắp hết giấy", "warn"),
        ({"device": "user_error", "paper": "out"}, "Hết giấy", "bad"),
        ({"device": "user_error", "cover": "open", "paper": "out"}, "Nắp đang mở", "bad"),
        ({"device": "offline", "paper": "unknown"}, "Không trả lời", "bad"),
        ({"device": "offline", "paper": "out"}, "Không trả lời", "bad"),
        ({"device": "no_device"}, "Không thấy thiết bị", "bad"),
        ({"device": "hardware_error"}, "Thiết bị báo hỏng", "bad"),
        ({"device": "starting"}, "Đang khởi động", "warn"),
        ({"device": "device_busy"}, "Đang bận", "good"),
    ],
)
def test_a_device_is_said_in_plain_words_and_silence_is_never_no_paper(
    state: dict[str, str], said: str, tone: str, vi: Words
) -> None:
    line = wording.device_line(DeviceState(id="p1", kind="printer", state="ready", **state), vi)  # type: ignore[arg-type]
    assert (line.words, line.tone) == (said, tone)
    assert bool(line.todo) is (tone == "bad" or said == "Sắp hết giấy")
