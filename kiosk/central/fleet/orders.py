"""Commands for single machines: numbered, limited in time, and audited."""

from dataclasses import dataclass

from kiosk.central.fleet import audit
from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.rollout import tick
from kiosk.central.ports import Transaction
from kiosk.wire.fleet_api import CommandKind

LIVE_S = 600  #: a hub that is away for longer does not carry it out any more
_ANSWER_MS = 120_000  #: a result may be under way


@dataclass(frozen=True, slots=True)
class Order:
    """A command and what became of it. ``state`` "open": no result yet."""

    number: int
    kind: CommandKind
    target: str
    author: str
    issued_ms: int
    expires_ms: int
    state: str
    detail: str
    done_ms: int
    attachment_kind: str


def give_order(
    tx: Transaction, centre: tuple[int, str], kind: CommandKind, target: str, author: str, now_ms: int
) -> int:
    """``centre``: number and code. The number of the command."""
    now = tick(tx)
    number = int(tx.rows("upkeep.next_command", centre=centre[0], change_no=now, now_s=now_ms // 1000)[0][0])
    tx.run(
        "upkeep.add_command",
        centre=centre[0],
        number=number,
        kind=kind,
        target=target,
        author=author,
        issued_ms=now_ms,
        expires_ms=now_ms + LIVE_S * 1000,
    )
    audit.note(tx, now_ms, author, "ordered", LayerName("centre", centre[1]), f"{kind} {target} #{number}")
    return number


def orders_of(tx: Transaction, centre: int, most: int = 20) -> list[Order]:
    """The newest first."""
    return [Order(*row) for row in tx.rows("upkeep.commands", centre=centre, most=most)]


def expire_orders(tx: Transaction, now_ms: int) -> None:
    """Who did not answer in time, will not."""
    tx.run("upkeep.expire_commands", now_ms=now_ms, answer_until_ms=now_ms - _ANSWER_MS)
