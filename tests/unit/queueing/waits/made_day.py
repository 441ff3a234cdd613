"""Days of a small made-up centre, as events: two counters, three services, lunch, priority citizens, no-shows."""

import random
from collections.abc import Mapping

from kiosk.queueing.model import CounterId, ServiceId, TicketClass
from kiosk.queueing.waits.events import Called, CounterClosed, CounterOpened, Ended, Event, Issued

DAY_MS = 86_400_000
MIDNIGHT_MS = 1_795_366_800_000  # 2026-11-23 00:00 local, a Monday
NINE_MS = MIDNIGHT_MS + 32_400_000
Skills = Mapping[CounterId, frozenset[ServiceId]]
SERVICES = tuple(map(ServiceId, ("khai-sinh", "chung-thuc", "dat-dai")))
SKILLS: Skills = {CounterId("1"): frozenset(SERVICES[:2]), CounterId("2"): frozenset(SERVICES[1:])}
MINUTES = {SERVICES[0]: 9.0, SERVICES[1]: 4.0, SERVICES[2]: 12.0}


def made_days(
    days: int, tickets: int = 90, seed: int = 1, *, priority: float = 0.1, skills: Skills = SKILLS
) -> list[Event]:
    """So many days in a row, in order of time. Priority (a share of all who come) first, then by arrival."""
    chance = random.Random(seed)
    events: list[Event] = []
    for day in range(days):
        issued = _issued(MIDNIGHT_MS + day * DAY_MS, range(day * 100_000, day * 100_000 + tickets), priority, chance)
        events += _made_day(MIDNIGHT_MS + day * DAY_MS, issued, skills, chance)
    return events


def _issued(midnight_ms: int, tickets: range, priority: float, chance: random.Random) -> list[Issued]:
    return [
        Issued(
            midnight_ms + 27_000_000 + chance.randrange(27_000_000),
            ticket,
            chance.choice(SERVICES),
            TicketClass.PRIORITY if chance.random() < priority else TicketClass.NORMAL,
        )
        for ticket in tickets
    ]


def _made_day(midnight_ms: int, issued: list[Issued], skills: Skills, chance: random.Random) -> list[Event]:
    opens_ms, closes_ms = midnight_ms + 27_000_000, midnight_ms + 61_200_000
    events: list[Event] = [CounterOpened(opens_ms, counter, served) for counter, served in skills.items()]
    events += issued
    free = dict.fromkeys(skills, opens_ms)
    waiting = sorted(issued, key=lambda i: i.at_ms)
    while waiting:
        counter = min(free, key=lambda c: free[c])
        mine = [i for i in waiting if i.service in skills[counter]]
        if not mine or free[counter] >= closes_ms:
            del free[counter]
            if not free:
                break
            continue
        here = [i for i in mine if i.at_ms <= free[counter]] or mine[:1]
        chosen = min(here, key=lambda i: (i.ticket_class is TicketClass.NORMAL, i.at_ms))
        called_ms = max(free[counter], chosen.at_ms) + 20_000
        ended_ms = called_ms + int(chance.expovariate(1 / (MINUTES[chosen.service] * 60_000)))
        events += [Called(called_ms, chosen.ticket, counter), Ended(ended_ms, chosen.ticket)]
        free[counter] = ended_ms
        waiting.remove(chosen)
    events += [CounterClosed(closes_ms, counter) for counter in skills]
    return sorted(events, key=lambda event: event.at_ms)
