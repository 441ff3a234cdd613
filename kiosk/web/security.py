"""What every answer carries and what every unsafe request must prove.

1. No inline code, nothing from another host, no framing: the policy below is sent with every answer.
2. A request that changes something and may ride on a cookie must come from our own page: ``Origin`` equals the address
   that was asked, and ``Sec-Fetch-Site``, where the browser sends it, says ``same-origin``. Requests that carry a
   bearer token and no cookie are not a browser's and pass; so do those with a device's signature or with JSON, which
   no foreign page can send without asking first. The API checks token and signature.
"""

from collections.abc import Callable, Iterable

import msgspec
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.wire.central_api import DEVICE
from kiosk.wire.common import ErrorReply, Text
from kiosk.wire.common import Message as WireMessage

POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "connect", "img", "font", "media")),
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with that, browsers send "Origin: null" with our own forms and rule 2 would refuse them.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "autoplay=(self), camera=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Browsers ignore these on a plain http address, and Chromium complains in its console.
TLS_HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_RAW = [(name.lower().encode(), text.encode()) for name, text in (HEADERS | {"Cache-Control": "no-store"}).items()]
_RAW_TLS = [*_RAW, *((name.lower().encode(), text.encode()) for name, text in TLS_HEADERS.items())]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN = ErrorReply(
    error="foreign_origin",
    message=Text(
        vi="Yêu cầu không đến từ trang của trung tâm nên không được thực hiện.",
        en="This request did not come from the centre's own page and was not carried out.",
    ),
)


Refuse = Callable[[Request, int, ErrorReply], Response]


class Guard:
    """Outermost ASGI layer: security headers on everything, and the origin rule.

    ``refuse`` says no in the form that the asker reads; without it, as JSON.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse | None = None) -> None:
        self._app = app
        self._refuse = refuse or (lambda _request, status, reply: error_response(status, reply))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_headers(list(message.get("headers", ())), tls=scope["scheme"] == "https")
            await send(message)

        if comes_from_us(scope["method"], scope["scheme"], Headers(scope=scope)):
            await self._app(scope, receive, send_guarded)
        else:
            await self._refuse(Request(scope), 403, FOREIGN)(scope, receive, send_guarded)


def with_headers(headers: list[tuple[bytes, bytes]], *, tls: bool) -> list[tuple[bytes, bytes]]:
    """What every answer carries, where the answer does not say otherwise. Raw bytes: every ticket passes here."""
    said = {name for name, _ in headers}
    return [*headers, *(each for each in (_RAW_TLS if tls else _RAW) if each[0] not in said)]


def comes_from_us(method: str, scheme: str, headers: Headers) -> bool:
    """Rule 2. ``scheme`` is that of the request as the server (or its TLS proxy) saw it."""
    if method in SAFE:
        return True
    if "cookie" not in headers and _is_of_a_program(headers):
        return True
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    return headers.get("origin") == f"{scheme}://{headers.get('host', '')}"


def _is_of_a_program(headers: Headers) -> bool:
    """A page of another site can send neither of these unless we answer its preflight, which we do not (Fetch, 4.9)."""
    if headers.get("authorization", "").startswith("Bearer ") or DEVICE in headers:
        return True
    return headers.get("content-type", "") == "application/json"


def error_response(status: int, reply: ErrorReply, headers: Iterable[tuple[str, str]] = ()) -> Response:
    return Response(msgspec.json.encode(reply), status, dict(headers), media_type="application/json")


def json_response(message: WireMessage) -> Response:
    return Response(msgspec.json.encode(message), media_type="application/json")
