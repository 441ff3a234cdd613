"""Rows to values and back."""

import sqlite3
from functools import lru_cache
from typing import Any

import msgspec

from kiosk.hub.usecases.book import Desk
from kiosk.queueing.model import CounterId, Promise, ServiceId, Ticket, TicketClass, TicketId, TicketState, Turn
from kiosk.queueing.transitions import Undo

_UNDO_OUT = msgspec.json.Encoder()
_UNDO_IN = msgspec.json.Decoder(tuple[Undo, ...])
_CLASSES = {kind.value: kind for kind in TicketClass}
_STATES = {state.value: state for state in TicketState}


def ticket_of(row: sqlite3.Row) -> Ticket:
    return Ticket(
        id=TicketId(row["id"]),
        day=row["day"],
        prefix=row["prefix"],
        number=row["number"],
        service=ServiceId(row["service"]),
        ticket_class=_CLASSES[row["class"]],
        state=_STATES[row["state"]],
        issued_ms=row["issued_ms"],
        queue_ms=row["queue_ms"],
        changed_ms=row["changed_ms"],
        promise=Promise(
            row["people_ahead"],
            row["p10_s"],
            row["p50_s"],
            row["p90_s"],
            row["low_min"],
            row["high_min"],
            row["basis"],
        ),
        counter=row["counter"],
        called_ms=row["called_ms"],
        started_ms=row["started_ms"],
        ended_ms=row["ended_ms"],
        recalls=row["recalls"],
        overtaken_ms=row["overtaken_ms"],
    )


def new_ticket_values(ticket: Ticket, secret: str, kiosk: str) -> dict[str, Any]:
    told = ticket.promise
    return {
        "day": ticket.day,
        "prefix": ticket.prefix,
        "number": ticket.number,
        "service": ticket.service,
        "class": ticket.ticket_class.value,
        "state": ticket.state.value,
        "issued_ms": ticket.issued_ms,
        "queue_ms": ticket.queue_ms,
        "changed_ms": ticket.changed_ms,
        "people_ahead": told.people_ahead,
        "p10_s": told.p10_s,
        "p50_s": told.p50_s,
        "p90_s": told.p90_s,
        "low_min": told.low_min,
        "high_min": told.high_min,
        "basis": told.basis,
        "secret": secret,
        "kiosk": kiosk,
    }


def changed_ticket_values(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "service": ticket.service,
        "state": ticket.state.value,
        "queue_ms": ticket.queue_ms,
        "changed_ms": ticket.changed_ms,
        "counter": ticket.counter,
        "called_ms": ticket.called_ms,
        "started_ms": ticket.started_ms,
        "ended_ms": ticket.ended_ms,
        "recalls": ticket.recalls,
        "overtaken_ms": ticket.overtaken_ms,
    }


def desk_of(row: sqlite3.Row) -> Desk:
    return Desk(
        id=CounterId(row["id"]),
        services=service_set(row["services"]),
        is_open=bool(row["is_open"]),
        holder=row["holder"],
        held_ms=row["held_ms"],
        pause_reason=row["pause_reason"],
        turn=Turn(row["priority_run"], row["others_run"]),
        last_action=_UNDO_IN.decode(row["last_action"]) if row["last_action"] else (),
    )


def desk_values(desk: Desk) -> dict[str, Any]:
    return {
        "id": desk.id,
        "services": service_list(desk.services),
        "is_open": int(desk.is_open),
        "holder": desk.holder,
        "held_ms": desk.held_ms,
        "pause_reason": desk.pause_reason,
        "priority_run": desk.turn.priority_run,
        "others_run": desk.turn.others_run,
        "last_action": _UNDO_OUT.encode(desk.last_action).decode() if desk.last_action else None,
    }


@lru_cache(maxsize=256)
def service_set(text: str) -> frozenset[ServiceId]:
    return frozenset(map(ServiceId, msgspec.json.decode(text, type=list[str])))


@lru_cache(maxsize=256)
def service_list(services: frozenset[ServiceId]) -> str:
    return msgspec.json.encode(sorted(services)).decode()
