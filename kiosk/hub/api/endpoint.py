"""From a request to a typed call and back; the only place of the API that knows HTTP.

1. A body is limited before it is read, and validated while it is decoded.
2. Every failure is an ``ErrorReply``; a trace goes to the log and never to the caller.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.errors import StoreUnavailable
from kiosk.hub.api import errors
from kiosk.hub.api.parts import ApiParts
from kiosk.hub.usecases.refused import Refused
from kiosk.web.ports import Staff
from kiosk.web.signin import RoleNeeded, SignInNeeded, token_hash
from kiosk.wire.common import Message

log = logging.getLogger(__name__)

MAX_BODY = 32 * 1024
_JSON = "application/json"
_ENCODE = msgspec.json.Encoder().encode


class Who(StrEnum):
    """Who may call a route."""

    ANYBODY = "anybody"
    KIOSK = "kiosk"
    STAFF = "staff"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Caller:
    """``name`` is that of the kiosk or the staff; ``staff`` is None for a kiosk."""

    name: str = ""
    staff: Staff | None = None


Body = TypeVar("Body", bound=Message | None)
Answer = bytes | Message | Refused


@dataclass(frozen=True, slots=True)
class Ask(Generic[Body]):
    """One request, checked."""

    parts: ApiParts
    caller: Caller
    path: dict[str, str]
    url: str
    body: Body


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """``body`` None: the request has none. ``answers``: refusals worth a line in the description."""

    method: str
    path: str
    summary: str
    who: Who
    reply: type[Message]
    run: Callable[[Ask[Any]], Awaitable[Answer]]
    body: type[Message] | None = None
    most_bytes: int = MAX_BODY


def http_route(route: ApiRoute, parts: ApiParts) -> Route:
    decoder = msgspec.json.Decoder(route.body) if route.body else None

    async def endpoint(request: Request) -> Response:
        try:
            caller = authenticate(route.who, request, parts)
            raw = await read_body(request, route.most_bytes)
            body = decode(decoder, raw) if decoder else None
            answer = await route.run(Ask(parts, caller, request.path_params, request.url.path, body))
        except (SignInNeeded, RoleNeeded, ClientDisconnect):
            raise
        except errors.Failure as error:
            return errors.failure(error)
        except StoreUnavailable as error:
            log.error("%s", error)
            return errors.failure(errors.store_unavailable())
        except Exception:
            log.exception("%s %s failed", route.method, route.path)
            return errors.failure(errors.unexpected())
        if isinstance(answer, Refused):
            return errors.refusal(answer)
        return Response(answer if isinstance(answer, bytes) else _ENCODE(answer), media_type=_JSON)

    return Route(route.path, endpoint, methods=[route.method])


def authenticate(who: Who, request: Request, parts: ApiParts) -> Caller:
    """Raises Failure 401 for a kiosk; SignInNeeded or RoleNeeded for staff."""
    if who is Who.ANYBODY:
        return Caller()
    if who is Who.KIOSK:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        known = parts.tokens.token(token_hash(token)) if scheme == "Bearer" and token else None
        if known is None or known[0] != "kiosk":
            raise errors.unknown_token()
        return Caller(known[1])
    roles = ("supervisor",) if who is Who.SUPERVISOR else ("officer", "supervisor")
    staff = parts.sign_in.staff(request, *roles)
    parts.in_use(request)
    return Caller(staff.name, staff)


async def read_body(request: Request, most: int = MAX_BODY) -> bytes:
    """Raises Failure 413 as soon as it is known to be too large."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise errors.too_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise errors.too_large(most)
    return bytes(body)


def decode(decoder: "msgspec.json.Decoder[Any]", raw: bytes) -> Message:
    try:
        message: Message = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise errors.malformed(str(error)) from error
    return message
