"""Tells a kiosk at once that what can be chosen has changed, or that it has something to print.

Events ``catalogue`` with ``{"version": n}`` and ``print-jobs`` with ``{"count": n}``: the state at the start, then each
change; a comment every ten seconds, so that a dead line is noticed.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kiosk.hub.api.endpoint import Who, authenticate
from kiosk.hub.api.errors import Failure, failure
from kiosk.hub.api.parts import ApiParts

PATH = "/v1/stream/kiosk"
_PING_S = 10.0
_GAP_S = 0.1


def stream_route(parts: ApiParts) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            kiosk = authenticate(Who.KIOSK, request, parts).name
        except Failure as error:
            return failure(error)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_events(parts, kiosk), media_type="text/event-stream", headers=headers)

    return Route(PATH, endpoint)


async def _events(parts: ApiParts, kiosk: str) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    told: dict[str, str] = {}
    told_s = parts.clock.monotonic_s()
    async with aclosing(_ticks(parts)) as ticks:
        async for changed in ticks:
            news = {event: data for event, data in _state(parts, kiosk).items() if told.get(event) != data}
            # Changes that do not concern a kiosk may come all the time; it must hear from us all the same.
            if not news and changed and parts.clock.monotonic_s() - told_s < _PING_S:
                continue
            yield "".join(f"event: {event}\ndata: {data}\n\n" for event, data in news.items()) or ": still here\n\n"
            told, told_s = told | news, parts.clock.monotonic_s()
            await asyncio.sleep(_GAP_S)


async def _ticks(parts: ApiParts) -> AsyncGenerator[bool, None]:
    """True after a change, False when there was none for ``_PING_S``; ends with the hub."""
    changes = parts.changes.watch()
    pending = asyncio.ensure_future(anext(changes, None))
    try:
        while True:
            done, _ = await asyncio.wait({pending}, timeout=_PING_S)
            if not done:
                yield False
                continue
            if pending.result() is None:
                return
            yield True
            pending = asyncio.ensure_future(anext(changes, None))
    finally:
        pending.cancel()
        await asyncio.gather(pending, return_exceptions=True)


def _state(parts: ApiParts, kiosk: str) -> dict[str, str]:
    version, copies = parts.reader.catalogue_version(), len(parts.reader.print_jobs(kiosk).tickets)
    return {"catalogue": f'{{"version":{version}}}', "print-jobs": f'{{"count":{copies}}}'}
