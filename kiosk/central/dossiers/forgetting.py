"""Deletes dossiers whose time is over: with names, answers, papers and all that was said of them (Luật 91/2025/QH15).

1. The time runs from the end. A dossier that is open, or whose result waits to be fetched, is never deleted.
2. Files go before the rows that name them: a power cut in between leaves nothing that nobody knows of.
3. A few at a time, so that nobody who looks something up waits for it.
"""

import asyncio
import logging

from kiosk.central.dossiers.papers import PaperFiles
from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock

log = logging.getLogger(__name__)

EVERY_S = 3600.0
MOST = 100  #: dossiers in one transaction
TOLD_DAYS = 90  #: how long it is kept that others were told: the limit a day and the page need no more
_DAY_MS = 86_400_000
_ROWS = ("forget_papers", "forget_changes", "forget_deliveries", "forget_said", "forget_stop")


def forget_dossiers(tx: Transaction, codes: list[str], before_ms: int) -> int:
    """How many; one that is open again stays."""
    gone = [code for code in codes if tx.run("forget.forget_dossier", code=code, before_ms=before_ms)]
    for query in _ROWS:
        if gone:
            tx.many(f"forget.{query}", [{"code": code} for code in gone])
    return len(gone)


def forget_said(tx: Transaction, before_ms: int, told_before_ms: int) -> None:
    """What is about no dossier, or only about the telling."""
    for query in ("forget_strangers", "forget_aside", "forget_reports"):
        tx.run(f"forget.{query}", before_ms=before_ms)
    tx.run("deliveries.forget", before_ms=told_before_ms)


class Forgetting:
    """``days``: how long a dossier is kept after its end."""

    def __init__(self, database: Database, clock: Clock, papers: PaperFiles, days: int) -> None:
        self._database, self._clock, self._papers, self._days = database, clock, papers, days

    async def run(self) -> None:
        """For ever. Raises StoreUnavailable."""
        while True:
            await self.forget()
            await asyncio.sleep(EVERY_S)

    async def forget(self) -> int:
        """How many dossiers were deleted."""
        now_ms = self._clock.now_ms()
        before_ms, deleted = now_ms - self._days * _DAY_MS, 0
        while count := await self._forget_some(before_ms):
            deleted += count
        await self._database.write(lambda tx: forget_said(tx, before_ms, now_ms - TOLD_DAYS * _DAY_MS), alone=True)
        if deleted:
            log.info("Dossiers whose time was over were deleted", extra={"dossiers": deleted})
        return deleted

    async def _forget_some(self, before_ms: int) -> int:
        def look(tx: Transaction) -> tuple[list[str], list[tuple[str, str, str]]]:
            codes = [code for (code,) in tx.rows("forget.old_dossiers", before_ms=before_ms, most=MOST)]
            files = [(code, paper, sha256) for code in codes for paper, sha256 in tx.rows("forget.files", code=code)]
            return codes, files

        codes, files = await self._database.read(look)
        if not codes:
            return 0
        await asyncio.to_thread(self._remove, files)
        return await self._database.write(lambda tx: forget_dossiers(tx, codes, before_ms), alone=True)

    def _remove(self, files: list[tuple[str, str, str]]) -> None:
        for code, paper, sha256 in files:
            self._papers.remove(code, paper, sha256)
