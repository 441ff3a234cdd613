"""What a new version of a procedure changes, and the version as it holds after somebody has reviewed it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from kiosk.dossier.procedures import Fact, Paper, Procedure

#: The facts that can be confirmed, by their field.
FACTS = ("code", "online_level", "time", "fee", "papers")


@dataclass(frozen=True, slots=True)
class Difference:
    """``part``: a field of ``Procedure``. A line each; empty: there was, or is, nothing."""

    part: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences(before: Procedure | None, after: Procedure) -> tuple[Difference, ...]:
    """In the order of the record; of a new procedure everything. How sure something is does not count as one."""
    then, now = _lines(before) if before else {}, _lines(after)
    return tuple(Difference(part, then.get(part, ()), now[part]) for part in now if now[part] != then.get(part, ()))


def reviewed(version: Procedure, by: str, effective_from: int, confirmed: Iterable[str] = ()) -> Procedure:
    """``confirmed``: facts that the reviewer has compared with the law. Raises ValueError for what is no fact."""
    names = set(confirmed)
    if names - set(FACTS):
        raise ValueError(f"{', '.join(sorted(names - set(FACTS)))}: expected some of {', '.join(FACTS)}")
    facts: dict[str, Any] = {name: _confirmed(getattr(version, name), by) for name in names}
    return msgspec.structs.replace(version, reviewed_by=by, effective_from=effective_from, **facts)


def _confirmed(fact: Fact[Any], by: str) -> Fact[Any]:
    return msgspec.structs.replace(fact, confidence="verified", sources=(*fact.sources, by))


def _lines(version: Procedure) -> dict[str, tuple[str, ...]]:
    time, fee = version.time.value, version.fee.value
    texts: dict[str, list[str | None]] = {
        "name": [version.name],
        "field": [version.field],
        "agency": [version.agency],
        "online_level": [version.online_level.value],
        "time": [time.text, None if time.days is None else f"{time.days} {time.unit or ''}".strip()],
        "fee": [fee.text, *(f"{vnd} đ" for vnd in (fee.vnd_direct, fee.vnd_online) if vnd is not None)],
        "exempt": [fee.exempt],
        "papers": [_paper_line(paper) for paper in version.papers.value],
        "result": [version.result],
        "notes": [version.notes],
    }
    return {part: tuple(line for line in lines if line) for part, lines in texts.items()}


def _paper_line(paper: Paper) -> str:
    marks = [paper.quantity, "xuất trình" if paper.how == "show" else "", "" if paper.required else "nếu có"]
    said = ", ".join(mark for mark in marks if mark and mark != "0")
    return f"{paper.name} ({said})" if said else paper.name
