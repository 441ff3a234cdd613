"""One connection with a client that may be slow, endless or hostile: how much of it is read, and for how long.

1. The head of a request has ``MAX_HEAD`` bytes at most and is complete within ``HEAD_S``, its body within ``BODY_S``;
   every ``BODY_STEP`` bytes of a long one buy that time again, so that a paper comes through a slow line.
2. A client that takes none of what is written for ``WRITE_S`` is cut off: its live stream would keep its place
   and hold up a stop.
3. One address has ``MAX_OF_AN_ADDRESS`` connections at most, so that one machine cannot take all of them. This machine
   itself may have more: a TLS proxy on it brings everybody's.
"""

import asyncio
import logging
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = logging.getLogger(__name__)

MAX_HEAD = 32 * 1024  #: a browser with all our cookies needs 2 KiB
HEAD_S = 15.0
BODY_S = 15.0
BODY_STEP = 256 * 1024
WRITE_S = 30.0
MAX_OF_AN_ADDRESS = 64
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_NOTHING: Any = {}  #: in place of what was asked, once it is answered
_NOBODY_WAITS = asyncio.Event()
TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connection(HttpToolsProtocol):
    """uvicorn's protocol with limits; give it to ``uvicorn.Config(http=...)``."""

    of_address: ClassVar[Counter[str]] = (
        Counter()
    )  #: open connections; all servers of a process share its file descriptors
    head_s, body_s, write_s, body_step = HEAD_S, BODY_S, WRITE_S, BODY_STEP
    ourselves: tuple[str, ...] = ("127.", "::1")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._is_in_head, self._head_bytes, self._body_bytes = True, 0, 0
        self._address = self.client[0] if self.client else ""
        self.of_address[self._address] += 1
        if self.of_address[self._address] > MAX_OF_AN_ADDRESS and not self._address.startswith(self.ourselves):
            self._refuse(TOO_MANY)
        else:
            self._wait_at_most(self.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_write_timer()
        self.of_address[self._address] -= 1
        if not self.of_address[self._address]:
            del self.of_address[self._address]
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """More is waiting to be sent than asyncio keeps."""
        super().pause_writing()
        self._write_timer = asyncio.get_running_loop().call_later(self.write_s, self.transport.abort)

    def resume_writing(self) -> None:
        self._stop_write_timer()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._head_bytes += len(data)
        super().data_received(data)
        if self._is_in_head and self._head_bytes > MAX_HEAD:
            self._refuse(TOO_LARGE)
        elif self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._wait_at_most(self.head_s)  # bytes that begin no request have ended uvicorn's own waiting

    def on_message_begin(self) -> None:
        self._is_in_head, self._head_bytes = True, 0
        self._wait_at_most(self.head_s)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head, self._body_bytes = False, 0
        self._wait_at_most(self.body_s)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        before = self._body_bytes // self.body_step
        self._body_bytes += len(body)
        if self._body_bytes // self.body_step > before:
            self._wait_at_most(self.body_s)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """A connection that rests keeps nothing of the request that it had: there may be thousands of them."""
        self._stop_waiting()
        if self.cycle.response_complete:
            self.cycle.body.clear()
            self.cycle.message_event = _NOBODY_WAITS
            if not self._is_in_head:  # else the next request has begun to fill them
                self.cycle.scope, self.scope, self.headers = _NOTHING, _NOTHING, []
        super().on_response_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """A browser's extension or a curious client. It gets an ordinary answer; nothing is wrong with this server."""
        log.info("A client asked for a WebSocket; there are none here")

    def _wait_at_most(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _refuse(self, answer: bytes) -> None:
        self._stop_waiting()
        self.transport.write(answer)
        self.transport.close()
