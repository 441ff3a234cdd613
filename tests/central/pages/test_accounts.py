"""Accounts: who may be what, signing in, and what ends a session."""

import asyncio
import io
from pathlib import Path

import pytest

from kiosk.central import command
from kiosk.central.access import (
    IDLE_H,
    SCOPES,
    SESSION_H,
    Role,
    Scope,
    Visitor,
    add_account,
    all_accounts,
    disable_account,
)
from kiosk.central.access import set_password as change_password
from kiosk.central.centre_commands import opened_database
from kiosk.central.pages.watch import Shared
from kiosk.cli import build_parser
from kiosk.errors import ConfigError
from tests.architecture.tree import ROOT
from tests.central.pages.conftest import MINE, Pages
from tests.central.pages.town import PASSWORD, QUICK
from tests.fakes.clock import FakeClock

HOUR_MS = 3_600_000


def sign_in(pages: Pages, name: str, password: str = PASSWORD) -> int:
    return pages.post("/signin", name=name, password=password).status_code


def test_who_signs_in_gets_to_the_page_that_is_theirs(pages: Pages) -> None:
    answer = pages.post("/signin", name="lanh-dao", password=PASSWORD)
    assert answer.status_code == 303
    cookie = answer.cookies["central_session"]
    home = pages.client.get("/", headers={"Cookie": f"central_session={cookie}", "Accept": "text/html"})
    assert home.headers["location"] == f"/centre/{MINE}"
    assert "httponly" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("name", ["lanh-dao", "nobody", "a\x00b", ""])
def test_a_wrong_password_and_a_wrong_name_get_the_same_answer(pages: Pages, name: str) -> None:
    answer = pages.post("/signin", name=name, password="wrong")
    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text


def test_who_was_disabled_is_out_at_once_and_stays_out(pages: Pages) -> None:
    assert pages.get("/city", "cum").status_code == 200
    assert pages.database.write_now(lambda tx: disable_account(tx, "cum"))
    assert pages.get("/city", "cum").status_code == 303
    assert sign_in(pages, "cum") == 401
    assert not pages.database.write_now(lambda tx: disable_account(tx, "cum"))


def test_a_new_password_ends_all_sessions(pages: Pages) -> None:
    hashed = QUICK.hash("another-password-9")
    assert pages.database.write_now(lambda tx: change_password(tx, "cum", hashed))
    assert pages.get("/city", "cum").status_code == 303
    assert sign_in(pages, "cum") == 401
    assert sign_in(pages, "cum", "another-password-9") == 303


def test_a_session_ends_when_nobody_uses_it(pages: Pages) -> None:
    pages.clock.advance(IDLE_H * HOUR_MS + 1)
    assert pages.get("/city", "xem").status_code == 303


def test_a_session_in_use_ends_after_a_working_day_all_the_same(pages: Pages) -> None:
    for _ in range(SESSION_H):
        assert pages.get("/city", "xem").status_code == 200
        pages.clock.advance(HOUR_MS)
    pages.clock.advance(1)
    assert pages.get("/city", "xem").status_code == 303


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", [Scope("city"), Scope("group", "bac"), Scope("centre", MINE)], ids=str)
def test_a_role_has_only_the_scopes_that_fit_it(pages: Pages, role: Role, scope: Scope) -> None:
    visitor = Visitor("moi", "Người mới", role, scope)
    if scope.kind in SCOPES[role]:
        assert pages.database.write_now(lambda tx: add_account(tx, visitor, "x"))
        assert not pages.database.write_now(lambda tx: add_account(tx, visitor, "x")), "the name is taken"
    else:
        with pytest.raises(ValueError, match="is for"):
            pages.database.write_now(lambda tx: add_account(tx, visitor, "x"))


@pytest.mark.parametrize(
    "scope", [Scope("group", "nowhere"), Scope("centre", "nowhere"), Scope("group"), Scope("centre")]
)
def test_nobody_is_given_what_there_is_not(pages: Pages, scope: Scope) -> None:
    with pytest.raises(ValueError, match="there is no"):
        pages.database.write_now(lambda tx: add_account(tx, Visitor("moi", "", Role.VIEWER, scope), "x"))


def test_an_empty_scope_covers_nothing() -> None:
    """A centre without a group does not belong to an account without one."""
    assert not Scope("group", "").covers("25747", "")
    assert not Scope("centre", "").covers("", "bac")


def test_who_come_at_once_share_one_reading() -> None:
    clock, read = FakeClock(), []

    async def look() -> int:
        read.append(clock.now_ms())
        return len(read)

    async def test() -> None:
        shared = Shared(look, clock)
        assert await asyncio.gather(*(shared.picture() for _ in range(3))) == [1, 1, 1]
        clock.advance(2000)
        assert await shared.picture() == 2
        shared.forget()
        assert await shared.picture() == 3

    asyncio.run(test())


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "central.toml"
    path.write_text('city = { name = { vi = "Thành phố", en = "City" } }\n')
    central("centres", "import", str(ROOT / "assets/units/hcmc.csv"), "--config", str(path))
    return str(path)


def central(*words: str) -> int:
    return command.run(build_parser("central").parse_args(["central", *words]))


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_accounts_are_added_listed_and_disabled_from_a_shell(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "a-long-password\n")
    name = ("chi", "--config", config)
    assert central("user", "add", *name, "--role", "centre-head", "--centre", MINE, "--display-name", "Lê Thị Chi") == 0
    typed(monkeypatch, "a-long-password\n")
    assert central("user", "add", *name, "--role", "viewer") == 1, "the name is taken"
    typed(monkeypatch, "another-password\n")
    assert central("user", "password", *name) == 0
    assert central("user", "disable", *name) == 0
    assert central("user", "disable", *name) == 1
    capsys.readouterr()
    assert central("user", "list", "--config", config) == 0
    assert capsys.readouterr().out == f"chi\tcentre-head\tcentre {MINE}\tLê Thị Chi  (disabled)\n"
    with opened_database(Path(config)) as database:
        assert [account.is_disabled for account in database.read_now(all_accounts)] == [True]


@pytest.mark.parametrize(
    ("words", "password"),
    [
        (("Chi", "--role", "viewer"), "a-long-password"),
        (("chi", "--role", "viewer"), "short"),
        (("chi", "--role", "centre-head"), "a-long-password"),
        (("chi", "--role", "group-admin", "--group", "nowhere"), "a-long-password"),
    ],
    ids=["name", "password", "scope", "group"],
)
def test_what_cannot_be_is_refused(
    config: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], password: str
) -> None:
    typed(monkeypatch, f"{password}\n")
    with pytest.raises(ConfigError):
        central("user", "add", *words, "--config", config)
