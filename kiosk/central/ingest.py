"""Stores what hubs sent: many batches and heartbeats of different centres in one transaction.

1. The rows of ``link`` are locked first, in the order of centres, and nothing of a centre changes without its lock: any
   number of workers may do this at once.
2. What is stored is told by the cursor in ``link``. Rows below it are skipped, so that sending again changes nothing.
3. Events, tickets, figures and cursor change together or not at all.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, compress, repeat
from operator import not_
from typing import Any

import msgspec

from kiosk.central.layout import KINDS, Columns, Words, from_row, storable, to_columns
from kiosk.central.ports import Transaction
from kiosk.central.projection import Course, Projection, day_and_hour
from kiosk.central.received import Link, Reached, ReceivedBatch, ReceivedHeartbeat, all_corrected, fit
from kiosk.clock import day_of
from kiosk.wire import events

log = logging.getLogger(__name__)

Received = ReceivedBatch | ReceivedHeartbeat
Rows = list[tuple[Any, ...]]
_HISTORY_MS = 86_400_000  #: a slip is undone within minutes
_MISSED, _NOT_COUNTED = 1, 2  #: open_ticket.marks
_ISSUED, _UNDONE = KINDS[events.TicketIssued], KINDS[events.ActionUndone]
_KEPT = ("called", "under_p10", "under_p50", "under_p90", "late")
_MOST = 2**31 - 1
_MAX_EPOCHS = 30_000
_STAMP_BITS = 53  #: of link.words; JSON carries no more


class NotEnrolled(Exception):
    """There is no line to that centre: its device is unknown to the database that this worker asks now."""


@dataclass(frozen=True, slots=True)
class Stored:
    """``words``: what the centres' words are now, to be remembered once this is committed."""

    reached: list[Reached]
    words: dict[int, Words]


@dataclass(slots=True)
class _Work:
    """One batch under way. ``events`` are those that are new, from ``first`` on; ``times`` by central's clock."""

    link: Link
    batch: ReceivedBatch
    epoch_no: int
    first: int
    events: Sequence[Any]
    times: Sequence[int]
    believed: Sequence[bool]
    words: Words
    columns: Columns = field(init=False)
    issued: set[int] = field(init=False)  #: tickets that are new
    projection: Projection = field(init=False)

    def tickets_of(self, kind: int) -> set[int]:
        kinds, tickets = self.columns.kinds, self.columns.tickets
        return {ticket for each, ticket in zip(kinds, tickets, strict=True) if each == kind} if kind in kinds else set()


def store(tx: Transaction, received: Sequence[Received], remembered: Mapping[int, Words]) -> Stored:
    """At most one of each centre. Raises NotEnrolled."""
    links = {row[0]: Link(*row) for row in tx.rows("ingest.lock_links", centres=sorted(it.centre for it in received))}
    reached: list[Reached] = []
    works: list[_Work] = []
    for it in received:
        if it.centre not in links:
            raise NotEnrolled(f"centre {it.centre}")
        if isinstance(it, ReceivedHeartbeat):
            links[it.centre], acked = _beat(tx, links[it.centre], it)
            reached.append(Reached(acked))
        else:
            links[it.centre], answer, work = _place(tx, links[it.centre], it, remembered)
            reached.append(answer)
            works += [work] if work is not None else []
    _project(tx, works)
    links |= {work.link.centre: work.link for work in works}
    _write(tx, works, links.values(), [it for it in received if isinstance(it, ReceivedHeartbeat)])
    looks = _next_looks(tx, received, links)
    reached = [replace(it, look_ms=looks.get(each.centre)) for it, each in zip(reached, received, strict=True)]
    return Stored(reached, {work.link.centre: work.words for work in works})


def _next_looks(tx: Transaction, received: Sequence[Received], links: Mapping[int, Link]) -> dict[int, int]:
    """By centre, of those where somebody waits. While rows are missing nobody is looked at, and more come anyway."""
    told = [it.centre for it in received if links[it.centre].acked >= links[it.centre].head]
    if not told:
        return {}
    return dict(tx.rows("ingest.next_looks", centres=told, day=day_of(max(it.received_ms for it in received))))


# --- where it belongs


def _beat(tx: Transaction, link: Link, beat: ReceivedHeartbeat) -> tuple[Link, int]:
    said = beat.heartbeat
    link = link.heard(beat.received_ms, said.sent_ms, said.offset_ms)
    if said.epoch == link.epoch and link.epoch_no:
        return replace(link, head=max(said.head, link.acked)), link.acked
    # Of an epoch that has not begun here: something is missing, and until it comes nobody is to be alarmed.
    if not link.epoch_no:
        return replace(link, head=said.head), 0
    earlier = _earlier_epochs(tx, link).get(said.epoch)
    return (link, earlier[1]) if earlier else (replace(link, head=max(link.head, link.acked + 1)), 0)


def _place(
    tx: Transaction, link: Link, batch: ReceivedBatch, remembered: Mapping[int, Words]
) -> tuple[Link, Reached, _Work | None]:
    """The link as it will be, the answer, and what is to be stored: nothing, where the batch does not fit."""
    link = link.heard(batch.received_ms, batch.sent_ms)
    is_current = batch.epoch == link.epoch and link.epoch_no > 0
    earlier = {} if is_current else _earlier_epochs(tx, link)
    epoch_no, acked = (link.epoch_no, link.acked) if is_current else earlier.get(batch.epoch, (0, 0))
    found = fit(batch, acked)
    if found is None:
        return link, Reached(acked, fits=False), None
    if not epoch_no:
        link = _begin_epoch(tx, link, batch, earlier)
        epoch_no, acked, is_current = link.epoch_no, batch.first - 1, True
    elif found.lost:
        log.error("Rows of a centre are lost for ever: %d", found.lost, extra={"centre": link.centre})
        link = replace(link, lost=found.lost)
    acked = max(acked, batch.first + len(batch.events) - 1)
    if is_current:
        link = replace(link, acked=acked, head=max(link.head, batch.head, acked))
    else:
        tx.run("ingest.end_epoch", centre=link.centre, epoch=batch.epoch, no=epoch_no, acked=acked)
    if found.skip == len(batch.events):
        return link, Reached(acked), None
    times, believed = all_corrected(batch.times[found.skip :], link.offset_ms, batch.received_ms)
    known = remembered.get(link.centre)
    words = known.copy() if known is not None and known.stored == link.words else _words(tx, link)
    fresh = batch.events[found.skip :]
    return link, Reached(acked), _Work(link, batch, epoch_no, batch.first + found.skip, fresh, times, believed, words)


def _earlier_epochs(tx: Transaction, link: Link) -> dict[int, tuple[int, int]]:
    """By epoch: its number and how far it is stored."""
    if not link.epoch_no:
        return {}
    return {row[1]: (row[2], row[3]) for row in tx.rows("ingest.earlier_epochs", centre=link.centre)}


def _begin_epoch(tx: Transaction, link: Link, batch: ReceivedBatch, earlier: Mapping[int, tuple[int, int]]) -> Link:
    """The hub's database was made anew or restored from a backup: rows from ``batch.first`` on replace others.

    Tickets that the restored database knows go on; those that it does not know will never be ended.
    """
    number = 1 + max([link.epoch_no, *(no for no, _ in earlier.values())])
    if number > _MAX_EPOCHS:
        raise ValueError(f"centre {link.centre} has begun {number} epochs")
    if link.epoch_no:
        log.warning("The database of a centre was made anew or restored", extra={"centre": link.centre})
        tx.run("ingest.end_epoch", centre=link.centre, epoch=link.epoch, no=link.epoch_no, acked=link.acked)
        tx.run("ingest.lose_tickets", centre=link.centre, epoch_no=link.epoch_no, first=batch.first)
        tx.run("ingest.carry_tickets", centre=link.centre, epoch=batch.epoch)
    return replace(link, epoch=batch.epoch, epoch_no=number, acked=batch.first - 1, head=0)


def _words(tx: Transaction, link: Link) -> Words:
    rows = tx.rows("ingest.words", centre=link.centre)
    return Words({(kind, word): number for kind, word, number in rows}, link.words)


# --- what it makes of tickets and figures


def _project(tx: Transaction, works: Sequence[_Work]) -> None:
    for work in works:
        _lay_out(work)
    open_tickets = _open_tickets(tx, works)
    for work in works:
        _pass(tx, work, open_tickets.get(work.link.centre, []))


def _lay_out(work: _Work) -> None:
    work.columns = to_columns(work.events, work.words)
    work.issued = work.tickets_of(_ISSUED)
    if work.words.fresh:
        work.words.stored = secrets.randbits(_STAMP_BITS)
        work.link = replace(work.link, words=work.words.stored)
    if work.words.has_overflowed:
        log.warning("A centre uses more words than are kept", extra={"centre": work.link.centre})


def _pass(tx: Transaction, work: _Work, tickets: Iterable[tuple[Any, ...]]) -> None:
    """The events of one batch, in their order."""
    undone = work.tickets_of(_UNDONE)
    work.projection = projection = Projection(work.words, [_course(row) for row in tickets], undone)
    for course in _undone_tickets(tx, work, undone - work.issued):
        projection.courses[course.ticket] = course
    projection.apply_all(work.events, work.times, work.believed)
    if doubtful := work.believed.count(False):
        extra = {"centre": work.link.centre, "first": work.first}
        log.warning("%d events have times that cannot be", doubtful, extra=extra)


def _open_tickets(tx: Transaction, works: Sequence[_Work]) -> dict[int, Rows]:
    """Of each centre, those that its batch is about and that were issued before it."""
    wanted: list[tuple[int, int, int]] = []
    for work in works:
        ours = set(work.columns.tickets) - work.issued
        wanted += [(work.link.centre, work.link.epoch, ticket) for ticket in sorted(ours) if ticket]
    found: dict[int, Rows] = {}
    if wanted:
        for row in tx.rows("ingest.open_tickets", wanted=msgspec.json.encode(wanted).decode()):
            found.setdefault(row[0], []).append(row)
    return found


def _course(row: tuple[Any, ...]) -> Course:
    """From a row of open_ticket."""
    _centre, _epoch, ticket, day, label, service, counter, state, issued_ms, called_ms, started_ms, marks, high_min = (
        row
    )
    return Course(
        ticket=ticket,
        day=day,
        label=label,
        service=service,
        issued_ms=issued_ms,
        high_min=high_min,
        state=state,
        counter=counter,
        called_ms=called_ms,
        started_ms=started_ms,
        is_missed=bool(marks & _MISSED),
        counts=not marks & _NOT_COUNTED,
        is_stored=True,
    )


def _undone_tickets(tx: Transaction, work: _Work, tickets: Iterable[int]) -> Iterator[Course]:
    """Tickets of which something is undone that happened before this batch: their course from the beginning.

    Rare, and the only time that stored events are read: so nothing has to be kept for it.
    """
    for ticket in sorted(tickets):
        since_ms = work.batch.received_ms - _HISTORY_MS
        rows = tx.rows(
            "ingest.history", centre=work.link.centre, epoch_no=work.epoch_no, ticket=ticket, since_ms=since_ms
        )
        course = _told_again(work, ticket, rows)
        if course is not None:
            before = work.projection.courses.get(ticket)
            course.is_stored, course.is_changed = before is not None, False
            yield course


def _told_again(work: _Work, ticket: int, rows: Rows) -> Course | None:
    names, past = work.words.names(), Projection(work.words)
    for _seq, at_ms, *row in rows:
        event = from_row((row[0], row[1], row[2], row[3], bytes(row[4])), names)
        if event is not None:
            past.apply(event, at_ms, row[0] > 0)
    return past.courses.get(ticket)


# --- into the tables


def _write(tx: Transaction, works: Sequence[_Work], links: Iterable[Link], beats: Sequence[ReceivedHeartbeat]) -> None:
    _append(tx, "ingest.add_words", [(work.link.centre, *word) for work in works for word in work.words.fresh])
    if works:
        tx.append_columns("ingest.add_events", _event_columns(works))
    for work in works:
        if work.projection.day_opened is not None:
            tx.run("ingest.end_day", centre=work.link.centre, day=work.projection.day_opened)
    changed = [(work, course) for work in works for course in work.projection.courses.values() if course.is_changed]
    over = [(work.link.centre, work.link.epoch, it.ticket) for work, it in changed if it.is_stored and not it.is_open]
    _append(tx, "ingest.end_tickets", over)
    _append(tx, "ingest.put_tickets", [_ticket_row(work.link, it) for work, it in changed if it.is_open])
    kept = [row for work in works for row in _kept_rows(work)]
    if kept:
        tx.many("ingest.put_kept", kept)
    visits = [row for work in works for row in _visit_rows(work)]
    if visits:
        tx.many("ingest.put_visit", visits)
    _write_hours(tx, [row for work in works for row in _hour_rows(work)])
    _append(tx, "ingest.move_links", [_link_row(link) for link in links])
    health = [(beat.centre, storable(beat.heartbeat.version[:40]), beat.text) for beat in beats]
    _append(tx, "ingest.note_health", health)


def _write_hours(tx: Transaction, hours: Rows) -> None:
    """Nobody else writes those of a centre whose link is locked: what is after its newest hour is not there yet."""
    if not hours:
        return
    centres = sorted({row[0] for row in hours})
    newest = {centre: (day, hour) for centre, day, hour in tx.rows("ingest.newest_hours", centres=centres)}
    new = [row[1:3] > newest.get(row[0], (0, 0)) for row in hours]
    _append(tx, "ingest.add_new_hours", list(compress(hours, new)))
    _append(tx, "ingest.add_hours", list(compress(hours, map(not_, new))))
    _append(tx, "ingest.mark_stale", sorted({(centre, day) for centre, day, *_ in hours}))


def _event_columns(works: Sequence[_Work]) -> list[Iterable[Any]]:
    """In the order of the table: at_ms, seq, ticket, centre, epoch, kind, service, counter, detail."""
    joined = chain.from_iterable
    return [
        joined(work.times for work in works),
        joined(range(work.first, work.first + len(work.events)) for work in works),
        joined(work.columns.tickets for work in works),
        joined(repeat(work.link.centre, len(work.events)) for work in works),
        joined(repeat(work.epoch_no, len(work.events)) for work in works),
        joined(map(_marked_kinds, works)),
        joined(work.columns.services for work in works),
        joined(work.columns.counters for work in works),
        joined(work.columns.details for work in works),
    ]


def _marked_kinds(work: _Work) -> Sequence[int]:
    if all(work.believed):
        return work.columns.kinds
    return [kind if believed else -kind for kind, believed in zip(work.columns.kinds, work.believed, strict=True)]


def _kept_rows(work: _Work) -> Iterator[dict[str, int]]:
    """A hub's numbers are bounded by what a column holds."""
    for (day, service), kept in work.projection.promises.items():
        told = {name: getattr(kept, name) for name in _KEPT} | {"day": day}
        bounded = {name: min(max(number, 0), _MOST) for name, number in told.items()}
        yield bounded | {"centre": work.link.centre, "service": service}


def _visit_rows(work: _Work) -> Iterator[dict[str, object]]:
    for (ticket, code), (procedure, day) in work.projection.visits.items():
        where = {"centre": work.link.centre, "epoch": work.epoch_no, "day": day}
        yield where | {"ticket": ticket, "code": code, "procedure": procedure}


def _append(tx: Transaction, query: str, rows: Rows) -> None:
    if rows:
        tx.append(query, rows)


def _ticket_row(link: Link, course: Course) -> tuple[Any, ...]:
    marks = _MISSED * course.is_missed + _NOT_COUNTED * (not course.counts)
    return (
        link.centre,
        link.epoch,
        course.ticket,
        course.day,
        course.label,
        course.service,
        course.counter,
        course.state,
        course.issued_ms,
        course.called_ms,
        course.started_ms,
        marks,
        course.high_min,
        course.due_ms,
    )


def _hour_rows(work: _Work) -> Rows:
    return [
        (work.link.centre, *day_and_hour(hours), service, *figures)
        for (hours, service), figures in sorted(work.projection.figures.items())
        if any(figures)
    ]


def _link_row(link: Link) -> tuple[Any, ...]:
    return (
        link.centre,
        link.epoch,
        link.epoch_no,
        link.acked,
        link.head,
        link.offset_ms,
        link.heard_ms,
        link.words,
        link.lost,
    )
