"""Who did what to settings and machines. Kept for two years; nothing changes it."""

import secrets
from dataclasses import dataclass

from kiosk.central.fleet.layer import LayerName
from kiosk.central.ports import Transaction

_MOST = 500


@dataclass(frozen=True, slots=True)
class Act:
    """``centre`` and ``group``: whose scope it is in; both "" for the city."""

    at_ms: int
    author: str
    act: str
    subject: str
    centre: str
    group: str
    detail: str


def note(tx: Transaction, now_ms: int, author: str, act: str, layer: LayerName, detail: str = "") -> None:
    """``act``: a word of the pages' locales, ``audit_…``."""
    tx.run(
        "upkeep.add_audit",
        at_ms=now_ms,
        id=secrets.randbits(40),
        author=author,
        act=act,
        subject=layer.title,
        centre=layer.centre,
        group_id=layer.id if layer.kind == "group" else "",
        detail=detail[:500],
    )


def acts(tx: Transaction, most: int = _MOST) -> list[Act]:
    return [Act(*row) for row in tx.rows("upkeep.audits", most=most)]
