"""Choose a counter, and the console of one counter."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.pages import buttons
from kiosk.hub.pages.parts import PageParts
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.hub.usecases.views import ConsoleView
from kiosk.queueing.model import CounterId
from kiosk.web.entry import read_form
from kiosk.web.i18n import Language
from kiosk.web.live import Leave, Snapshot
from kiosk.web.ports import Staff

STAFF_ROLES = ("officer", "supervisor")
PAUSE_REASONS = ("break", "lunch", "paperwork", "meeting", "handover", "trouble")


class ConsolePages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/console", self.choose),
            Route("/console/hold", self.hold, methods=["POST"]),
            Route("/console/leave", self.leave, methods=["POST"]),
            Route("/console/{counter}", self.show),
            Route("/console/{counter}/stream", self.stream),
        ]

    async def choose(self, request: Request) -> Response:
        return self._choose(request, self._staff(request))

    async def hold(self, request: Request) -> Response:
        staff, form = self._staff(request), await read_form(request)
        counter = CounterId(form.get("counter", ""))
        refused = await self._parts.desks.hold(counter, staff, take_over=form.get("take_over") == "yes")
        if refused is not None:
            return self._choose(request, staff, refused, _replaceable(refused, counter, staff))
        return RedirectResponse(f"/console/{counter}", 303)

    async def leave(self, request: Request) -> Response:
        staff = self._staff(request)
        refused = await self._parts.desks.leave(staff)
        if refused is not None and refused.why is not Why.NOT_HOLDING:
            return self._choose(request, staff, refused)
        return RedirectResponse("/console", 303)

    async def show(self, request: Request) -> Response:
        staff = self._staff(request)
        view = self._view(request, staff)
        if view is None:
            return RedirectResponse("/console", 303)
        kit = self._parts.kit
        shown = _context(view, kit.language(request), self._parts)
        has_dossiers = self._parts.dossiers is not None
        return kit.page(request, "console.html", staff=staff, has_dossiers=has_dossiers, **shown)

    async def stream(self, request: Request) -> Response:
        parts, language = self._parts, self._parts.kit.language(request)

        def render() -> Snapshot:
            session = parts.sign_in.session(request)
            if session is None:
                return Leave("/signin?next=/console")
            view = self._view(request, session.staff)
            if view is None:
                return Leave("/console")
            return parts.kit.fragment("console_live.html", language, **_context(view, language, parts))

        return parts.streams.respond(parts.changes.watch(), render)

    def _choose(
        self, request: Request, staff: Staff, refused: Refused | None = None, replaceable: CounterId | None = None
    ) -> Response:
        """``replaceable``: a counter that somebody holds whom ``staff`` may replace."""
        kit = self._parts.kit
        problem = kit.words_for(request).say(refused.sentence) if refused else ""
        counters, status = self._parts.reader.counters(), 409 if refused else 200
        shown = {"staff": staff, "counters": counters, "problem": problem, "replaceable": replaceable}
        return kit.page(request, "choose.html", status, **shown)

    def _staff(self, request: Request) -> Staff:
        staff = self._parts.sign_in.staff(request, *STAFF_ROLES)
        self._parts.in_use(request)
        return staff

    def _view(self, request: Request, staff: Staff) -> ConsoleView | None:
        """The console, if it is this officer's counter."""
        view = self._parts.reader.console(CounterId(request.path_params["counter"]))
        return view if view is not None and view.counter.staff == staff.name else None


def _replaceable(refused: Refused, counter: CounterId, staff: Staff) -> CounterId | None:
    """A supervisor may replace anybody, and everybody may replace somebody whose session has ended."""
    held = refused.why is Why.COUNTER_HELD
    return counter if held and (staff.role == "supervisor" or refused.detail == "stale") else None


def _context(view: ConsoleView, language: Language, parts: PageParts) -> dict[str, Any]:
    t = parts.kit.words[language]
    return {
        "view": view,
        "primary": buttons.primary(view, t),
        "others": buttons.others(view, t),
        "pause": buttons.pause(view, t),
        "cannot_call": buttons.call_chosen(view, t),
        "command": buttons.command,
        "pause_reasons": PAUSE_REASONS,
    }
