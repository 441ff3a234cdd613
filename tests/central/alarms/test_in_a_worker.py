"""A whole worker with its configuration: from a late ticket in the database to a letter with a link."""

import asyncio
from pathlib import Path

import pytest

from kiosk.central.app import Central, build_app
from kiosk.clock import SystemClock, day_of
from kiosk.config import load_central_config
from kiosk.errors import ConfigError
from tests.central.alarms.city import MINUTE
from tests.central.alarms.peers import MailServer
from tests.central.alarms.rows import Rows

CONFIG = """
database = "{database}"
[city]
name = {{ vi = "Thành phố", en = "City" }}
[listen]
public_url = "https://hangcho.example.vn"
[notify]
limit_s = 5
[[notify.channels]]
name = "Trực ban"
url_file = "mail.url"
"""


def test_a_late_ticket_becomes_a_letter_with_a_link(database_url: str, tmp_path: Path) -> None:
    async def story(mail: MailServer, central: Central) -> None:
        async with central.opened():
            rows, now_ms = Rows(database_url), central.clock.now_ms()
            rows.centre(1, "ben-thanh", {1: "chung-thuc"}, now_ms)
            rows.heard(now_ms)
            rows.ticket(1, 1, 1, now_ms - 50 * MINUTE, now_ms - 20 * MINUTE, day_of(now_ms))
            letter = await asyncio.to_thread(mail.next)
            rows.close()
        text = letter.get_body(("plain", "html"))
        assert text is not None
        assert "https://hangcho.example.vn/a/" in text.get_content()
        assert "1 người chờ quá lâu" in text.get_content()

    database = database_url if database_url.startswith("postgresql") else "sqlite:///central.db"
    if database.startswith("sqlite"):
        database_url = f"sqlite:///{tmp_path / 'central.db'}"
    with MailServer() as mail:
        (tmp_path / "mail.url").write_text(mail.url)
        (tmp_path / "central.toml").write_text(CONFIG.format(database=database), encoding="utf-8")
        central: Central = build_app(load_central_config(tmp_path / "central.toml"), SystemClock()).state.central
        asyncio.run(story(mail, central))


def test_a_channel_that_cannot_work_stops_the_start_and_not_the_first_alarm(tmp_path: Path) -> None:
    (tmp_path / "mail.url").write_text("no-such-way://a:geheim@b")
    (tmp_path / "central.toml").write_text(CONFIG.format(database="sqlite:///central.db"), encoding="utf-8")
    with pytest.raises(ConfigError, match="Trực ban") as refused:
        build_app(load_central_config(tmp_path / "central.toml"), SystemClock())
    assert "geheim" not in str(refused.value)
