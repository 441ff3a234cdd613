"""Sends what is to be told, every second, in each worker; the lease of a notice says which worker sends it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.central.notify.facts import Overtaken, facts_of
from kiosk.central.notify.gateways import Gateway
from kiosk.central.notify.keys import LinkKey
from kiosk.central.notify.lane import Lane
from kiosk.central.notify.links import Links
from kiosk.central.notify.message import Message, compose, service_words
from kiosk.central.notify.notices import Claimed, Ended, NoticeState, claim, settle, waiting_channels
from kiosk.central.ports import Database
from kiosk.clock import Clock
from kiosk.config.warning import Notify
from kiosk.errors import StoreUnavailable
from kiosk.web.i18n import Language, Words
from kiosk.wire.common import Text

log = logging.getLogger(__name__)

ROUND_S = 1.0
_SPARE_S = 30  #: of the lease beyond the time limit: for the database
_GONE = Ended(NoticeState.NOT_NEEDED, "this channel is no longer configured")


@dataclass(frozen=True, slots=True)
class Ways:
    """``gateways`` by the names of the channels; ``root``: the address of central, for the links.

    ``service_name``: what people call a service, by its id.
    """

    notify: Notify
    gateways: Mapping[str, Gateway]
    words: Mapping[Language, Words]
    root: str
    service_name: Callable[[str], Text] = service_words


class Courier:
    """``round`` once, or ``run`` until cancelled. Use it on one event loop."""

    def __init__(self, database: Database, clock: Clock, ways: Ways) -> None:
        self._database, self._clock, self._ways, self._key = database, clock, ways, LinkKey(database)
        self._channels = {channel.name: channel for channel in ways.notify.channels}
        self._lanes = {name: Lane(name, gateway, ways.notify.limit_s) for name, gateway in ways.gateways.items()}
        self._lease_s = ways.notify.limit_s + _SPARE_S
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        try:
            while True:
                try:
                    await self.round()
                except StoreUnavailable:
                    log.warning("Notices wait: the database does not answer")
                except Exception:
                    log.exception("Notices could not be looked at; trying again")
                await asyncio.sleep(ROUND_S)
        finally:
            for task in self._sending:
                task.cancel()

    async def round(self) -> None:
        """Claim what is due and begin to send it. Raises StoreUnavailable."""
        now_ms, lease_s = self._clock.now_ms(), self._lease_s
        for name in sorted(await self._database.read(lambda tx: waiting_channels(tx, now_ms, lease_s))):
            lane = self._lanes.get(name)
            most = lane.free if lane else 100
            if most > 0:
                await self._begin(name, most)

    async def settled(self) -> None:
        """When everything that was begun has ended."""
        while self._sending:
            await asyncio.gather(*self._sending)

    async def _begin(self, channel: str, most: int) -> None:
        now_ms = self._clock.now_ms()
        lane = self._lanes.get(channel)
        for notice in await self._database.write(lambda tx: claim(tx, channel, most, self._lease_s, now_ms)):
            if lane is not None:
                lane.take()
            task = asyncio.create_task(self._deliver(notice))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _deliver(self, notice: Claimed) -> None:
        try:
            lane = self._lanes.get(notice.channel)
            ended = _GONE if lane is None else await self._send(notice, lane)
            now_ms = self._clock.now_ms()
            noted = await self._database.write(lambda tx: settle(tx, notice, ended, now_ms))
        except StoreUnavailable:
            return  # its lease ends, and it is tried again
        except Exception:
            log.exception("A notice could not be sent; it is tried again when its lease ends")
            return
        _tell_log(notice, noted)

    async def _send(self, notice: Claimed, lane: Lane) -> Ended:
        try:
            message = await self._compose(notice)
        except BaseException:
            lane.give_back()
            raise
        if isinstance(message, Overtaken):
            lane.give_back()
            return Ended(NoticeState.NOT_NEEDED, message.why)
        return await lane.send(message)

    async def _compose(self, notice: Claimed) -> Message | Overtaken:
        now_ms = self._clock.now_ms()
        link = Links(self._ways.root, await self._key.get()).url(
            notice.id, now_ms + 3_600_000 * self._ways.notify.link_h
        )
        name = self._ways.service_name
        facts = await self._database.read(lambda tx: facts_of(tx, notice, name, link, now_ms))
        if isinstance(facts, Overtaken):
            return facts
        return compose(facts, self._channels[notice.channel], self._ways.words)


_SAID = {
    NoticeState.WAITING: (logging.WARNING, "A notice could not be sent; trying again"),
    NoticeState.SENT: (logging.INFO, "A notice was sent"),
    NoticeState.GIVEN_UP: (logging.ERROR, "A notice could not be sent and is given up"),
    NoticeState.NOT_NEEDED: (logging.INFO, "A notice is no longer needed"),
}


def _tell_log(notice: Claimed, ended: Ended) -> None:
    level, sentence = _SAID[ended.state]
    fields = {"channel": notice.channel, "kind": notice.kind, "incident": notice.incident.id, "tries": notice.tries}
    log.log(level, sentence, extra=fields | ({"problem": ended.problem} if ended.problem else {}))
