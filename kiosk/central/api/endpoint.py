"""From a request of a hub to a call and back.

1. A body is limited before it is read and while it is unpacked, so that a few bytes cannot become gigabytes.
2. Who asks is known before a byte of the body is unpacked or decoded.
3. Every answer, refusals too, carries central's time; a trace goes to the log and never to the caller.
"""

import logging
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.central.api import errors
from kiosk.central.devices import Devices
from kiosk.clock import Clock
from kiosk.errors import StoreUnavailable
from kiosk.web.security import error_response
from kiosk.wire.central_api import MAX_BODY, MAX_TEXT, NOW
from kiosk.wire.common import Message

log = logging.getLogger(__name__)

_GZIP = 16 + zlib.MAX_WBITS
_ENCODE = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Answer:
    """``message``: None for an answer that is its status alone."""

    message: Message | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiContext:
    devices: Devices
    clock: Clock


Handler = Callable[[Request], Awaitable[Answer | Response]]


def api_route(path: str, handler: Handler, clock: Clock, *, method: str = "POST") -> Route:
    """The handler raises Failure for what it does not take."""

    async def endpoint(request: Request) -> Response:
        response = await _answer(request, handler)
        response.headers[NOW] = str(clock.now_ms())
        return response

    return Route(path, endpoint, methods=[method])


async def _answer(request: Request, handler: Handler) -> Response:
    try:
        answer = await handler(request)
    except ClientDisconnect:
        return Response(status_code=400)
    except errors.Failure as failure:
        return _refusal(request, failure)
    except StoreUnavailable:
        return _refusal(request, errors.store_unavailable())
    except Exception:
        log.exception("%s %s failed", request.method, request.url.path)
        return _refusal(request, errors.unexpected())
    if isinstance(answer, Response):
        return answer
    if answer.message is None:
        return Response(status_code=answer.status, headers=answer.headers)
    return Response(_ENCODE(answer.message), answer.status, answer.headers, media_type="application/json")


def _refusal(request: Request, failure: errors.Failure) -> Response:
    if (
        failure.status < 429
    ):  # a full queue and a database that is away say so themselves, once and not for each request
        who = request.client.host if request.client else ""
        log.warning("%s was refused: %s", request.url.path, failure, extra={"status": failure.status, "from": who})
    headers = [("Retry-After", str(failure.retry_after_s))] if failure.retry_after_s is not None else []
    headers += [("Connection", "close")] if failure.hangs_up else []
    return error_response(failure.status, failure.reply, headers)


async def pass_over_body(request: Request) -> None:
    """Before hanging up: a connection that is closed upon unread bytes is reset, and the answer is lost with it."""
    passed = 0
    async for chunk in request.stream():
        passed += len(chunk)
        if passed > MAX_BODY:
            return


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """As sent. Raises Failure 413 as soon as it is known to be too large."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 15 or int(announced) > limit:
        raise errors.too_large(limit, "bytes")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise errors.too_large(limit, "bytes")
    return bytes(body)


def unpacked(body: bytes, encoding: str) -> bytes:
    """What was packed, or Failure: 413 where it is more than ``MAX_TEXT``, 400 where it is cut off or garbled."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise errors.malformed(f"content-encoding {encoding[:20]}: expected gzip")
    packed = zlib.decompressobj(_GZIP)
    try:
        text = packed.decompress(body, MAX_TEXT + 1)
    except zlib.error as error:
        raise errors.malformed(f"gzip: {error}") from error
    if len(text) > MAX_TEXT:
        raise errors.too_large(MAX_TEXT, "bytes after unpacking")
    if not packed.eof or packed.unused_data:
        raise errors.malformed("gzip: cut off, or more behind its end")
    return text
