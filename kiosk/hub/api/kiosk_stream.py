"""Tells a kiosk at once that what can be chosen has changed, or that it has something to print.

Events ``catalogue`` with ``{"version": n}``, ``print-jobs`` with how many there are and what the printer is to be asked
for, ``settings`` with their version and the number of the newest command: the state at the start, then each change; a
comment every ten seconds, so that a dead line is noticed. One stream more than a kiosk may have ends its oldest: that
is most likely a dead line, and a refusal would keep the kiosk out until somebody notices.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kiosk.hub.api.endpoint import Who, authenticate
from kiosk.hub.api.errors import Failure, failure
from kiosk.hub.api.parts import ApiParts

PATH = "/v1/stream/kiosk"
OF_ONE_KIOSK = 4
_PING_S = 10.0
_GAP_S = 0.1


class _Lines:
    """The open streams of each kiosk, the oldest first."""

    def __init__(self) -> None:
        self._of_kiosk: defaultdict[str, list[asyncio.Event]] = defaultdict(list)

    @contextmanager
    def open(self, kiosk: str) -> Iterator[asyncio.Event]:
        """Set when the stream has to end."""
        over, lines = asyncio.Event(), self._of_kiosk[kiosk]
        lines.append(over)
        for oldest in lines[:-OF_ONE_KIOSK]:
            oldest.set()
        try:
            yield over
        finally:
            lines.remove(over)


def stream_route(parts: ApiParts) -> Route:
    lines = _Lines()

    async def endpoint(request: Request) -> Response:
        try:
            kiosk = authenticate(Who.KIOSK, request, parts).name
        except Failure as error:
            return failure(error)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_events(parts, kiosk, lines), media_type="text/event-stream", headers=headers)

    return Route(PATH, endpoint)


async def _events(parts: ApiParts, kiosk: str, lines: _Lines) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    told: dict[str, str] = {}
    told_s = parts.clock.monotonic_s()
    with lines.open(kiosk) as over:
        async with aclosing(_ticks(parts, over)) as ticks:
            async for changed in ticks:
                news = {event: data for event, data in _state(parts, kiosk).items() if told.get(event) != data}
                # Changes that do not concern a kiosk may come all the time; it must hear from us all the same.
                if not news and changed and parts.clock.monotonic_s() - told_s < _PING_S:
                    continue
                yield "".join(f"event: {event}\ndata: {data}\n\n" for event, data in news.items()) or ": still here\n\n"
                told, told_s = told | news, parts.clock.monotonic_s()
                await asyncio.sleep(_GAP_S)


async def _ticks(parts: ApiParts, over: asyncio.Event) -> AsyncGenerator[bool, None]:
    """True after a change, False when there was none for ``_PING_S``; ends with the hub or when it is ``over``."""
    changes = parts.changes.watch()
    pending = asyncio.ensure_future(anext(changes, None))
    ending = asyncio.ensure_future(over.wait())
    try:
        while True:
            done, _ = await asyncio.wait({pending, ending}, timeout=_PING_S, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                yield False
                continue
            if ending.done() or pending.result() is None:
                return
            yield True
            pending = asyncio.ensure_future(anext(changes, None))
    finally:
        pending.cancel()
        ending.cancel()
        await asyncio.gather(pending, ending, return_exceptions=True)


def _state(parts: ApiParts, kiosk: str) -> dict[str, str]:
    version, jobs = parts.reader.catalogue_version(), parts.reader.print_jobs(kiosk)
    settings, command = parts.fleet.marks(kiosk)
    return {
        "catalogue": f'{{"version":{version}}}',
        "print-jobs": f'{{"count":{len(jobs.tickets)},"printer_check":{jobs.printer_check}}}',
        "settings": f'{{"version":{settings},"command":{command}}}',
    }
