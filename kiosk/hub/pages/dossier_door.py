"""The door of the pages on dossiers: who is signed in, and one page for what central cannot or will not do."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from kiosk.errors import CentralUnreachable
from kiosk.hub.dossiers.acting import Acted
from kiosk.hub.dossiers.ports import CentralSays
from kiosk.hub.pages.parts import PageParts
from kiosk.hub.usecases.views import TicketRow
from kiosk.web.ports import Staff
from kiosk.wire.dossier_api import DossierReply

STAFF_ROLES = ("officer", "supervisor")
Handler = Callable[[Request, Staff], Awaitable[Response]]


def in_front_of(parts: PageParts, staff: Staff) -> TicketRow | None:
    """The ticket at the officer's counter."""
    return place_of(parts, staff)[1]


def place_of(parts: PageParts, staff: Staff) -> tuple[str, TicketRow | None]:
    """The officer's counter and the ticket at it; "" for who holds none."""
    mine = [counter for counter in parts.reader.counters() if counter.staff == staff.name]
    return (mine[0].id, mine[0].current) if mine else ("", None)


async def note_act(parts: PageParts, note: Callable[[Acted], None], staff: Staff, done: DossierReply, act: str) -> None:
    """After central has it."""
    counter, current = place_of(parts, staff)
    acted = Acted(done.status.code, done.status.procedure, act, counter, current.id if current else 0)
    await asyncio.to_thread(note, acted)


def for_officers(parts: PageParts, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        staff = parts.sign_in.staff(request, *STAFF_ROLES)
        parts.in_use(request)
        t = parts.kit.words_for(request)
        try:
            return await handler(request, staff)
        except CentralUnreachable:
            return parts.kit.sorry(request, 503, t("dossier.away"), heading="dossier.away_title", home="/dossiers")
        except CentralSays as no:
            return parts.kit.sorry(request, no.status, t.say(no.message), home="/dossiers")

    return answer
