"""The pages of central over a small real database, asked as somebody who is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx2
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from kiosk.central.access import CentralDoor
from kiosk.central.city.following import Following
from kiosk.central.city.ports import Said
from kiosk.central.city.reconciliation import Differing, Report
from kiosk.central.city.statuses import StatusWords
from kiosk.central.outside import Telling, make_outside
from kiosk.central.pages.exchange import ExchangePages
from kiosk.central.pages.parts import PageParts, make_parts
from kiosk.central.pages.procedures import ProcedurePages
from kiosk.central.pages.routes import errors, routes
from kiosk.central.procedures import Import, shipped_catalogue
from kiosk.central.rolling import roll_days
from kiosk.central.sealing import Seal
from kiosk.central.store.database import ThreadedDatabase, database_at
from kiosk.config.central import DossierSection
from kiosk.config.exchange import ExchangeSection, FolderExchange
from kiosk.config.warning import Warnings
from kiosk.dossier.deadline import WorkCalendar
from kiosk.web.security import Guard
from kiosk.web.signin import token_hash
from kiosk.wire.common import Text
from tests.central.alarms.rows import Rows
from tests.central.pages import town
from tests.fakes.clock import MONDAY_9_00, FakeClock

CITY = Text(vi="Thành phố Hồ Chí Minh", en="Ho Chi Minh City")
#: A head's centre, another of the same group, and one of each other group.
MINE, NEAR, NORTH, SEA = "26740", "26743", "25747", "26506"
NAMES = ("Phường Sài Gòn", "Phường Bến Thành", "Phường Thủ Dầu Một", "Phường Vũng Tàu")


def small_town() -> list[town.Unit]:
    return [unit for name in NAMES for unit in town.units() if unit.name == name]


@dataclass
class Pages:
    """``get`` and ``post`` as that account; "" is nobody. ``every``: the centres."""

    database: ThreadedDatabase
    rows: Rows
    clock: FakeClock
    parts: PageParts
    app: Starlette
    client: TestClient
    every: list[town.Unit]

    def get(self, path: str, who: str = "", language: str = "vi") -> httpx2.Response:
        return self.client.get(path, headers=self._headers(who, language))

    def post(self, path: str, who: str = "", **form: str) -> httpx2.Response:
        headers = self._headers(who, "vi") | {"Origin": "http://testserver"}
        return self.client.post(path, headers=headers, data=form)

    def number(self, code: str) -> int:
        return next(unit.number for unit in self.every if unit.code == code)

    def _headers(self, who: str, language: str) -> dict[str, str]:
        session = f"; central_session={session_of(who)}" if who else ""
        return {"Accept": "text/html", "Cookie": f"language={language}{session}"}


def session_of(name: str) -> str:
    return f"token-of-{name}"


def sign_everybody_in(database: ThreadedDatabase, now_ms: int) -> None:
    """As after a sign-in, without its half second; the form has tests of its own."""
    for name, *_ in town.PEOPLE:
        values = {"token": token_hash(session_of(name)), "name": name, "now_ms": now_ms}
        database.write_now(lambda tx, it=values: tx.run("access.start_session", **it))  # type: ignore[misc]


def page_app(database: ThreadedDatabase, clock: FakeClock) -> tuple[PageParts, Starlette]:
    door = CentralDoor(database, clock, town.QUICK)
    parts = make_parts(town.ASSETS, CITY, database, clock, Warnings(), door)
    catalogue = shipped_catalogue(town.ASSETS / "catalogue")
    outside = make_outside(a_city_system(), database, clock, Seal(bytes(32)), catalogue, Telling({}, ""))
    admin = [*ProcedurePages(parts, catalogue).routes(), *ExchangePages(parts, outside).routes()]
    app = Starlette(
        routes=[*routes(parts, CITY), *admin], exception_handlers=errors(parts), middleware=[Middleware(Guard)]
    )
    return parts, app


@contextmanager
def pages_at(url: str, every: list[town.Unit]) -> Iterator[Pages]:
    database, clock = database_at(url), FakeClock(MONDAY_9_00)
    database.open()
    rows = Rows(url)
    try:
        town.add_centres(rows, every, clock.now_ms())
        town.add_people(database)
        sign_everybody_in(database, clock.now_ms())
        parts, app = page_app(database, clock)
        with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
            yield Pages(database, rows, clock, parts, app, client, every)
    finally:
        rows.close()
        database.close()


@pytest.fixture
def pages(database_url: str) -> Iterator[Pages]:
    """Four centres in three groups; nobody waits yet."""
    with pages_at(database_url, small_town()) as opened:
        yield opened


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The same with two weeks of figures, people who wait, and a warning at each centre but the last. Only read it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('busy') / 'central.db'}"
    with pages_at(url, small_town()) as opened:
        make_busy(opened)
        yield opened


def a_city_system() -> DossierSection:
    """A folder that nobody reads."""
    return DossierSection(exchange=ExchangeSection(folder=FolderExchange(path=Path("nowhere"))))


def add_exchange(opened: Pages) -> None:
    """A change that waits, one that was set aside, lines that are not understood, a comparison."""
    now_ms = opened.clock.now_ms()
    for number, problem in ((1, "status 503"), (2, "error_code 17")):
        opened.rows.run(
            "INSERT INTO delivery (consumer, number, code, state, made_ms, due_ms, tries, problem) "
            "VALUES ('folder', ?, ?, ?, ?, ?, 3, ?)",
            *(number, f"H29-261122-000{number}", 2 * (number - 1), now_ms, now_ms, problem),
        )
    said = [Said("s.csv, 2", "H29-261122-0009", "Đang đi dạo"), Said("s.csv, 3", "H29-261122-0008", "4")]
    following = Following(StatusWords({}), WorkCalendar())
    opened.database.write_now(lambda tx: following.take(tx, said, now_ms))
    report = Report(5, [Differing("H29-261122-0003", 2, 4, "Đang xử lý")], [], [])
    content = msgspec.json.encode(report).decode()
    opened.database.write_now(lambda tx: tx.run("city.put_report", day=20261123, made_ms=now_ms, content=content))


def add_drafts(opened: Pages) -> None:
    """A procedure that changes and one that is new wait for a review."""
    rows = (
        b"code,name,field,agency,fee,papers\n1.001193,,,,Khong thu,To khai;?@Can cuoc\n9.000001,Moi,Ho tich,UBND,1,\n"
    )
    catalogue, given = shipped_catalogue(town.ASSETS / "catalogue"), Import(rows, "moi.csv", "an")
    assert opened.database.write_now(lambda tx: catalogue.take_in(tx, given, opened.clock.now_ms())).drafts == 2


def make_busy(opened: Pages) -> None:
    rows, now_ms = opened.rows, opened.clock.now_ms()
    rows.run("BEGIN")
    town.add_figures(rows, [unit.number for unit in opened.every], date(2026, 11, 9), date(2026, 11, 22))
    town.add_promises(rows, [unit.number for unit in opened.every], date(2026, 11, 20))
    town.fill_morning(rows, opened.every, now_ms)
    rows.run("DELETE FROM incident")
    for id_, unit in enumerate(opened.every[:3], start=1):
        town.add_incident(rows, unit.number, id_, now_ms)
    town.name_stale(rows)
    rows.run("COMMIT")
    while opened.database.write_now(roll_days):
        pass
    town.add_rollouts(opened.database, MINE, now_ms)
