"""Procedures as citizens read about them: kiosk <-> hub, and the public pages."""

from typing import Annotated

import msgspec

from kiosk.wire.common import Message, Text


class FindProcedures(Message, frozen=True):
    """``POST /v1/procedures/find``; not GET, so that what people look for stands in no access log."""

    query: Annotated[str, msgspec.Meta(max_length=200)]


class ProcedureHit(Message, frozen=True):
    """``service``: what a ticket is taken for; "" when this centre gives none for it."""

    code: str
    name: Text
    field: str
    service: str


class ProcedureHits(Message, frozen=True):
    """Best first. ``ambiguous``: how many of the first fit equally well, so that the citizen is asked which."""

    hits: list[ProcedureHit]
    ambiguous: int


class AllProcedures(Message, frozen=True):
    """``GET /v1/procedures``: for people who cannot or do not want to type. Those of one field stand together."""

    procedures: list[ProcedureHit]


class PaperLine(Message, frozen=True):
    """``show_only``: shown at the counter and taken home again."""

    name: str
    required: bool
    show_only: bool
    quantity: str


class ProcedureInfo(Message, frozen=True):
    """Legal texts are in Vietnamese. ``unsure``: which of them staff must check ("time", "fee", "papers", …)."""

    code: str
    name: Text
    field: str
    agency: str
    service: str
    time: str
    fee: str
    exempt: str
    papers: list[PaperLine]
    result: str
    notes: str
    online: str
    unsure: list[str]
