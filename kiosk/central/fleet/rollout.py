"""Brings a version of a layer to the centres, wave by wave, and back when they become ill.

Every change of what a centre is to run with raises the version of its document, also on the way back: a hub never takes
an older number. Whoever changes that holds ``settings_clock`` until the commit, so that workers see changes in order.

Where several layers are under way at one centre, the one that was given last is to blame when it becomes ill. When that
one has gone back, the others are judged by what the centre says of the document without it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from kiosk.central.fleet import audit
from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.layerbook import Conflict, read_layer, read_version
from kiosk.central.fleet.pace import (
    HEARD_S,
    Outcome,
    Reachable,
    Rollout,
    RolloutState,
    is_too_ill,
    next_step,
    waves_of,
)
from kiosk.central.ports import Transaction
from kiosk.config.layers import Tree

log = logging.getLogger(__name__)

USUAL_LIMIT = 2  #: per cent
_PASSED = 1_000  #: versions: more than are given between a backup and its return
Pins = dict[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an admin says when publishing. ``first``: the centre that begins, "" leaves it to central."""

    author: str
    reason: str
    start_ms: int
    limit_percent: int = USUAL_LIMIT
    first: str = ""
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class UnderWay:
    """This layer is being rolled out already."""

    rollout: int


class NothingToPublish:
    """There is no draft."""


def publish(
    tx: Transaction, name: LayerName, revision: int, plan: Plan, now_ms: int
) -> Rollout | Conflict | UnderWay | NothingToPublish:
    """The draft becomes a version and is on its way, or will be at ``start_ms``."""
    tick(tx)
    under_way = tx.rows("rollout.is_open", kind=name.kind, layer=name.id)
    if under_way:
        return UnderWay(under_way[0][0])
    state = read_layer(tx, name)
    if state.revision != revision:
        return Conflict(state)
    if state.draft is None:
        return NothingToPublish()
    version, before = tx.rows("settings.take_draft", kind=name.kind, id=name.id, revision=revision)[0]
    values = {"tree": msgspec.json.encode(state.draft).decode(), "author": plan.author, "reason": plan.reason}
    tx.run("settings.add_version", kind=name.kind, id=name.id, version=version, made_ms=now_ms, **values)
    tx.run("settings.set_head", kind=name.kind, id=name.id, version=version)
    audit.note(tx, now_ms, plan.author, "published", name, plan.reason)
    return _add_rollout(tx, name, (version, before), plan, now_ms)


def _add_rollout(tx: Transaction, name: LayerName, versions: tuple[int, int], plan: Plan, now_ms: int) -> Rollout:
    id_ = tx.rows("rollout.last")[0][0] + 1
    tx.run(
        "rollout.add",
        id=id_,
        kind=name.kind,
        layer=name.id,
        version=versions[0],
        before=versions[1],
        author=plan.author,
        made_ms=now_ms,
        start_ms=max(plan.start_ms, now_ms),
        limit_percent=plan.limit_percent,
    )
    centres = [
        Reachable(number, code, heard_ms >= now_ms - HEARD_S * 1000)
        for number, code, group, heard_ms in tx.rows("rollout.centres")
        if name.concerns(code, group)
    ]
    for wave, members in enumerate(waves_of(centres, id_, plan.first, at_once=plan.at_once)):
        tx.many("rollout.add_target", [{"rollout": id_, "centre": each, "wave": wave} for each in members])
    if plan.start_ms <= now_ms:
        _give_wave(tx, _read(tx, id_), 0, now_ms)
    return _read(tx, id_)


def _read(tx: Transaction, id_: int) -> Rollout:
    return Rollout(*tx.rows("rollout.one", id=id_)[0])


def find(tx: Transaction, id_: int) -> Rollout | None:
    rows = tx.rows("rollout.one", id=id_)
    return Rollout(*rows[0]) if rows else None


def recent(tx: Transaction, most: int = 50) -> list[Rollout]:
    """Those under way first, then the newest."""
    return [Rollout(*row) for row in tx.rows("rollout.recent", most=most)]


def outcomes(tx: Transaction, rollout: Rollout, now_ms: int) -> dict[int, dict[Outcome, int]]:
    """How many centres of each wave fare how."""
    found: dict[int, dict[Outcome, int]] = {}
    for wave, outcome, count in tx.rows("rollout.outcomes", id=rollout.id, heard_since_ms=now_ms - HEARD_S * 1000):
        found.setdefault(wave, {})[outcome] = count
    return found


def pass_versions(tx: Transaction) -> None:
    """Of a database that was put back from a backup: no hub takes a version that it has had."""
    tx.run("rollout.pass_versions", by=_PASSED, change_no=tick(tx))


# --- the watch


def step_all(tx: Transaction, now_ms: int) -> None:
    """Look once at everything that is under way; a transaction of its own."""
    for (id_,) in tx.rows("rollout.any_open", now_ms=now_ms):
        if tx.rows("rollout.lock", id=id_):
            _step(tx, _read(tx, id_), now_ms)


def _step(tx: Transaction, rollout: Rollout, now_ms: int) -> None:
    if rollout.state == "scheduled":
        tick(tx)
        _give_wave(tx, rollout, 0, now_ms)
        return
    fare, waves = outcomes(tx, rollout, now_ms), tx.rows("rollout.waves", id=rollout.id)[0][0]
    step = next_step(
        fare.get(rollout.wave, {}),
        rollout.limit_percent,
        (now_ms - rollout.wave_ms) / 1000,
        is_last=rollout.wave >= waves - 1,
        earlier_ill=any(is_too_ill(fare.get(wave, {}), rollout.limit_percent) for wave in range(rollout.wave)),
        earlier_done=any(fare.get(wave, {}).get("done") for wave in range(rollout.wave)),
    )
    if step == "next":
        tick(tx)
        _give_wave(tx, rollout, rollout.wave + 1, now_ms)
    elif step == "stop":
        _keep_why(tx, rollout)
        go_back(tx, rollout, "", now_ms)
    elif step == "done":
        tick(tx)
        _set_pin(tx, _newcomers(tx, rollout), rollout.name.key, rollout.version)
        _finish(tx, rollout, "done", "", now_ms)


def _keep_why(tx: Transaction, rollout: Rollout) -> None:
    reports = ((centre, msgspec.json.decode(text)) for centre, text in tx.rows("rollout.ill_reports", id=rollout.id))
    rows = [
        {"id": rollout.id, "centre": centre, "why": said.get("detail") or said.get("reason") or said["state"]}
        for centre, said in reports
    ]
    tx.many("rollout.keep_why", rows)


def _give_wave(tx: Transaction, rollout: Rollout, wave: int, now_ms: int) -> None:
    """The caller holds the clock."""
    centres = [row[0] for row in tx.rows("rollout.wave_centres", id=rollout.id, wave=wave)]
    given = _set_pin(tx, centres, rollout.name.key, rollout.version)
    tx.many("rollout.give", [{"id": rollout.id, "centre": each, "version": given[each]} for each in centres])
    tx.run("rollout.set_wave", id=rollout.id, wave=wave, now_ms=now_ms)
    log.info("Rollout %d: wave %d, %d centres", rollout.id, wave + 1, len(centres))


def go_back(tx: Transaction, rollout: Rollout, author: str, now_ms: int) -> None:
    """Where it was given, what was there before is published again; ``author`` "" is central itself."""
    tick(tx)
    centres = [row[0] for row in tx.rows("rollout.given_centres", id=rollout.id)]
    given = _set_pin(tx, centres, rollout.name.key, rollout.before)
    tx.many("rollout.judge_anew", [{"id": rollout.id, "centre": each, "version": given[each]} for each in centres])
    _finish(tx, rollout, "gone_back", author, now_ms)


def cancel(tx: Transaction, rollout: Rollout, author: str, now_ms: int) -> None:
    """One that has not begun."""
    _finish(tx, rollout, "cancelled", author, now_ms)


def _newcomers(tx: Transaction, rollout: Rollout) -> list[int]:
    """Centres that it concerns and that there were not when it was published."""
    targets = {row[0] for row in tx.rows("rollout.target_centres", id=rollout.id)}
    return [
        number
        for number, code, group, _heard_ms in tx.rows("rollout.centres")
        if number not in targets and rollout.name.concerns(code, group)
    ]


def _finish(tx: Transaction, rollout: Rollout, state: RolloutState, author: str, now_ms: int) -> None:
    if state != "done":
        tx.run("settings.set_head", kind=rollout.kind, id=rollout.layer, version=rollout.before)
    tx.run("rollout.finish", id=rollout.id, state=state, author=author, now_ms=now_ms)
    audit.note(tx, now_ms, author, state, rollout.name)
    log.info("Rollout %d: %s", rollout.id, state)


# --- what centres are to run with


def tick(tx: Transaction) -> int:
    return int(tx.rows("rollout.tick")[0][0])


def _set_pin(tx: Transaction, centres: list[int], key: str, version: int) -> dict[int, int]:
    """The new version of each centre's document."""
    now = tx.rows("rollout.clock")[0][0]
    pins: dict[int, Pins] = {
        centre: msgspec.json.decode(text) for centre, text in tx.rows("rollout.pins", centres=centres) if text != "{}"
    }
    if len(pins) < len(centres):
        pins = _heads_of(tx, set(centres) - set(pins)) | pins
    rows = []
    for centre in centres:
        mine = {name: pinned for name, pinned in pins.get(centre, {}).items() if name != key}
        if version:
            mine[key] = version
        rows.append({"centre": centre, "pins": msgspec.json.encode(mine).decode(), "change_no": now})
    tx.many("rollout.set_pins", rows)
    return dict(tx.rows("rollout.versions_of", centres=centres))


def _heads_of(tx: Transaction, centres: set[int]) -> dict[int, Pins]:
    """What holds at centres that were never told anything: without what is just being rolled out."""
    heads = [(LayerName(kind, id_), version) for kind, id_, version in tx.rows("rollout.holding") if version]
    return {
        number: {name.key: head for name, head in heads if name.concerns(code, group)}
        for number, code, group, _heard_ms in tx.rows("rollout.centres")
        if number in centres
    }


def welcome(tx: Transaction) -> None:
    """Centres that came since are told what holds: nothing is published for them alone."""
    fresh = {row[0] for row in tx.rows("rollout.unpinned")}
    told = {centre: pins for centre, pins in _heads_of(tx, fresh).items() if pins} if fresh else {}
    if not told:
        return
    now = tick(tx)
    rows = [{"centre": each, "pins": msgspec.json.encode(p).decode(), "change_no": now} for each, p in told.items()]
    tx.many("rollout.set_pins", rows)


def pinned_trees(tx: Transaction, keys: Iterable[tuple[LayerName, int]]) -> dict[tuple[LayerName, int], Tree]:
    """What these versions of layers say."""
    return {(name, version): read_version(tx, name, version) for name, version in keys}
