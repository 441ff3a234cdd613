"""A process that serves until it is told to stop: its listening line, its signals, systemd's watchdog.

SIGTERM and Ctrl-C end it in order: live streams end and requests under way are answered before anything is closed.
"""

import asyncio
import contextlib
import logging
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn

from kiosk.errors import ConfigError
from kiosk.systemd import notify, watchdog_period_s
from kiosk.web.connection import Connection

_KEEP_ALIVE_S = 75  #: longer than the pause of a kiosk or a hub between two requests
_DRAIN_S = 5
BACKLOG = 512
#: Connections taken from the line before those that were taken are answered. asyncio takes as many as may wait there:
#: three thousand requests that came together were all in memory at once.
_TAKEN_AT_ONCE = 32


def listen_at(host: str, port: int, backlog: int = BACKLOG) -> socket.socket:
    """Raises ConfigError when the address cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY; without it Nagle and delayed ACK make 44 ms of each answer.
    line = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((host, port))
        line.listen(backlog)
    except OSError as error:
        line.close()
        raise ConfigError(f"`listen`: {host}:{port} cannot be used: {error.strerror or error}") from error
    return line


def url_of(line: socket.socket, scheme: str = "http") -> str:
    host, port = line.getsockname()[:2]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


class Server(uvicorn.Server):
    """uvicorn with our own signals: it would raise them again before the database is closed.

    ``is_alive``: while it says no, systemd's watchdog is not told and restarts the process. ``end_streams`` is called
    before the server waits for its connections. ``tls``: files of certificate and key.
    """

    def __init__(
        self,
        app: Any,
        is_alive: Callable[[], bool],
        end_streams: Callable[[], None],
        tls: tuple[Path, Path] | None = None,
        backlog: int = BACKLOG,
    ) -> None:
        logging.getLogger("uvicorn").setLevel(logging.WARNING)  # we say ourselves when we start and stop
        certificate, key = tls or (None, None)
        config = uvicorn.Config(
            app,
            http=Connection,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=min(backlog, _TAKEN_AT_ONCE),
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_DRAIN_S,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        super().__init__(config)
        self._backlog = backlog
        self._is_alive, self._end_streams = is_alive, end_streams
        self._watchdog: asyncio.Task[None] | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Raises ConfigError when the certificate cannot be used."""
        try:
            self.config.load()
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"`tls`: certificate and key cannot be used: {error}") from error
        await super().serve(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for line in sockets or ():
            line.listen(self._backlog)  # asyncio has made it as short as what it takes at once
        notify("READY=1")
        self._watchdog = asyncio.create_task(self._tell_watchdog())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
        notify("STOPPING=1")
        self._end_streams()
        await super().shutdown(sockets)

    def _stop(self) -> None:
        self.should_exit = True

    async def _tell_watchdog(self) -> None:
        """Silent when a thread of the store has died: systemd then restarts the process."""
        period_s = watchdog_period_s()
        while period_s is not None:
            if self._is_alive():
                notify("WATCHDOG=1")
            await asyncio.sleep(period_s)
