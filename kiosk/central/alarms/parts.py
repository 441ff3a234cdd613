"""What the jobs of a look share."""

from dataclasses import dataclass

from kiosk.central.alarms.rules import TRUSTED_S
from kiosk.central.notify.channels import told
from kiosk.central.notify.notices import Incident, make_notices
from kiosk.central.ports import Transaction
from kiosk.config.warning import Channel, NoticeKind, Warnings


@dataclass(frozen=True, slots=True)
class Rules:
    """``pace``: of a pretended clock. A hub speaks every 30 s of the real one."""

    warnings: Warnings
    channels: tuple[Channel, ...]
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """A centre: its number in the database, its id and its group."""

    number: int
    code: str
    group: str

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.group


@dataclass(frozen=True, slots=True)
class Happened:
    """For the log. ``told``: how many channels get a notice."""

    kind: NoticeKind
    centre: str
    service: str
    incident: int
    told: int


def heard_since_ms(rules: Rules, now_ms: int) -> int:
    """A hub that spoke later than this can be believed: its line is up."""
    return now_ms - int(1000 * TRUSTED_S * rules.pace)


def tell(tx: Transaction, rules: Rules, place: Place, incident: int, news: tuple[NoticeKind, int], now_ms: int) -> int:
    """Make the notices for ``news`` (kind and level); how many channels are told."""
    channels = told(rules.channels, *news, place.key, now_ms)
    make_notices(tx, Incident(place.number, incident), channels, news, now_ms)
    return len(channels)
