"""What runs beside the requests: rollouts go on, newcomers are told, what is old goes."""

import asyncio
import logging

from kiosk.central.fleet.orders import expire_orders
from kiosk.central.fleet.rollout import step_all, welcome
from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock

log = logging.getLogger(__name__)

STEP_S = 1.0
_PRUNE_EVERY = 3600  #: steps
_DAY_MS = 24 * 3_600_000
STATES_DAYS, ATTACHMENT_DAYS, COMMAND_DAYS, AUDIT_DAYS = 90, 30, 365, 730


class FleetUpkeep:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def run(self) -> None:
        """Never returns; a task of the process. StoreUnavailable."""
        while True:
            await self._database.write(lambda tx: prune(tx, self._clock.now_ms()), alone=True)
            for _ in range(_PRUNE_EVERY):
                await self.step()
                await asyncio.sleep(STEP_S)

    async def step(self) -> None:
        """Writes only when there is something to do."""
        now_ms = self._clock.now_ms()
        if await self._database.read(lambda tx: _is_due(tx, now_ms)):
            await self._database.write(lambda tx: _step(tx, now_ms), alone=True)


def _is_due(tx: Transaction, now_ms: int) -> bool:
    return bool(tx.rows("rollout.any_open", now_ms=now_ms) or tx.rows("rollout.to_welcome"))


def _step(tx: Transaction, now_ms: int) -> None:
    step_all(tx, now_ms)
    welcome(tx)


def prune(tx: Transaction, now_ms: int) -> None:
    """Commands without an answer end; states, logs, pictures, commands and acts that are old go."""
    expire_orders(tx, now_ms)
    tx.run("upkeep.drop_states", before_ms=now_ms - STATES_DAYS * _DAY_MS)
    tx.run("upkeep.drop_attachments", before_ms=now_ms - ATTACHMENT_DAYS * _DAY_MS)
    tx.run("upkeep.drop_commands", before_ms=now_ms - COMMAND_DAYS * _DAY_MS)
    tx.run("upkeep.drop_audits", before_ms=now_ms - AUDIT_DAYS * _DAY_MS)
