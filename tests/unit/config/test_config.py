"""The configuration files: what is accepted, and that every mistake is named with file, key and what was expected."""

from datetime import datetime
from pathlib import Path

import pytest

from kiosk.clock import to_ms
from kiosk.config import HubConfig, load_hub_config, load_touch_config
from kiosk.errors import ConfigError
from kiosk.queueing.hours import ClosedNow, OpenNow, ticket_status
from kiosk.queueing.model import QueueRule

HUB = """
[centre]
id = "phuong-thu"
name = { vi = "Trung tâm", en = "Centre" }
address = { vi = "Số 1", en = "1" }

[[fields]]
id = "ho-tich"
name = { vi = "Hộ tịch", en = "Civil status" }
icon = "baby"
prefix = "H"

[[services]]
id = "khai-sinh"
field = "ho-tich"
name = { vi = "Khai sinh", en = "Birth" }

[[counters]]
id = "1"
name = { vi = "Quầy 1", en = "Counter 1" }
services = ["*"]
"""
WEEK = """
[[hours.week]]
days = ["mon", "tue"]
reception = ["07:30-11:30", "13:00-17:00"]
"""
TWO_DISPLAYS = """
[[devices]]
id = "a"
kind = "display.modbus"
port = "/dev/kiosk/line"
address = 1
counter = "1"

[[devices]]
id = "b"
kind = "display.modbus"
port = "/dev/kiosk/line"
address = 2
counter = "1"
"""
TOUCH = """
kiosk = "kiosk-1"
hub_url = "http://127.0.0.1:8080"
token_file = "token"
"""


def write(folder: Path, text: str, name: str = "hub.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_hub_config(write(folder, text))
    assert str(caught.value).startswith(f"{folder / 'hub.toml'}: "), "the file is named"
    return str(caught.value).removeprefix(f"{folder / 'hub.toml'}: ")


def hub(folder: Path, text: str) -> HubConfig:
    return load_hub_config(write(folder, text))


def test_a_small_file_is_enough_and_the_rest_has_defaults(tmp_path: Path) -> None:
    config = hub(tmp_path, HUB)
    assert config.rule.queue_rule() == QueueRule()
    assert (config.listen.port, config.warning_min, config.staff.max_h) == (8080, 15, 12)


def test_relative_paths_are_relative_to_their_file(tmp_path: Path) -> None:
    device = '[[devices]]\nid = "a"\nkind = "display.dmd"\nport = "devices/a"\ncounter = "1"\n'
    config = hub(tmp_path, HUB + device)
    assert config.data == tmp_path / "data"
    assert config.devices[0].settings().port == str(tmp_path / "devices/a")
    assert load_touch_config(write(tmp_path, TOUCH, "touch.toml")).token_file == tmp_path / "token"


def test_a_service_takes_the_letter_of_its_field_unless_it_has_its_own(tmp_path: Path) -> None:
    config = hub(tmp_path, HUB)
    assert config.prefix_of(config.services[0]) == "H"
    config = hub(tmp_path, HUB.replace('field = "ho-tich"', 'field = "ho-tich"\nprefix = "K"'))
    assert config.prefix_of(config.services[0]) == "K"


@pytest.mark.parametrize("skills", ['services = ["*"]', 'services = ["khai-sinh"]', 'fields = ["ho-tich"]'])
def test_a_counter_serves_what_it_names_by_star_service_or_field(tmp_path: Path, skills: str) -> None:
    config = hub(tmp_path, HUB.replace('services = ["*"]', skills))
    assert config.services_of(config.counters[0]) == {"khai-sinh"}


def test_the_week_becomes_the_schedule_of_the_domain(tmp_path: Path) -> None:
    schedule = hub(tmp_path, HUB + WEEK).hours.schedule()

    def status(hour: int, minute: int) -> OpenNow | ClosedNow:
        return ticket_status(schedule, to_ms(datetime(2026, 11, 23, hour, minute)))

    assert isinstance(status(7, 30), OpenNow)
    assert isinstance(status(11, 14), OpenNow)
    assert isinstance(status(11, 15), ClosedNow), "the last ticket is 15 minutes before the end"
    assert isinstance(status(12, 0), ClosedNow), "lunch"
    assert isinstance(status(13, 0), OpenNow)


def test_without_a_week_the_centre_is_always_open(tmp_path: Path) -> None:
    schedule = hub(tmp_path, HUB).hours.schedule()
    assert isinstance(ticket_status(schedule, to_ms(datetime(2026, 11, 22))), OpenNow)
    assert isinstance(ticket_status(schedule, to_ms(datetime(2027, 1, 1, 23, 59))), OpenNow), "even on a holiday"


def test_days_that_somebody_has_named_count_without_a_week_too(tmp_path: Path) -> None:
    named = """
[hours]
holidays = [{ date = 2027-02-08, name = { vi = "Tết", en = "New Year" } }]
[[hours.special_days]]
date = 2026-11-24
reception = ["08:00-10:00"]
"""
    schedule = hub(tmp_path, HUB + named).hours.schedule()

    def gives(*instant: int) -> bool:
        return isinstance(ticket_status(schedule, to_ms(datetime(*instant))), OpenNow)

    assert [gives(2026, 11, 24, hour) for hour in (7, 9, 12)] == [False, True, False]
    assert not gives(2027, 2, 8, 9)
    assert gives(2026, 11, 25, 12)


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        (HUB.replace("[centre]", "[centre]\ncolour = 1"), "centre.colour", "expected one of: id, name, address"),
        ("datta = 'x'\n" + HUB, "datta", "expected one of: centre, fields, services"),
        (HUB.replace("[centre]", "[listen]\nport = 'x'\n[centre]"), "listen.port", "Expected `int`, got `str`"),
        (HUB.replace("[centre]", "[listen]\nhost = '0.0.0.0'\n[centre]"), "listen.public_url", "leads nowhere"),
        (HUB.replace('id = "phuong-thu"', ""), "centre.id", "it is missing"),
        (HUB.replace('prefix = "H"', 'prefix = "A"'), "fields[0].prefix", "expected one of: B, C, D, G, H"),
        (HUB + WEEK.replace('"mon"', '"monday"'), "hours.week[0].days[0]", "expected one of: mon, tue"),
        (HUB + WEEK.replace("07:30-11:30", "7h30"), "hours.week[0].reception[0]", '"07:30-11:30"'),
        (HUB + WEEK.replace('"07:30-11:30"', "7"), "hours.week[0].reception[0]", "Expected `str`, got `int`"),
        (HUB + WEEK.replace("07:30-11:30", "11:30-07:30"), "hours.week[0].reception[0]", '"07:30-11:30"'),
        (HUB + WEEK.replace("13:00", "11:00"), "hours.week[0].reception", "windows in order and apart"),
        (HUB + WEEK + WEEK, "hours.week[1].days", "expected each day once"),
        (HUB + WEEK + 'tickets = ["07:15-11:15"]\n', "hours.week[0].tickets", "one for each of the 2 windows"),
        (HUB.replace('field = "ho-tich"', 'field = "dat-dai"'), "services[0].field", "expected one of: ho-tich"),
        (HUB.replace('"*"', '"ket-hon"'), "counters[0].services", "expected the id of one"),
        (HUB.replace('services = ["*"]', 'fields = ["x"]'), "counters[0].fields", "expected the id of one"),
        (HUB.replace('services = ["*"]', ""), "services[0]", "expected at least one"),
        (HUB + HUB[HUB.index("[[services]]") :], "services[1].id", "expected an id of its own"),
        (HUB + HUB[HUB.index("[[fields]]") : HUB.index("[[services]]")], "fields[1].prefix", "another letter"),
        (HUB + TWO_DISPLAYS.replace("address = 2", "address = 1"), "devices[1].address", "expected an address"),
        (HUB + TWO_DISPLAYS.replace("address = 2", ""), "devices[1].address", "expected an address"),
        (HUB + TWO_DISPLAYS.replace('counter = "1"', 'counter = "9"'), "devices[0].counter", "expected 1"),
        (
            HUB + TWO_DISPLAYS.replace("display.modbus", "display.neon"),
            "devices[0].kind",
            "display.modbus, display.dmd",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key_and_what_was_expected(
    tmp_path: Path, text: str, key: str, expected: str
) -> None:
    said = refusal(tmp_path, text)
    assert f"`{key}`" in said
    assert expected in said


def test_several_displays_may_share_one_line_by_address(tmp_path: Path) -> None:
    assert len(hub(tmp_path, HUB + TWO_DISPLAYS).devices) == 2


def test_all_that_makes_no_sense_is_told_at_once(tmp_path: Path) -> None:
    text = HUB.replace('field = "ho-tich"', 'field = "dat-dai"').replace('"*"', '"ket-hon"')
    assert len(refusal(tmp_path, text).splitlines()) >= 2


@pytest.mark.parametrize("raw", [b"[centre", b"\xff\xfe\x00", b"# " + b"x" * 1_000_001])
def test_what_is_not_toml_is_refused_with_a_sentence(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "hub.toml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError, match=r"hub\.toml: "):
        load_hub_config(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read"):
        load_touch_config(tmp_path / "none.toml")


def test_idle_must_ask_before_it_resets(tmp_path: Path) -> None:
    text = TOUCH + "[idle]\nwarn_after_s = 60\nreset_after_s = 60\n"
    with pytest.raises(ConfigError, match=r"`idle\.reset_after_s`: expected more than"):
        load_touch_config(write(tmp_path, text, "touch.toml"))
