"""Open incidents take their next step: escalated, calm, closed. Jobs of one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.central.alarms.parts import Happened, Place, Rules, heard_since_ms, tell
from kiosk.central.alarms.rules import Kind, Stage, Standing, Step, next_step
from kiosk.central.notify.channels import is_always_on_call, told, top_level
from kiosk.central.notify.notices import Incident, channels_asked, channels_told, make_notices
from kiosk.central.ports import Transaction
from kiosk.clock import day_of
from kiosk.config.warning import Channel, NoticeKind

_LONGER_S = 60  #: how much longer a wait must be to be worth writing down


@dataclass(frozen=True, slots=True)
class _Open:
    place: Place
    id: int
    word: str
    longest_s: int
    oldest_ms: int | None  #: issue of the ticket that has waited longest
    now: Standing

    def step(self, rules: Rules, now_ms: int) -> Step:
        return next_step(self.now, rules.warnings, top_level(rules.channels, self.place.key), now_ms)

    def waited_s(self, now_ms: int) -> int:
        return 0 if self.oldest_ms is None else max(0, now_ms - self.oldest_ms) // 1000

    @property
    def news(self) -> NoticeKind | None:
        """What is to be told to somebody who comes on call now; None where there is nothing to do for them."""
        if self.now.acked_ms is not None:
            return None
        if self.now.kind is Kind.SILENT:
            return "silent"
        return "raised" if self.now.stage is Stage.OVER and self.now.trusted and self.now.near else None

    def is_longer(self, now_ms: int) -> bool:
        return self.now.trusted and self.waited_s(now_ms) >= self.longest_s + _LONGER_S


def is_step_due(tx: Transaction, rules: Rules, now_ms: int) -> bool:
    return any(
        each.is_longer(now_ms) or each.step(rules, now_ms) != "keep" or _who_came_on_call(tx, each, rules, now_ms)
        for each in _all_open(tx, rules, now_ms)
    )


def take_steps(tx: Transaction, rules: Rules, now_ms: int) -> list[Happened]:
    happened = []
    for each in _all_open(tx, rules, now_ms):
        step = each.step(rules, now_ms)
        if step == "keep":
            happened += _tell_who_came_on_call(tx, each, rules, now_ms)
        if (step == "keep" and not each.is_longer(now_ms)) or not _is_ours(tx, each):
            continue
        if each.is_longer(now_ms):
            _run(tx, "alarms.note_longest", each, longest_s=each.waited_s(now_ms))
        if step in ("calm", "stir"):
            _run(tx, f"alarms.{step}", each, **({"now_ms": now_ms} if step == "calm" else {}))
        if step == "escalate":
            happened += _escalate(tx, each, rules, now_ms)
        if step == "close":
            happened += _close(tx, each, rules, now_ms)
        if step == "forget":
            _run(tx, "alarms.close", each, now_ms=now_ms)
    return happened


def _all_open(tx: Transaction, rules: Rules, now_ms: int) -> Iterator[_Open]:
    day = day_of(now_ms)
    for row in sorted(tx.rows("alarms.standing", heard_since_ms=heard_since_ms(rules, now_ms), day=day)):
        centre, incident, code, group, word, kind, stage, raised_ms, acked_ms, level, calm_ms, *rest = row
        longest_s, trusted, near, oldest_ms, opened_ms = rest
        is_of_today = day_of(opened_ms) >= day  # later: the clock was set back
        now = Standing(Kind(kind), Stage(stage), raised_ms, acked_ms, level, calm_ms, near, bool(trusted), is_of_today)
        yield _Open(Place(centre, code, group), incident, word, longest_s, oldest_ms, now)


def _is_ours(tx: Transaction, each: _Open) -> bool:
    return bool(tx.rows("alarms.lock_incident", centre=each.place.number, id=each.id))


def _run(tx: Transaction, query: str, each: _Open, **values: int) -> bool:
    return tx.run(query, centre=each.place.number, id=each.id, **values) == 1


def _who_came_on_call(tx: Transaction, each: _Open, rules: Rules, now_ms: int) -> list[Channel]:
    """Since it was raised: perhaps nobody was there to hear of it."""
    if each.news is None or all(is_always_on_call(channel) for channel in rules.channels):
        return []
    on_call = told(rules.channels, each.news, each.now.level, each.place.key, now_ms)
    late = [channel for channel in on_call if not is_always_on_call(channel)]
    before = channels_asked(tx, Incident(each.place.number, each.id)) if late else frozenset()
    return [channel for channel in late if channel.name not in before]


def _tell_who_came_on_call(tx: Transaction, each: _Open, rules: Rules, now_ms: int) -> list[Happened]:
    channels = _who_came_on_call(tx, each, rules, now_ms)
    if not channels or each.news is None:
        return []
    make_notices(tx, Incident(each.place.number, each.id), channels, (each.news, each.now.level), now_ms)
    return [Happened(each.news, each.place.code, each.word, each.id, len(channels))]


def _escalate(tx: Transaction, each: _Open, rules: Rules, now_ms: int) -> list[Happened]:
    if not _run(tx, "alarms.escalate", each, level=each.now.level):
        return []
    told = tell(tx, rules, each.place, each.id, ("escalated", each.now.level + 1), now_ms)
    return [Happened("escalated", each.place.code, each.word, each.id, told)]


def _close(tx: Transaction, each: _Open, rules: Rules, now_ms: int) -> list[Happened]:
    """Whoever was told that it began is told that it ended, at whatever hour."""
    if not _run(tx, "alarms.close", each, now_ms=now_ms):
        return []
    incident = Incident(each.place.number, each.id)
    before = channels_told(tx, incident)
    channels = [channel for channel in rules.channels if "recovered" in channel.kinds and channel.name in before]
    news: tuple[NoticeKind, int] = ("recovered", each.now.level)
    make_notices(tx, incident, channels, news, now_ms)
    return [Happened("recovered", each.place.code, each.word, each.id, len(channels))]
