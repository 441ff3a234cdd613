"""Tells a city system what happened and follows what it says, in rounds, beside the requests of a worker."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.central.city.deliveries import (
    Claimed,
    DeliveryState,
    NotNeeded,
    Outcome,
    RefusedThere,
    claim,
    read_changes,
    settle,
    start_reading,
)
from kiosk.central.city.following import FOLLOWED, Followed, Following
from kiosk.central.city.paper_links import PaperLinks
from kiosk.central.city.ports import Change, CitySystem, Telling
from kiosk.central.dossiers.papers import papers_of
from kiosk.central.dossiers.parts import names, read
from kiosk.central.dossiers.showing import unsealed
from kiosk.central.ports import Database, Transaction
from kiosk.central.procedures import Catalogue
from kiosk.central.sealing import Seal, SealBroken
from kiosk.clock import Clock
from kiosk.dossier.procedures import Procedure
from kiosk.dossier.status import Status

log = logging.getLogger(__name__)

ROUND_S = 5.0
AT_ONCE = 4  #: so that the slowest answers fit into the lease


@dataclass(frozen=True, slots=True)
class Here:
    """What every exchange is given."""

    database: Database
    clock: Clock
    seal: Seal
    catalogue: Catalogue
    following: Following
    links: PaperLinks | None = None


class Exchange:
    def __init__(self, here: Here, system: CitySystem) -> None:
        self._here, self.system = here, system

    async def run(self) -> None:
        """For ever. Raises StoreUnavailable."""
        name = self.system.name
        await self._here.database.write(lambda tx: start_reading(tx, name, from_now=False))
        while True:
            if await self.round() == 0:
                await asyncio.sleep(ROUND_S)

    async def round(self) -> int:
        """Tell what is due, follow what was brought; how much there was."""
        now_ms, name = self._here.clock.now_ms(), self.system.name
        read_now = await self._here.database.write(lambda tx: read_changes(tx, name, now_ms), alone=True)
        claimed = await self._here.database.write(lambda tx: claim(tx, name, AT_ONCE, now_ms), alone=True)
        if claimed:
            await self._tell(claimed)
        brought = await self._bring()
        return read_now + len(claimed) + brought

    async def _tell(self, claimed: list[Claimed]) -> None:
        now_ms = self._here.clock.now_ms()
        known = await self._here.database.read(lambda tx: self._tellings(tx, claimed, now_ms))
        tellings = [each for each in known.values() if isinstance(each, Telling)]
        answers = await asyncio.to_thread(self.system.tell, tellings)
        outcomes: dict[int, Outcome] = {n: each for n, each in known.items() if not isinstance(each, Telling)}
        outcomes |= {telling.change.number: answer for telling, answer in zip(tellings, answers, strict=True)}

        def note(tx: Transaction) -> list[DeliveryState]:
            done_ms = self._here.clock.now_ms()
            return [settle(tx, self.system.name, each, outcomes[each.number], done_ms) for each in claimed]

        states = await self._here.database.write(note)
        problems = {each.problem for each in outcomes.values() if hasattr(each, "problem")}
        if problems:
            counts = {state.name.lower(): states.count(state) for state in set(states)}
            log.warning("The city's system was not told everything: %s", "; ".join(sorted(problems)), extra=counts)

    def _tellings(self, tx: Transaction, claimed: list[Claimed], now_ms: int) -> dict[int, "Telling | Outcome"]:
        procedures = self._here.catalogue.in_force(tx, now_ms)
        return {each.number: self._telling(tx, each, procedures) for each in claimed}

    def _telling(self, tx: Transaction, claimed: Claimed, procedures: Mapping[str, Procedure]) -> "Telling | Outcome":
        rows, changes = tx.rows("dossiers.open", code=claimed.code), tx.rows("deliveries.change", number=claimed.number)
        if not rows or not changes:
            return NotNeeded("the dossier is not kept any more")
        if changes[0][1] == FOLLOWED and self.system.brings:
            return NotNeeded("it said so itself")
        dossier = read(rows[0][0])
        try:
            content = unsealed(self._here.seal, dossier.code, rows[0][3])
        except SealBroken:
            return RefusedThere("what is sealed here cannot be opened with this key")
        at_ms, act, status, done_by, note = changes[0]
        procedure = procedures.get(dossier.procedure)
        received_at, handled_by = names(dossier, rows[0][4:8])
        papers, links = papers_of(tx, dossier.code), self._here.links
        return Telling(
            change=Change(claimed.number, at_ms, act, Status(status), done_by, note),
            dossier=dossier,
            applicant=content.applicant,
            papers=tuple(papers),
            procedure_name=procedure.name if procedure else dossier.procedure,
            field_name=procedure.field if procedure else "",
            received_at=received_at.vi,
            handled_by=handled_by.vi,
            links={each.paper: links.of(dossier.code, each) for each in papers} if links else {},
        )

    async def _bring(self) -> int:
        """One worker at a time may read the same files twice: what is known already changes nothing."""
        said = await asyncio.to_thread(self.system.bring)
        if said:
            now_ms = self._here.clock.now_ms()
            job = self._here.following.take
            followed: Followed = await self._here.database.write(lambda tx: job(tx, said, now_ms), alone=True)
            log.info(
                "The city's system has spoken",
                extra={"changed": followed.changed, "known": followed.known, "aside": followed.aside},
            )
        await asyncio.to_thread(self.system.settled)
        return len(said)
