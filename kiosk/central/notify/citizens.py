"""Citizens who agreed are told of every change of their dossier, by SMS and by e-mail, each a consumer of its own.

1. Only what was agreed to counts, and not any more when somebody used the link to stop.
2. Of changes that follow each other quickly, or come at night, only the newest is told.
3. Nobody is told outside of the hours, nor more often than the limit: it waits until it may be told.
4. The log and the database know the change and how it ended; the number and the address only what is sealed.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from kiosk.central.city.deliveries import (
    Claimed,
    Later,
    NotNeeded,
    NotReached,
    Outcome,
    RefusedThere,
    Told,
    claim,
    read_changes,
    settle,
    start_reading,
)
from kiosk.central.dossiers.parts import Sealed, read
from kiosk.central.dossiers.showing import unsealed
from kiosk.central.notify.citizen_message import News, ToCitizen, email_to, sms_to
from kiosk.central.notify.gateways import Gateway, gateway_at
from kiosk.central.notify.keys import STOP_LINKS, LinkKey
from kiosk.central.notify.lane import THREADS, Lane
from kiosk.central.notify.links import NUMBER_BITS, sign
from kiosk.central.notify.message import Message
from kiosk.central.notify.notices import Ended, NoticeState
from kiosk.central.ports import Database, Transaction
from kiosk.central.sealing import Seal, SealBroken
from kiosk.clock import VIETNAM, Clock, local, to_ms
from kiosk.config.exchange import CitizenNotice
from kiosk.dossier.status import Status
from kiosk.errors import ConfigError
from kiosk.web.i18n import Language, Words

log = logging.getLogger(__name__)

ROUND_S = 5.0
TRIES = 12  #: some two hours; a number that takes nothing until then is given up
LINK_DAYS = 60
_DAY_MS = 24 * 3600 * 1000
OLD_MS = 3 * _DAY_MS  #: after a long fault, or when this was turned off for a while, nobody is told of the past
Way = Literal["sms", "email"]


@dataclass(frozen=True, slots=True)
class CitizenGateway:
    """``template``: a URL of Apprise or SMPP in which ``{to}`` stands for the number or the address."""

    template: str

    def send(self, message: Message) -> Ended:
        assert isinstance(message, ToCitizen)  # nothing else is given to it
        url = self.template.replace("{to}", quote(message.to, safe=""))
        return gateway_at(url, "dossiers.notice").send(message)


def open_gateway(path: Path, place: str, example: str) -> Gateway:
    """Raises ConfigError, without the URL."""
    try:
        template = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"`{place}`: {path} cannot be read: {type(error).__name__}") from error
    if "{to}" not in template:
        raise ConfigError(f"`{place}`: expected {{to}} where the number or the address belongs")
    gateway_at(template.replace("{to}", quote(example, safe="")), f"`{place}`")
    return CitizenGateway(template)


@dataclass(frozen=True, slots=True)
class Desk:
    """What both ways share. ``root``: how people reach central, for the link; "" when there is none to give."""

    database: Database
    clock: Clock
    seal: Seal
    config: CitizenNotice
    words: Mapping[Language, Words]
    root: str


@dataclass(frozen=True, slots=True)
class _Ready:
    message: ToCitizen


class CitizenNotices:
    """One way. Use it on one event loop."""

    def __init__(self, desk: Desk, way: Way, gateway: Gateway) -> None:
        self._desk, self.way = desk, way
        self._lane = Lane(f"citizens-{way}", gateway, desk.config.limit_s)
        self._key = LinkKey(desk.database, STOP_LINKS)

    async def run(self) -> None:
        """For ever. Raises StoreUnavailable."""
        await self.begin()
        while True:
            if await self.round() == 0:
                await asyncio.sleep(ROUND_S)

    async def begin(self) -> None:
        """Who turns this on does not tell of the past."""
        await self._desk.database.write(lambda tx: start_reading(tx, self.way, from_now=True))

    async def round(self) -> int:
        """Send what is due; how much there was to do."""
        now_ms, database, way = self._desk.clock.now_ms(), self._desk.database, self.way
        delay_ms = 1000 * self._desk.config.delay_s
        new = await database.write(lambda tx: read_changes(tx, way, now_ms, delay_ms), alone=True)
        most = min(THREADS, self._lane.free)
        claimed = await database.write(lambda tx: claim(tx, way, most, now_ms), alone=True) if most > 0 else []
        await asyncio.gather(*(self._deliver(each) for each in claimed))
        return new + len(claimed)

    async def _deliver(self, claimed: Claimed) -> None:
        now_ms, key = self._desk.clock.now_ms(), await self._key.get()
        ready = await self._desk.database.write(lambda tx: self._ready(tx, claimed, key, now_ms))
        outcome = await self._send(ready.message, claimed.tries) if isinstance(ready, _Ready) else ready
        done_ms = self._desk.clock.now_ms()
        state = await self._desk.database.write(lambda tx: settle(tx, self.way, claimed, outcome, done_ms))
        fields = {"way": self.way, "change": claimed.number, "tries": claimed.tries, "state": state.name.lower()}
        problem = getattr(outcome, "problem", "")
        log.log(
            logging.WARNING if problem else logging.INFO, "A message to a citizen: %s", problem or "ok", extra=fields
        )

    async def _send(self, message: ToCitizen, tries: int) -> Outcome:
        self._lane.take()
        ended = await self._lane.send(message)
        if ended.state is NoticeState.SENT:
            return Told()
        return RefusedThere(ended.problem) if tries >= TRIES else NotReached(ended.problem)

    def _ready(self, tx: Transaction, claimed: Claimed, key: bytes, now_ms: int) -> "_Ready | Outcome":
        """The message as it has to be now, or why there is none."""
        rows, changes = tx.rows("dossiers.open", code=claimed.code), tx.rows("deliveries.change", number=claimed.number)
        if not rows or not changes:
            return NotNeeded("the dossier is not kept any more")
        if tx.rows("deliveries.is_overtaken", consumer=self.way, code=claimed.code, number=claimed.number):
            return NotNeeded("a newer change follows")
        if changes[0][0] < now_ms - OLD_MS:
            return NotNeeded("this is no news any more")
        dossier = read(rows[0][0])
        try:
            content = unsealed(self._desk.seal, dossier.code, rows[0][3])
        except SealBroken:
            return RefusedThere("what is sealed here cannot be opened with this key")
        to = self._to(content)
        link, stopped = self._link(tx, dossier.code, key, now_ms) if to else ("", False)
        if not to or stopped:
            return NotNeeded("nobody agreed to be told")
        if later := self._not_yet(tx, claimed.code, now_ms):
            return later
        news = News(dossier.code, changes[0][1], Status(changes[0][2]), dossier.due_ms, link)
        compose = sms_to if self.way == "sms" else email_to
        return _Ready(compose(to, news, self._desk.words, content.contact.language))

    def _to(self, content: Sealed) -> str:
        """ "" when that way was not agreed to, or there is no address."""
        if self.way == "email":
            return content.applicant.email if content.contact.email else ""
        return international(content.applicant.phone) if content.contact.sms else ""

    def _link(self, tx: Transaction, code: str, key: bytes, now_ms: int) -> tuple[str, bool]:
        tx.run("citizens.put_link", code=code, id=secrets.randbits(NUMBER_BITS))
        number, stopped_ms = tx.rows("citizens.link", code=code)[0]
        token = sign(key, number, now_ms + LINK_DAYS * _DAY_MS)
        return (f"{self._desk.root}/o/{token}" if self._desk.root else ""), stopped_ms is not None

    def _not_yet(self, tx: Transaction, code: str, now_ms: int) -> Later | None:
        opens_ms = opening_ms(self._desk.config, now_ms)
        if opens_ms > now_ms:
            return Later(opens_ms)
        told = tx.rows("deliveries.told_to", consumer=self.way, code=code, since_ms=now_ms - _DAY_MS)[0][0]
        return Later(now_ms + _DAY_MS // 4) if told >= self._desk.config.per_day else None


def opening_ms(config: CitizenNotice, now_ms: int) -> int:
    """``now_ms`` inside of the hours, else when they begin the next time."""
    now = local(now_ms)
    minute = now.hour * 60 + now.minute
    if config.hours.start_min <= minute < config.hours.end_min:
        return now_ms
    midnight = datetime(now.year, now.month, now.day, tzinfo=VIETNAM)
    next_day = timedelta(days=int(minute >= config.hours.end_min))
    return to_ms(midnight + next_day + timedelta(minutes=config.hours.start_min))


def international(phone: str) -> str:
    """0901234567 as SMS gateways want it: 84901234567; "" for what is no number."""
    return f"84{phone[1:]}" if phone.startswith("0") and phone.isdecimal() else ""


def stop(tx: Transaction, number: int, now_ms: int) -> str:
    """The code of the dossier about which nobody is told any more; "" for a link that stands for none."""
    rows = tx.rows("citizens.by_link", id=number)
    tx.run("citizens.stop", id=number, now_ms=now_ms)
    return str(rows[0][0]) if rows else ""
