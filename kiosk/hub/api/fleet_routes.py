"""Settings and commands for kiosks; the contract is in ``kiosk.wire.fleet_api``."""

import re

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.hub.api.endpoint import Answer, ApiRoute, Ask, Who, authenticate
from kiosk.hub.api.errors import Failure, failure
from kiosk.hub.api.parts import ApiParts
from kiosk.wire.common import Done
from kiosk.wire.fleet_api import MAX_ATTACHMENT, CommandResult, PartReport

PATH = "/v1/settings"
_MARK = re.compile(r'"(\d{1,15})\.(\d{1,15})"')
_MOST = MAX_ATTACHMENT * 4 // 3 + 4_096


def settings_route(parts: ApiParts) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            kiosk = authenticate(Who.KIOSK, request, parts).name
        except Failure as error:
            return failure(error)
        known = _MARK.fullmatch(request.headers.get("if-none-match", ""))
        version, command = (int(known[1]), int(known[2])) if known else (0, 0)
        desired = parts.fleet.desired(kiosk, version, command)
        newest = parts.fleet.marks(kiosk)
        headers = {"ETag": f'"{newest[0]}.{newest[1]}"', "Cache-Control": "no-store"}
        if known and desired.document is None and not desired.commands:
            return Response(status_code=304, headers=headers)
        return Response(msgspec.json.encode(desired), media_type="application/json", headers=headers)

    return Route(PATH, endpoint)


async def take_report(ask: Ask[PartReport]) -> Answer:
    ask.parts.fleet.report(ask.caller.name, ask.body)
    return Done()


async def take_result(ask: Ask[CommandResult]) -> Answer:
    ask.parts.fleet.answer(ask.caller.name, ask.body)
    return Done()


ROUTES = (
    ApiRoute(
        "POST", "/v1/settings/report", "How a kiosk is with its settings", Who.KIOSK, Done, take_report, PartReport
    ),
    ApiRoute(
        "POST",
        "/v1/commands/result",
        "What became of a command",
        Who.KIOSK,
        Done,
        take_result,
        CommandResult,
        most_bytes=_MOST,
    ),
)
