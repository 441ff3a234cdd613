"""A city in a real database as its pages want it: centres in groups, people who wait, months of figures, accounts."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import msgspec
from argon2 import PasswordHasher

from kiosk.central.access import Account, Role, Scope, Visitor, add_account
from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.layerbook import save_draft
from kiosk.central.fleet.rollout import Plan, publish
from kiosk.central.store.database import ThreadedDatabase
from kiosk.central.views.figures import day_number
from kiosk.clock import day_of, local
from kiosk.wire.central_api import Heartbeat, KioskHealth
from kiosk.wire.kiosk_api import DeviceState
from tests.central.alarms.rows import Rows
from tests.fakes.figures import COLUMNS, MARKS, hour_row

ASSETS = Path(__file__).parents[3] / "assets"
MINUTE = 60_000
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "mưa-bóng-mây-7"
PASSWORD_HASH = QUICK.hash(PASSWORD)
SERVICES = ("sao-y", "khai-sinh", "thuong-tru", "trich-luc", "dang-ky-dat", "nhan-ket-qua")
HOURS = (7, 8, 9, 10, 13, 14, 15, 16)
#: How many come in each hour, and how long they wait, beside the mean.
RUSH = {7: 1.2, 8: 1.7, 9: 1.5, 10: 1.0, 13: 1.1, 14: 1.2, 15: 0.8, 16: 0.4}
GROUPS = {
    "bac": ("Cụm Bắc", "North"),
    "trung-tam": ("Cụm Trung tâm", "Centre"),
    "dong-nam": ("Cụm Đông Nam", "South-East"),
}
PEOPLE = (
    ("thanh-pho", "Nguyễn Thị An", Role.CITY_ADMIN, Scope("city")),
    ("cum", "Trần Văn Bình", Role.GROUP_ADMIN, Scope("group", "trung-tam")),
    ("lanh-dao", "Lê Thị Chi", Role.CENTRE_HEAD, Scope("centre", "26740")),
    ("xem", "Phạm Văn Dũng", Role.VIEWER, Scope("city")),
    ("xem-cum", "Vũ Thị Em", Role.VIEWER, Scope("group", "bac")),
    ("xem-mot", "Đỗ Văn Gia", Role.VIEWER, Scope("centre", "25747")),
)


@dataclass(frozen=True, slots=True)
class Unit:
    number: int
    code: str
    name: str
    x: int
    y: int

    @property
    def group(self) -> str:
        if self.y <= 5:
            return "bac"
        return "dong-nam" if self.x >= 14 and self.y >= 10 else "trung-tam"


def units() -> list[Unit]:
    with (ASSETS / "units" / "hcmc.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        Unit(number, row["code"], row["name"], int(row["grid_x"]), int(row["grid_y"]))
        for number, row in enumerate(rows, start=1)
    ]


def add_people(database: ThreadedDatabase) -> None:
    for name, display_name, role, scope in PEOPLE:
        account = Account(Visitor(name, display_name, role, scope), PASSWORD_HASH)
        assert database.write_now(lambda tx, it=account: add_account(tx, it.visitor, it.password_hash))


def add_centres(rows: Rows, wanted: Iterable[Unit], now_ms: int) -> None:
    for id_, (vi, en) in GROUPS.items():
        rows.run("INSERT INTO centre_group (id, name_vi, name_en) VALUES (?, ?, ?)", id_, vi, en)
    for unit in wanted:
        values = (unit.number, unit.code, unit.name, unit.name, unit.group, unit.x, unit.y)
        rows.run(
            "INSERT INTO centre (id, code, name_vi, name_en, group_id, grid_x, grid_y) VALUES (?, ?, ?, ?, ?, ?, ?)",
            *values,
        )
        for id_, service in enumerate(SERVICES, start=1):
            rows.run("INSERT INTO word (centre, kind, id, word) VALUES (?, 1, ?, ?)", unit.number, id_, service)
        for counter in range(1, 6):
            rows.run(
                "INSERT INTO word (centre, kind, id, word) VALUES (?, 2, ?, ?)", unit.number, counter, str(counter)
            )
        hear(rows, unit.number, now_ms)


def hear(rows: Rows, centre: int, heard_ms: int) -> None:
    """The line to a centre, last heard then, with a paper that runs low and a display that is unplugged."""
    devices = (
        DeviceState(id="may-in", kind="printer", state="ready", device="online", paper="low"),
        DeviceState(id="quet-1", kind="scanner", state="ready", device="online"),
    )
    beat = Heartbeat(
        centre="x",
        epoch=1,
        head=0,
        version="0.1.0",
        sent_ms=heard_ms,
        disk_free_mb=24_000,
        temperature_c=47.5,
        kiosks=(KioskHealth(kiosk="1", heard_ms=heard_ms, devices=devices),),
        displays=(DeviceState(id="bang-2", kind="display", state="unavailable", device="offline"),),
    )
    rows.run("DELETE FROM link WHERE centre = ?", centre)
    rows.run(
        "INSERT INTO link (centre, epoch, acked, head, heard_ms, offset_ms, version, health) "
        "VALUES (?, 1, 0, 0, ?, 0, '0.1.0', ?)",
        *(centre, heard_ms, msgspec.json.encode(beat)),
    )


def add_figures(rows: Rows, centres: Iterable[int], first: date, last: date, slow: Iterable[int] = ()) -> None:
    """Working days; centres in ``slow`` keep people waiting."""
    slow = set(slow)
    for centre in centres:
        rng, day = Random(centre), first
        while day <= last:
            if day.weekday() < 5:
                for row in day_rows(rng, centre, day, 1.9 if centre in slow else 1.0):
                    rows.run(f"INSERT INTO hour_figures ({COLUMNS}) VALUES ({MARKS})", *row)
            day += timedelta(days=1)


def add_promises(rows: Rows, centres: Iterable[int], day: date) -> None:
    """How each centre kept its promises on a day, a little differently for each service."""
    for centre in centres:
        for service in range(1, len(SERVICES) + 1):
            counts = (40 + service, 4, 20 + service, 36, 1)
            rows.run(
                "INSERT INTO kept_promises (centre, day, service, called, under_p10, under_p50, under_p90, late) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(centre, day_number(day), service, *counts),
            )


def name_stale(rows: Rows) -> None:
    """As whoever adds to hours does: the sums of their days have to be made anew."""
    rows.run(
        "INSERT INTO stale_day (centre, day) SELECT DISTINCT centre, day FROM hour_figures WHERE true "
        "ON CONFLICT DO NOTHING"
    )


def day_rows(
    rng: Random, centre: int, day: date, slowness: float, hours: Iterable[int] = HOURS
) -> list[tuple[int, ...]]:
    busy = 1.25 if day.weekday() in (0, 4) else 1.0
    return [
        hour_row(rng, (centre, day_number(day), hour, service), int(RUSH[hour] * busy * rng.uniform(1, 7)), mean_min)
        for hour in hours
        for service in range(1, len(SERVICES) + 1)
        for mean_min in [RUSH[hour] * busy * slowness * (5 + service)]
    ]


def add_ticket(
    rows: Rows, centre: int, ticket: int, waited_min: float, now_ms: int, *, told_min: int = 25, state: int = 0
) -> None:
    """Somebody who waits, or is at counter ``ticket % 5 + 1`` since three minutes."""
    issued_ms = now_ms - int(waited_min * MINUTE)
    at = (ticket % 5 + 1, now_ms - 3 * MINUTE) if state else (None, None)
    rows.run(
        "INSERT INTO open_ticket (centre, epoch, ticket, day, label, service, counter, state, issued_ms, called_ms, "
        "started_ms, high_min, due_ms) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(centre, ticket, day_of(now_ms), f"C{100 + ticket}", ticket % len(SERVICES) + 1, at[0], state, issued_ms),
        *(at[1], at[1] if state == 2 else None, told_min, issued_ms + told_min * MINUTE),
    )


def add_incident(
    rows: Rows, centre: int, id_: int, now_ms: int, *, service: int = 1, kind: int = 1, stage: int = 2
) -> None:
    rows.run(
        "INSERT INTO incident (centre, id, kind, service, stage, opened_ms, raised_ms, since_ms, joined, longest_s) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 3, 3300)",
        *(centre, id_, kind, service, stage, now_ms - 9 * MINUTE, now_ms - 9 * MINUTE, now_ms - 55 * MINUTE),
    )


def fill_morning(rows: Rows, every: list[Unit], now_ms: int) -> None:
    """As on a busy morning: most centres in time, some late, a few over the limit, two silent, one never connected."""
    rng, today = Random(7), local(now_ms).date()
    for place, unit in enumerate(every):
        worst = 58 if place % 29 == 3 else 32 if place % 9 == 4 else 17
        for ticket in range(1, rng.randrange(6, 22)):
            add_ticket(rows, unit.number, ticket, rng.uniform(0, worst) if ticket > 1 else worst, now_ms)
        for ticket in (30, 31, 32):
            add_ticket(rows, unit.number, ticket, 20, now_ms, state=1 + ticket % 2)
        for row in day_rows(Random(unit.number), unit.number, today, 1.0, HOURS[:2]):
            rows.run(f"INSERT INTO hour_figures ({COLUMNS}) VALUES ({MARKS})", *row)
    for unit in every[10::70]:
        hear(rows, unit.number, now_ms - 18 * MINUTE)
    rows.run("DELETE FROM link WHERE centre = ?", every[-1].number)
    for id_, place in enumerate(range(3, len(every), 29), start=1):
        add_incident(rows, every[place].number, id_, now_ms)


def add_rollouts(database: ThreadedDatabase, centre: str, now_ms: int) -> None:
    """Number 1 of the city and number 2 of one centre, and drafts on top of them."""
    welcome = {"texts": {"welcome": {"vi": "Xin chào bà con", "en": "Welcome"}}}
    hours = {"hours": {"last_ticket_min": 30, "week": [{"days": ["mon"], "reception": ["07:30-11:30"]}]}}
    for name, tree in ((LayerName("city"), welcome), (LayerName("centre", centre), hours)):
        plan = Plan("Nguyễn Thị An", "Chào hỏi", now_ms)
        database.write_now(lambda tx, n=name, t=tree: save_draft(tx, n, t, 0, "Nguyễn Thị An", now_ms))  # type: ignore[misc]
        database.write_now(lambda tx, n=name, p=plan: publish(tx, n, 1, p, now_ms))  # type: ignore[misc]
    draft = welcome | {"rule": {"priority_share": 2}}
    database.write_now(lambda tx: save_draft(tx, LayerName("city"), draft, 2, "Trần Văn Bình", now_ms))
