"""What ``[warning]`` and ``[notify]`` may say, and what is refused with words that help."""

from pathlib import Path

import pytest

from kiosk.config import CentralConfig, load_central_config
from kiosk.errors import ConfigError

CITY = '[city]\nname = { vi = "Thành phố", en = "City" }\n'


def load(folder: Path, text: str) -> CentralConfig:
    (folder / "central.toml").write_text(CITY + text, encoding="utf-8")
    return load_central_config(folder / "central.toml")


def test_without_a_word_about_warnings_the_limit_is_the_promise_and_fifteen_minutes(tmp_path: Path) -> None:
    config = load(tmp_path, "")
    assert (config.warning.threshold_min, config.warning.early_min, config.warning.escalate_min) == (15, 5, 10)
    assert config.notify.channels == ()


def test_a_file_with_a_url_is_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    config = load(tmp_path, '[[notify.channels]]\nname = "SMS"\nsms = true\nurl_file = "sms.url"\n')
    assert config.notify.channels[0].url_file == tmp_path / "sms.url"


def test_a_full_example_is_understood(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
[warning]
threshold_min = 20
silent_hours = ["07:00-11:30", "13:00-17:00"]
silent_days = ["mon", "sat"]
[[warning.patience]]
services = ["khai-tu"]
threshold_min = 5
[notify]
limit_s = 10
[[notify.channels]]
name = "Giám đốc"
url = "mailtos://a:b@mail.example.vn"
groups = ["quan-1"]
kinds = ["escalated", "recovered"]
level = 2
hours = ["07:00-22:00"]
days = ["mon", "tue", "wed", "thu", "fri"]
time_zone = "Asia/Bangkok"
""",
    )
    assert config.warning.patience[0].threshold_min == 5
    assert config.notify.channels[0].level == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "expected either `url` or `url_file`"),
        ('url = "json://a"\nurl_file = "b"', "expected either `url` or `url_file`"),
        ('url = "json://a"\ntime_zone = "Asia/Saigong"', '"Asia/Saigong" is no time zone'),
        ('url = "json://a"\n[[notify.channels]]\nname = "SMS"\nurl = "json://b"', '"SMS" stands there twice'),
        ('url = "json://a"\nkinds = ["shouted"]', "expected one of: early, raised"),
        ('url = "json://a"\nhours = ["17:00-17:00"]', "17:00-17:00"),
        ('url = "json://a"\nlevel = 0', "level"),
    ],
)
def test_a_channel_that_makes_no_sense_is_refused(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, f'[[notify.channels]]\nname = "SMS"\n{line}\n')
    assert told in str(refused.value)
