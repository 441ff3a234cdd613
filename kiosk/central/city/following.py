"""Follows what the city's own system says about dossiers: where it can be, otherwise it is set aside with the reason.

1. What was said before, or is older than what was said last, changes nothing, however often it comes.
2. A status is followed when it can be reached from the one that is known (``kiosk.dossier.status``); steps that were
   taken there without being told are left out.
3. A code that is unknown here is noted for the reconciliation and set aside.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.central.city.ports import Said
from kiosk.central.city.statuses import StatusWords, read_moment
from kiosk.central.dossiers.parts import columns, note_change, read
from kiosk.central.ports import Transaction
from kiosk.dossier.code import read_code
from kiosk.dossier.deadline import WorkCalendar
from kiosk.dossier.dossier import MAX_REASON, NotAllowed, follow
from kiosk.dossier.form import tidy
from kiosk.dossier.status import Status

BY = "system"
FOLLOWED = "city"  #: act of the change


@dataclass(frozen=True, slots=True)
class Followed:
    """How many of each."""

    changed: int = 0
    known: int = 0
    aside: int = 0


@dataclass(frozen=True, slots=True)
class Following:
    words: StatusWords
    calendar: WorkCalendar

    def take(self, tx: Transaction, said: Iterable[Said], now_ms: int, *, again: bool = False) -> Followed:
        """In the order of the moments that it names, so that two lines about one dossier do not change places.

        ``again``: what was said last may be followed although it is known.
        """
        total = Followed()
        for each in sorted(said, key=lambda line: read_moment(line.at) or now_ms):
            why = self._follow(tx, each, now_ms, again)
            if why:
                _set_aside(tx, each, why, now_ms)
            total = replace(
                total,
                changed=total.changed + (why == ""),
                known=total.known + (why is None),
                aside=total.aside + bool(why),
            )
        return total

    def try_again(self, tx: Transaction, line: str, now_ms: int) -> bool:
        """A line that was set aside; the list of words may know it now. False: there is no such line."""
        rows = tx.rows("city.take_aside", id=line)
        if rows:
            self.take(tx, [Said(*rows[0])], now_ms, again=True)
        return bool(rows)

    def _follow(self, tx: Transaction, said: Said, now_ms: int, again: bool) -> str | None:
        """ "" when it changed something, None when it was known, else a key of the words: why not."""
        code, status = read_code(said.code), self.words.read(said.status)
        at_ms = read_moment(said.at) if said.at.strip() else now_ms
        if code is None:
            return "no_code"
        if status is None:
            return "unknown_status"
        if at_ms is None or at_ms > now_ms + _AHEAD_MS:
            return "no_moment"
        if _is_known(tx, code.text, status, at_ms if said.at.strip() else None, again):
            return None
        return self._change(tx, code.text, status, said, at_ms, now_ms)

    def _change(self, tx: Transaction, code: str, status: Status, said: Said, at_ms: int, now_ms: int) -> str | None:
        tx.run(
            "city.note_said",
            code=code,
            status=status.value,
            local_status=tidy(said.status)[:200],
            at_ms=at_ms,
            seen_ms=now_ms,
        )
        tx.rows("dossiers.lock_changes")
        rows = tx.rows("dossiers.open_for_change", code=code)
        if not rows:
            return "unknown_dossier"
        dossier = read(rows[0][0])
        changed = follow(dossier, status, at_ms, BY, tidy(said.note)[:MAX_REASON], self.calendar)
        if isinstance(changed, NotAllowed):
            return "not_now"
        if changed is dossier:
            return None
        tx.run("dossiers.change", **columns(changed))
        note_change(tx, changed, FOLLOWED)
        return ""


def _is_known(tx: Transaction, code: str, status: Status, at_ms: int | None, again: bool) -> bool:
    """``at_ms`` None: nobody said when."""
    known = tx.rows("city.said", code=code)
    if not known:
        return False
    if at_ms is not None and known[0][1] != at_ms:
        return bool(known[0][1] > at_ms)
    return bool(known[0][0] == status) and not again


def _set_aside(tx: Transaction, said: Said, why: str, now_ms: int) -> None:
    text = "\0".join((said.code, said.status, said.at, said.note))
    tx.run(
        "city.set_aside",
        id=hashlib.sha256(text.encode(errors="replace")).hexdigest(),
        origin=_kept(said.origin),
        code=_kept(said.code),
        local_status=_kept(said.status),
        said_at=_kept(said.at),
        note=_kept(said.note),
        why=why,
        seen_ms=now_ms,
    )


def _kept(text: str) -> str:
    """PostgreSQL has no text with a NUL in it."""
    return tidy(text)[:300]


_AHEAD_MS = 10 * 60 * 1000  #: a clock there may run that far ahead
