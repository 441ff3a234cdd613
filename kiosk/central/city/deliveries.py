"""What a consumer of ``dossier_change`` is still to be told, as rows: claimed with a lease, tried again, set aside."""

from dataclasses import dataclass
from enum import IntEnum

from kiosk.central.ports import Transaction

#: Seconds until the next try, after each failed one; the last is repeated for as long as nobody answers.
PAUSES_S = (10, 60, 300, 900)
REFUSALS = 3  #: then it is set aside: it would be refused again
LEASE_S = 180
READ_AT_ONCE = 500
_LONGEST = 2  #: leases; one that ends later comes from a clock that ran ahead
_PROBLEM_LETTERS = 300


class DeliveryState(IntEnum):
    WAITING = 0
    TOLD = 1
    ASIDE = 2
    NOT_NEEDED = 3


@dataclass(frozen=True, slots=True)
class Claimed:
    """``tries``: this one included."""

    number: int
    code: str
    tries: int


@dataclass(frozen=True, slots=True)
class Told:
    pass


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """``why``: for people."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class NotReached:
    """Nobody answered, or not in words that can be understood: tried again for as long as it takes."""

    problem: str


@dataclass(frozen=True, slots=True)
class RefusedThere:
    """The other side does not want this one: set aside after ``REFUSALS``."""

    problem: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not at this hour; it is no failed try."""

    at_ms: int


Outcome = Told | NotNeeded | NotReached | RefusedThere | Later


def start_reading(tx: Transaction, consumer: str, *, from_now: bool) -> None:
    """Once, when a consumer appears. ``from_now``: it is not told of what happened before."""
    tx.run("deliveries.start", consumer=consumer, number=tx.rows("deliveries.newest")[0][0] if from_now else 0)


def read_changes(tx: Transaction, consumer: str, now_ms: int, delay_ms: int = 0) -> int:
    """Make deliveries of what is new; how many. In one transaction, by one worker at a time."""
    turn = take_turn(tx, consumer, now_ms)
    if turn is None:
        return 0
    changes = tx.rows("dossiers.changes", after=turn, limit=READ_AT_ONCE)
    for number, code, *_ in changes:
        tx.run("deliveries.add", consumer=consumer, number=number, code=code, now_ms=now_ms, due_ms=now_ms + delay_ms)
    tx.run("deliveries.end_turn", consumer=consumer, number=changes[-1][0] if changes else turn)
    return len(changes)


def take_turn(tx: Transaction, consumer: str, now_ms: int) -> int | None:
    """Where it reads on; None: another worker is at it."""
    rows = tx.rows(
        "deliveries.take_turn",
        consumer=consumer,
        now_ms=now_ms,
        lease_ms=now_ms + 1000 * LEASE_S,
        longest_ms=now_ms + 1000 * LEASE_S * _LONGEST,
    )
    return int(rows[0][0]) if rows else None


def claim(tx: Transaction, consumer: str, most: int, now_ms: int) -> list[Claimed]:
    """In the order of the changes; nobody else gets them for ``LEASE_S``."""
    rows = tx.rows(
        "deliveries.claim",
        consumer=consumer,
        most=most,
        now_ms=now_ms,
        lease_ms=now_ms + 1000 * LEASE_S,
        longest_ms=now_ms + 1000 * LEASE_S * _LONGEST,
    )
    return sorted((Claimed(*row) for row in rows), key=lambda each: each.number)


def settle(tx: Transaction, consumer: str, claimed: Claimed, outcome: Outcome, now_ms: int) -> DeliveryState:
    """Note how a try ended, and give what was made of it."""
    state, problem = _state_of(outcome, claimed.tries)
    waits = state is DeliveryState.WAITING
    tx.run(
        "deliveries.settle",
        consumer=consumer,
        number=claimed.number,
        tries=claimed.tries,
        state=state,
        due_ms=_due_ms(outcome, claimed.tries, now_ms),
        took=claimed.tries - isinstance(outcome, Later),
        done_ms=None if waits or state is DeliveryState.ASIDE else now_ms,
        problem=problem[:_PROBLEM_LETTERS],
    )
    return state


def try_again(tx: Transaction, consumer: str, number: int, now_ms: int) -> int:
    """One change, or all (0) of what was set aside or waits; how many."""
    return tx.run("deliveries.again", consumer=consumer, number=number, now_ms=now_ms)


def pause_ms(tries: int) -> int:
    return 1000 * PAUSES_S[min(tries, len(PAUSES_S)) - 1]


def _due_ms(outcome: Outcome, tries: int, now_ms: int) -> int:
    return outcome.at_ms if isinstance(outcome, Later) else now_ms + pause_ms(tries)


def _state_of(outcome: Outcome, tries: int) -> tuple[DeliveryState, str]:
    match outcome:
        case Told():
            return DeliveryState.TOLD, ""
        case NotNeeded(why):
            return DeliveryState.NOT_NEEDED, why
        case Later():
            return DeliveryState.WAITING, ""
        case NotReached(problem):
            return DeliveryState.WAITING, problem
        case RefusedThere(problem):
            return DeliveryState.ASIDE if tries >= REFUSALS else DeliveryState.WAITING, problem
