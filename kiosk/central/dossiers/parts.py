"""Who asks, what is sealed, and how a dossier lies in its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kiosk.central.ports import Transaction
from kiosk.dossier.dossier import Dossier
from kiosk.dossier.status import Status
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import Applicant, Contact


class Sealed(msgspec.Struct, frozen=True):
    """What is personal about a dossier."""

    applicant: Applicant
    answers: dict[str, str]
    consents: list[str]
    ticket: str
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class Unknown:
    """There is no such dossier or paper, or it is not this centre's business."""


@dataclass(frozen=True, slots=True)
class Office:
    """``centre``: central's number of it; ``code``: what it is called by."""

    centre: int
    code: str


@dataclass(frozen=True, slots=True)
class Found:
    """A row of ``dossiers.open``."""

    dossier: Dossier
    sealed: bytes
    received_at: Text
    handled_by: Text


def find(tx: Transaction, office: Office, code: str, *, for_change: bool = False) -> Found | Unknown:
    """``for_change``: nobody else changes any dossier until the transaction ends."""
    if for_change:
        tx.rows("dossiers.lock_changes")
    rows = tx.rows("dossiers.open_for_change" if for_change else "dossiers.open", code=code)
    if not rows or not (rows[0][1] == office.centre or rows[0][2] == office.code):
        return Unknown()
    dossier = read(rows[0][0])
    return Found(dossier, bytes(rows[0][3]), *names(dossier, rows[0][4:8]))


def names(dossier: Dossier, row: Sequence[Any]) -> tuple[Text, Text]:
    """Of the centre that received it and of the ward that handles it: (vi, en, vi, en) where central knows them."""
    here_vi, here_en, ward_vi, ward_en = row
    here, ward = dossier.received_at, dossier.handled_by
    return Text(vi=here_vi or here, en=here_en or here), Text(vi=ward_vi or ward, en=ward_en or ward)


def columns(dossier: Dossier) -> dict[str, object]:
    return {
        "code": dossier.code,
        "status": dossier.status.value,
        "due_ms": dossier.due_ms,
        "ended_ms": dossier.ended_ms if dossier.status is not Status.DONE else None,  # it still waits to be fetched
        "state": msgspec.json.encode(dossier).decode(),
    }


def read(state: str) -> Dossier:
    return msgspec.json.decode(state, type=Dossier)


def note_change(tx: Transaction, dossier: Dossier, act: str) -> None:
    """The newest line of its history, for whoever tells others."""
    line = dossier.history[-1]
    tx.run(
        "dossiers.add_change",
        code=dossier.code,
        at_ms=line.at_ms,
        revision=dossier.revision,
        act=act,
        status=dossier.status.value,
        done_by=line.by,
        note=line.note,
    )
