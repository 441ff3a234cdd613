"""Looks every second, in each worker, whether somebody waits too long. What is found is decided in the database."""

import asyncio
import logging
from dataclasses import replace

from kiosk.central.alarms.opening import (
    IncidentHasJustEnded,
    are_silent,
    is_nobody_heard,
    is_ticket_due,
    look_at_tickets,
    open_silent,
)
from kiosk.central.alarms.parts import Happened, Rules
from kiosk.central.alarms.rules import is_listened_for
from kiosk.central.alarms.standing import is_step_due, take_steps
from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock, pace_of
from kiosk.errors import StoreUnavailable

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
#: More than clocks are slewed by, and less than anybody waits for.
_SET_S = 5.0
#: Workers look every second; two that notice within this have noticed the same.
_ONCE_MS = 10_000
#: A hub that could not reach central for long tries again within five minutes (kiosk.hub.sync.pace).
_RETURN_S = 330.0
_WORDS = {
    "early": "People wait almost too long",
    "raised": "People wait too long",
    "escalated": "Nobody has taken it on yet",
    "recovered": "It ended",
    "silent": "A centre is not heard from",
}


class Watch:
    """``look`` once, or ``run`` until cancelled. Use it on one event loop."""

    def __init__(self, database: Database, clock: Clock, rules: Rules) -> None:
        self._database, self._clock = database, clock
        self._pace = pace_of(clock)
        self._rules = replace(rules, pace=self._pace)
        self._last = (clock.now_ms(), clock.monotonic_s())
        self._listening_from_s, self._is_cut_off = clock.monotonic_s(), False

    def use(self, rules: Rules) -> None:
        """From the next look on."""
        self._rules = replace(rules, pace=self._pace)

    async def run(self) -> None:
        await self._begin()
        while True:
            try:
                await self.look()
            except (StoreUnavailable, IncidentHasJustEnded):
                log.info("A look for late tickets has to be repeated")
            except Exception:
                log.exception("A look for late tickets failed; trying again")
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> list[Happened]:
        """What happened; raises StoreUnavailable, IncidentHasJustEnded."""
        await self._follow_clock()
        now_ms, rules, listening = self._clock.now_ms(), self._rules, await self._is_listening()
        if not await self._database.read(lambda tx: _is_work(tx, rules, now_ms, listening=listening)):
            return []
        happened = await self._database.write(lambda tx: _look(tx, rules, now_ms, listening=listening), alone=True)
        for each in happened:
            log.log(
                logging.INFO if each.kind == "recovered" else logging.WARNING,
                _WORDS[each.kind],
                extra={"centre": each.centre, "service": each.service, "incident": each.incident, "told": each.told},
            )
        return happened

    async def _begin(self) -> None:
        """Thresholds may have been changed while nobody looked."""
        try:
            await self._database.write(lambda tx: tx.run("alarms.look_all_again"))
        except StoreUnavailable:
            log.warning("Late tickets keep the thresholds that they had: the database does not answer")

    async def _is_listening(self) -> bool:
        """Long enough that a centre which is silent is so by itself.

        After a start all hubs need time to come back. Where nobody at all is heard, it is central's own line that is
        down, or a holiday: thousands of messages would help nobody, and the hubs need the same time afterwards.
        """
        now_ms, now_s, rules = self._clock.now_ms(), self._clock.monotonic_s(), self._rules
        if not is_listened_for(rules.warnings, now_ms):
            return False
        was_cut_off, self._is_cut_off = (
            self._is_cut_off,
            await self._database.read(lambda tx: is_nobody_heard(tx, rules, now_ms)),
        )
        if self._is_cut_off:
            self._listening_from_s = now_s
            if not was_cut_off:
                log.error("No centre at all is heard: is this machine's own line down?")
        return now_s - self._listening_from_s >= max(_RETURN_S, rules.warnings.silent_s / self._pace)

    async def _follow_clock(self) -> None:
        """A clock that is set forward must not make everybody late.

        What was stamped before is moved along, by the first worker that notices. After a clock was set back, what was
        stamped before looks younger than it is: an alarm comes late then, never too early. When centres were heard is
        set back too: else what they said would be believed for as long as the clock was ahead.
        """
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        (before_ms, before_s), self._last = self._last, (now_ms, now_s)
        by_ms = now_ms - before_ms - int(1000 * self._pace * (now_s - before_s))
        if abs(by_ms) < 1000 * _SET_S * self._pace:
            return
        log.error("This machine's clock was set by %d s", by_ms // 1000)
        self._listening_from_s = now_s
        if by_ms > 0:
            await self._database.write(lambda tx: _move_along(tx, by_ms, before_ms), alone=True)
        else:
            await self._database.write(lambda tx: tx.run("alarms.heard_ahead", by_ms=by_ms, now_ms=now_ms))


def _is_work(tx: Transaction, rules: Rules, now_ms: int, *, listening: bool) -> bool:
    """Whether a look would change anything. It only reads: a quiet second writes nothing to the disk."""
    return (
        is_ticket_due(tx, rules, now_ms)
        or is_step_due(tx, rules, now_ms)
        or (listening and bool(are_silent(tx, rules, now_ms)))
    )


def _look(tx: Transaction, rules: Rules, now_ms: int, *, listening: bool) -> list[Happened]:
    happened = look_at_tickets(tx, rules, now_ms) + take_steps(tx, rules, now_ms)
    return happened + (open_silent(tx, rules, now_ms) if listening else [])


def _move_along(tx: Transaction, by_ms: int, before_ms: int) -> None:
    """Once, although every worker on this machine notices."""
    now_ms = before_ms + by_ms
    around = {name: _stamp(now_ms + off_ms) for name, off_ms in (("now", 0), ("since", -_ONCE_MS), ("until", _ONCE_MS))}
    if tx.run("alarms.claim_clock_set", **around) == 0:
        return
    tx.run("alarms.clock_set_forward", by_ms=by_ms, before_ms=before_ms)
    tx.run("alarms.heard_before_set", by_ms=by_ms, before_ms=before_ms)


def _stamp(at_ms: int) -> bytes:
    """In the order of time when compared byte by byte."""
    return f"{max(at_ms, 0):015d}".encode()
