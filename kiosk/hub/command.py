"""``kiosk hub``: serves one centre until it is told to stop.

SIGTERM and Ctrl-C end it in order: live streams end, requests under way are answered, what was submitted is stored.
"""

import argparse
import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

from kiosk.clock import Clock, clock_from
from kiosk.config import HubConfig, load_hub_config
from kiosk.errors import ConfigError
from kiosk.hub.app import Hub, build_app
from kiosk.systemd import notify, watchdog_period_s
from kiosk.web.connection import Connection

log = logging.getLogger(__name__)

_KEEP_ALIVE_S = 75  #: longer than a kiosk's pause between two requests
_DRAIN_S = 5
_BACKLOG = 512
#: The event loop and the write thread hand the interpreter to each other for every statement. With Python's 5 ms a
#: single ticket took 1.9 ms of processor and 32 clients got 600 a second; with this 1.2 ms and 900.
_SWITCH_S = 0.0005


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("hub", help="run the hub of a centre")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the centre's hub.toml")
    parser.add_argument("--clock", default="", metavar="SPEC", help="a pretended time, for demonstration and replay")


def run(args: argparse.Namespace) -> int:
    config = load_hub_config(args.config)
    try:
        clock = clock_from(args.clock)
    except ValueError as error:
        raise ConfigError(f"--clock: {error}") from error
    asyncio.run(serve(config, clock))
    return 0


async def serve(config: HubConfig, clock: Clock) -> None:
    """Until SIGTERM or SIGINT. Raises ConfigError when the address cannot be used, SchemaTooNew, StoreUnavailable."""
    sys.setswitchinterval(_SWITCH_S)
    with contextlib.closing(_listen(config)) as line:
        host, port = line.getsockname()[:2]
        url = config.listen.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        app = build_app(config, clock, url)
        hub: Hub = app.state.hub
        async with hub.opened():
            log.info("The hub of %s answers at %s", config.centre.name.vi, url)
            await _Server(app, hub).serve(sockets=[line])
    log.info("The hub has stopped")


def _listen(config: HubConfig) -> socket.socket:
    listen = config.listen
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY; without it Nagle and delayed ACK make 44 ms of each answer.
    line = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((listen.host, listen.port))
        line.listen(_BACKLOG)
    except OSError as error:
        line.close()
        raise ConfigError(f"`listen`: {listen.host}:{listen.port} cannot be used: {error.strerror or error}") from error
    return line


class _Server(uvicorn.Server):
    """uvicorn with our own signals: it would raise them again before the database is closed."""

    def __init__(self, app: Any, hub: Hub) -> None:
        logging.getLogger("uvicorn").setLevel(logging.WARNING)  # we say ourselves when we start and stop
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_DRAIN_S,
            )
        )
        self._hub = hub
        self._watchdog: asyncio.Task[None] | None = None

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
        notify("READY=1")
        self._watchdog = asyncio.create_task(self._tell_watchdog())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
        notify("STOPPING=1")
        self._hub.end_streams()
        await super().shutdown(sockets)

    def _stop(self) -> None:
        self.should_exit = True

    async def _tell_watchdog(self) -> None:
        """Silent when the write thread has died: systemd then restarts the hub."""
        period_s = watchdog_period_s()
        while period_s is not None:
            if self._hub.store.is_alive():
                notify("WATCHDOG=1")
            await asyncio.sleep(period_s)
