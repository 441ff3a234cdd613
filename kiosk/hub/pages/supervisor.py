"""The supervisor's page: counters, services, the kiosk, figures, devices and what to do, reprints, dossiers kept."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.pages.kept_here import kept_here
from kiosk.hub.pages.parts import PageParts
from kiosk.hub.usecases.views import ServiceFigures
from kiosk.web.live import Leave, Snapshot

TROUBLES_SHOWN = 10
RECENT_SHOWN = 20


class SupervisorPages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [Route("/supervisor", self.show), Route("/supervisor/stream", self.stream)]

    async def show(self, request: Request) -> Response:
        staff = self._parts.sign_in.staff(request, "supervisor")
        self._parts.in_use(request)
        return self._parts.kit.page(request, "supervisor.html", staff=staff, **_context(self._parts))

    async def stream(self, request: Request) -> Response:
        parts, language = self._parts, self._parts.kit.language(request)

        def render() -> Snapshot:
            session = parts.sign_in.session(request)
            if session is None or session.staff.role != "supervisor":
                return Leave("/signin?next=/supervisor")
            return parts.kit.fragment("supervisor_live.html", language, **_context(parts))

        return parts.streams.respond(parts.changes.watch(), render)


def command(action: str, **values: object) -> str:
    return json.dumps({"action": action, **values}, ensure_ascii=False)


def is_quiet(service: ServiceFigures) -> bool:
    """Nobody came for it today and nothing about it needs attention."""
    return service.is_open and not (service.waiting or service.issued)


def _context(parts: PageParts) -> dict[str, Any]:
    view = parts.reader.supervisor()
    unsent = parts.dossiers.unsent() if parts.dossiers else ()
    return {
        "kept": kept_here(unsent, view.now_ms),
        "agency_taken_by": parts.dossiers.agency_taken_by() if parts.dossiers else None,
        "view": view,
        "command": command,
        "figures": {figures.counter: figures for figures in view.counter_figures},
        "busy": [service for service in view.services if not is_quiet(service)],
        "quiet": [service for service in view.services if is_quiet(service)],
        "waiting": sum(service.waiting for service in view.services),
        "served": sum(service.served for service in view.services),
        "open_counters": sum(counter.status in ("open", "paused") for counter in view.counters),
        "troubles": view.print_troubles[:TROUBLES_SHOWN],
        "recent": view.recent[:RECENT_SHOWN],
    }
