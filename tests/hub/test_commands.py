"""`kiosk staff` and `kiosk token`, as an administrator types them."""

import io
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk.cli import main
from kiosk.clock import SystemClock
from kiosk.config.load import load_hub_config
from kiosk.hub.store.administration import change_access
from kiosk.web.signin import token_hash
from tests.fakes.small_centre import centre_toml


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "hub.toml"
    path.write_text(centre_toml(0))
    return path


def kiosk(monkeypatch: pytest.MonkeyPatch, *words: str | Path, typed: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return main([str(word) for word in words])


def test_somebody_who_was_added_can_sign_in_with_that_password(
    toml: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("staff", "add", "lan", "--role", "supervisor", "--display-name", "Cô Lan", "--config", toml)
    assert kiosk(monkeypatch, *words, typed="mật khẩu dài\n") == 0
    found = change_access(load_hub_config(toml), SystemClock(), lambda book: book.staff("lan"))
    assert found is not None
    assert (found.display_name, found.role) == ("Cô Lan", "supervisor")
    assert found.password_hash.startswith("$argon2id$")
    assert PasswordHasher().verify(found.password_hash, "mật khẩu dài")
    assert kiosk(monkeypatch, "staff", "list", "--config", toml) == 0
    assert "lan\tsupervisor\tCô Lan" in capsys.readouterr().out


def test_a_name_that_is_taken_is_refused_and_nothing_changes(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("staff", "add", "lan", "--role", "officer", "--config", toml)
    assert kiosk(monkeypatch, *words, typed="long enough\n") == 0
    assert kiosk(monkeypatch, *words, typed="another one\n") == 1


@pytest.mark.parametrize(("name", "password"), [("Lan!", "long enough\n"), ("lan", "short\n"), ("lan", "")])
def test_a_wrong_name_or_a_short_password_is_wrong_use(
    toml: Path, monkeypatch: pytest.MonkeyPatch, name: str, password: str
) -> None:
    words = ("staff", "add", name, "--role", "officer", "--config", toml)
    assert kiosk(monkeypatch, *words, typed=password) == 2


def test_a_new_password_and_a_disabled_account_end_all_sessions(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, clock = load_hub_config(toml), SystemClock()
    kiosk(monkeypatch, "staff", "add", "lan", "--role", "officer", "--config", toml, typed="long enough\n")
    for words, typed in ((("passwd",), "even longer\n"), (("disable",), "")):
        change_access(config, clock, lambda book: book.start_session("hash", "lan", clock.now_ms(), 0))
        assert kiosk(monkeypatch, "staff", *words, "lan", "--config", toml, typed=typed) == 0
        assert change_access(config, clock, lambda book: book.session("hash", 0, 0)) is None
    assert change_access(config, clock, lambda book: book.staff("lan")) is None


def test_a_token_is_printed_once_and_only_its_hash_is_kept(
    toml: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config, clock = load_hub_config(toml), SystemClock()
    assert kiosk(monkeypatch, "token", "new", "kiosk", "kiosk-1", "--config", toml) == 0
    token = capsys.readouterr().out.strip()
    assert change_access(config, clock, lambda book: book.token(token_hash(token))) == ("kiosk", "kiosk-1")
    assert token.encode() not in (config.data / "hub.sqlite").read_bytes()


def test_a_new_token_of_the_same_name_ends_the_old_one(
    toml: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config, clock = load_hub_config(toml), SystemClock()
    kiosk(monkeypatch, "token", "new", "hall", "hall-1", "--config", toml)
    old = capsys.readouterr().out.strip()
    kiosk(monkeypatch, "token", "new", "hall", "hall-1", "--config", toml)
    assert change_access(config, clock, lambda book: book.token(token_hash(old))) is None
    assert kiosk(monkeypatch, "token", "revoke", "hall", "hall-1", "--config", toml) == 0
    assert kiosk(monkeypatch, "token", "revoke", "hall", "hall-1", "--config", toml) == 1
    kiosk(monkeypatch, "token", "list", "--config", toml)
    assert "hall-1" not in capsys.readouterr().out
