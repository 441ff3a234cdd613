"""What a notice has to say at the moment when it is sent, and whether it still has anything to say."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.central.notify.message import Facts
from kiosk.central.notify.notices import Claimed
from kiosk.central.ports import Transaction
from kiosk.wire.common import Text

_SILENT = 2
_RAISED = 2


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Nothing to say any more; ``why`` is for the page."""

    why: str


def facts_of(
    tx: Transaction, notice: Claimed, service_name: Callable[[str], Text], link: str, now_ms: int
) -> Facts | Overtaken:
    """``link`` is left out where nobody is asked to do anything."""
    key = {"centre": notice.incident.centre, "incident": notice.incident.id}
    (row,) = tx.rows("notify.facts", **key)
    kind, stage, since_ms, joined, longest_s, acked_ms, closed_ms, name_vi, name_en, word, people, oldest_ms = row
    was_told = notice.kind != "recovered" or tx.rows("notify.was_told", **key, channel=notice.channel)[0][0] > 0
    why = _overtaken(notice, raised=stage >= _RAISED, acked=acked_ms is not None, closed=closed_ms is not None)
    if why or not was_told:
        return Overtaken(why or "the beginning was never sent")
    longest_now_s = 0 if oldest_ms is None else max(0, now_ms - oldest_ms) // 1000
    return Facts(
        kind=notice.kind,
        centre=Text(vi=name_vi, en=name_en),
        service=service_name(word) if word else Text(vi="", en=""),
        people=people or max(1, joined),
        longest_min=max(longest_s, longest_now_s) // 60,
        since_ms=since_ms,
        now_ms=now_ms,
        link="" if notice.kind == "recovered" or acked_ms is not None else link,
        was_silent=kind == _SILENT,
    )


def _overtaken(notice: Claimed, *, raised: bool, acked: bool, closed: bool) -> str:
    if notice.kind == "recovered":
        return ""
    if closed:
        return "it had ended before this could be sent"
    if notice.kind == "early" and raised:
        return "the warning itself was raised before this could be sent"
    return "somebody had taken it on before this could be sent" if notice.kind == "escalated" and acked else ""
