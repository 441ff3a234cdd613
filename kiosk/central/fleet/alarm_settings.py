"""What published settings say for central itself: when a wait is too long, and which channel is told of what.

``central.toml`` stays below them, with the addresses. A threshold holds for the centres of its layer, the nearest one
wins; channels are those of the city's layer.
"""

import asyncio
import logging

import msgspec

from kiosk.central.alarms.parts import Rules
from kiosk.central.alarms.watch import Watch
from kiosk.central.fleet.layer import KINDS, LayerName
from kiosk.central.fleet.layerbook import read_version
from kiosk.central.ports import Database, Transaction
from kiosk.config.layers import Tree
from kiosk.config.parts import decode_value
from kiosk.config.settings import ChannelSettings
from kiosk.config.settings import Patience as Said
from kiosk.config.warning import Channel, Patience

log = logging.getLogger(__name__)

LOOK_S = 5.0


class AlarmSettings:
    """Gives the watch new rules when what is published changes."""

    def __init__(self, database: Database, watch: Watch, base: Rules) -> None:
        self._database, self._watch, self._base = database, watch, base
        self._used = base

    async def run(self) -> None:
        """Never returns; a task of the process. StoreUnavailable."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        rules = await self._database.read(lambda tx: read_rules(tx, self._base))
        if rules != self._used:
            self._used = rules
            self._watch.use(rules)
            log.info("The thresholds and channels of warnings have changed")


def read_rules(tx: Transaction, base: Rules) -> Rules:
    said = [(LayerName(kind, id_), version) for kind, id_, version in tx.rows("rollout.holding") if version]
    trees = {name: read_version(tx, name, version) for name, version in said}
    patience = _patience(tx, base, {name: tree["warning"] for name, tree in trees.items() if tree.get("warning")})
    warnings = msgspec.structs.replace(base.warnings, patience=(*patience, *base.warnings.patience))
    told = trees.get(LayerName("city"), {}).get("channels", [])
    return Rules(warnings, tuple(_channels(base.channels, told)), base.pace)


def _patience(tx: Transaction, base: Rules, said: dict[LayerName, Tree]) -> list[Patience]:
    """One for each centre that a layer says something of; the layers of a centre add up."""
    if not said:
        return []
    layers = sorted(said, key=lambda name: KINDS.index(name.kind))
    found: dict[tuple[int, int], list[str]] = {}
    for _number, code, group, _heard_ms in tx.rows("rollout.centres"):
        mine = {"threshold_min": base.warnings.threshold_min, "early_min": base.warnings.early_min}
        concerned = [name for name in layers if name.concerns(code, group)]
        for name in concerned:
            mine |= {key: value for key, value in said[name].items() if value is not None}
        if concerned:
            limits = msgspec.convert(mine, Said)
            found.setdefault((limits.threshold_min, limits.early_min), []).append(code)
    return [
        Patience(centres=tuple(codes), threshold_min=threshold, early_min=early)
        for (threshold, early), codes in found.items()
    ]


def _channels(base: tuple[Channel, ...], told: list[Tree]) -> list[Channel]:
    said = {each["id"]: msgspec.convert(each, ChannelSettings, dec_hook=decode_value) for each in told}
    return [_channel(each, said.get(each.name)) for each in base if each.name not in said or said[each.name].on]


def _channel(base: Channel, said: ChannelSettings | None) -> Channel:
    if said is None:
        return base
    changed = {name: getattr(said, name) for name in ("kinds", "level", "hours", "days", "language")}
    return msgspec.structs.replace(base, **{name: value for name, value in changed.items() if value is not None})
