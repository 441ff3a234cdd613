"""Live parts of pages over server-sent events.

1. Every event is a full snapshot of the page's live region: whoever connects late needs nothing that was before.
2. The first change after a quiet time goes out at once; further ones are coalesced to one snapshot a ``gap_s``.
3. After ``ping_s`` without a change the region is rendered again (minutes pass without any change) and sent if it
   differs, else a ping goes out: a page that hears nothing for 25 s knows that it is stale.
4. Guests, who are not signed in, have a part of the streams and of the work: a phone may wait, a counter may not.
5. All streams end when the server closes: an open stream must not hold up a restart.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from kiosk.clock import Clock
from kiosk.web.security import error_response
from kiosk.wire.common import ErrorReply, Text

RETRY_MS = 1000
GUESTS = 256
OF_ONE_GUEST = 4
GUEST_SNAPSHOTS_S = 50  #: in a second, for all guests together; one costs about a millisecond
PING_S = 10.0
GAP_S = 0.1
BUSY = ErrorReply(
    error="too_many_streams",
    message=Text(
        vi="Quá nhiều màn hình đang mở. Hãy thử lại sau ít phút.",
        en="Too many screens are open. Please try again shortly.",
    ),
)


@dataclass(frozen=True, slots=True)
class Leave:
    """Tells the page to go elsewhere: the session ended, the counter was given up."""

    url: str


Snapshot = str | Leave
Render = Callable[[], Snapshot]


class Streams:
    """Opens and closes all live streams of one process. Use it on one event loop."""

    def __init__(self, clock: Clock, limit: int = 512, ping_s: float = PING_S) -> None:
        self._clock, self._limit, self._ping_s = clock, limit, ping_s
        self._open = 0
        self._guests: Counter[str] = Counter()
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Ends every stream and refuses new ones. Call it before the server waits for its connections."""
        self._closing.set()

    def respond(self, changes: AsyncIterator[int], render: Render, gap_s: float = GAP_S, guest: str = "") -> Response:
        """An endless answer: a snapshot now, and one after each change that ``changes`` yields.

        ``guest``: of somebody who is not signed in, what tells them from others.
        """
        if self._closing.is_set() or self._open >= self._limit or (guest and self._is_crowded(guest)):
            return error_response(503, BUSY, [("Retry-After", "2")])
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        stream = self._stream(changes, render, gap_s, guest)
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    def _is_crowded(self, guest: str) -> bool:
        return self._guests.total() >= GUESTS or self._guests[guest] >= OF_ONE_GUEST

    def _gap_s(self, gap_s: float, guest: str) -> float:
        return max(gap_s, self._guests.total() / GUEST_SNAPSHOTS_S) if guest else gap_s

    async def _stream(
        self, changes: AsyncIterator[int], render: Render, gap_s: float, guest: str
    ) -> AsyncIterator[str]:
        closing = asyncio.ensure_future(self._closing.wait())
        changed = asyncio.ensure_future(_next(changes))
        sent: Snapshot | None = None
        sent_s = self._clock.monotonic_s()
        self._open += 1
        self._guests += Counter([guest] if guest else [])
        try:
            yield f"retry: {RETRY_MS}\n\n"
            while not isinstance(sent, Leave):
                await asyncio.wait({closing, changed}, timeout=self._ping_s, return_when=asyncio.FIRST_COMPLETED)
                if closing.done() or (changed.done() and changed.result() is None):
                    return
                snapshot = render()
                # Changes that this page does not show may come all the time; the page must hear from us all the same.
                is_quiet = self._clock.monotonic_s() - sent_s >= self._ping_s
                if snapshot != sent or is_quiet or not changed.done():
                    sent_s = self._clock.monotonic_s()
                    yield self._event(snapshot, sent)
                if changed.done():
                    changed = asyncio.ensure_future(_next(changes))
                sent = snapshot
                await asyncio.wait({closing}, timeout=self._gap_s(gap_s, guest))
        finally:
            self._open -= 1
            self._guests -= Counter([guest])
            for task in (closing, changed):
                task.cancel()
            await asyncio.gather(closing, changed, return_exceptions=True)

    def _event(self, snapshot: Snapshot, sent: Snapshot | None) -> str:
        """``id`` is the server's clock, by which the page counts its seconds."""
        head = f"id: {self._clock.now_ms()}\n"
        if isinstance(snapshot, Leave):
            return f"{head}event: leave\ndata: {snapshot.url}\n\n"
        if snapshot == sent:
            return f"{head}event: ping\ndata:\n\n"
        return f"{head}event: snapshot\n" + "".join(f"data: {line}\n" for line in snapshot.splitlines()) + "\n"


async def _next(changes: AsyncIterator[int]) -> int | None:
    return await anext(changes, None)
