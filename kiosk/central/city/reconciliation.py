"""Once a day: about which dossiers central and the city's system do not agree, and which only one of them knows."""

import asyncio
import csv
import io
import logging
from collections.abc import Sequence

import msgspec

from kiosk.central.city.exchange import Here
from kiosk.central.city.ports import CitySystem
from kiosk.central.ports import Transaction
from kiosk.central.spreadsheet import guarded
from kiosk.clock import day_of, local

log = logging.getLogger(__name__)

LOOK_S = 60.0
SHOWN = 500  #: of each kind; more than that is a fault of another kind
_ASKED = 2_000
_DAY_MS = 24 * 3600 * 1000
_ENDED_DAYS = 30


class Differing(msgspec.Struct, frozen=True):
    """``here``, ``there``: national status; 0: not known on that side. ``word``: of the other side."""

    code: str
    here: int
    there: int
    word: str = ""


class Report(msgspec.Struct, frozen=True):
    """``compared``: how many dossiers both know."""

    compared: int
    differing: list[Differing]
    missing_there: list[Differing]
    missing_here: list[Differing]

    def as_csv(self) -> bytes:
        text = io.StringIO()
        lines = csv.writer(text)
        lines.writerow(("MaHoSo", "TrangThaiTaiTrungTam", "TrangThaiTaiThanhPho", "TrangThaiGoc"))
        for each in (*self.differing, *self.missing_there, *self.missing_here):
            lines.writerow((guarded(each.code), each.here or "", each.there or "", guarded(each.word)))
        return text.getvalue().encode()


def compare(tx: Transaction, now_ms: int) -> Report:
    """A dossier of today may still be on its way; of those that have ended only the last month is looked at."""
    yesterday_ms, month_ms = now_ms - _DAY_MS, now_ms - _ENDED_DAYS * _DAY_MS
    there = tx.rows("city.missing_there", before_ms=yesterday_ms, ended_since_ms=month_ms, limit=SHOWN)
    here = tx.rows("city.missing_here", since_ms=month_ms, limit=SHOWN)
    return Report(
        compared=tx.rows("city.compared")[0][0],
        differing=[Differing(*row) for row in tx.rows("city.differing", limit=SHOWN)],
        missing_there=[Differing(code, status, 0) for code, status in there],
        missing_here=[Differing(code, 0, status, word) for code, status, word in here],
    )


class Reconciliation:
    """``hour``: of the day, after which the report is made by the first worker that looks."""

    def __init__(self, here: Here, systems: Sequence[CitySystem], hour: int) -> None:
        self._here, self._systems, self._hour = here, systems, hour

    async def run(self) -> None:
        """For ever. Raises StoreUnavailable."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> bool:
        """Whether a report was made."""
        now_ms = self._here.clock.now_ms()
        day = day_of(now_ms)
        if local(now_ms).hour < self._hour or await self._here.database.read(lambda tx: _has(tx, day)):
            return False
        for system in self._systems:
            await self._ask(system, now_ms)
        report = await self._here.database.write(lambda tx: _make(tx, day, now_ms), alone=True)
        for system in self._systems:
            await asyncio.to_thread(system.keep_report, day, report.as_csv())
        log.info(
            "Compared with the city's system",
            extra={
                "compared": report.compared,
                "differing": len(report.differing),
                "missing_there": len(report.missing_there),
                "missing_here": len(report.missing_here),
            },
        )
        return True

    async def _ask(self, system: CitySystem, now_ms: int) -> None:
        """What it was told since the day before yesterday: whether it has it, too."""
        values = {"consumer": system.name, "since_ms": now_ms - 2 * _DAY_MS, "limit": _ASKED}
        rows = await self._here.database.read(lambda tx: tx.rows("city.to_ask", **values))
        said = await asyncio.to_thread(system.ask, [code for (code,) in rows])
        if said:
            await self._here.database.write(lambda tx: self._here.following.take(tx, said, now_ms), alone=True)


def _has(tx: Transaction, day: int) -> bool:
    return bool(tx.rows("city.has_report", day=day))


def _make(tx: Transaction, day: int, now_ms: int) -> Report:
    report = compare(tx, now_ms)
    tx.run("city.put_report", day=day, made_ms=now_ms, content=msgspec.json.encode(report).decode())
    return report
