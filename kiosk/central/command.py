"""``kiosk central``: runs a worker, and does from a shell what needs no page.

Rooms hang their own actions in ``_ROOMS``: a module with ``add_parsers(actions)`` that sets ``act`` on each parser.
"""

import argparse
import asyncio
import contextlib
import ctypes
import gc
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from kiosk.central import backup_commands, centre_commands, key_commands, procedure_commands, user_commands
from kiosk.clock import Clock, clock_from
from kiosk.config import CentralConfig, load_central_config
from kiosk.errors import ConfigError
from kiosk.web.loop import run as run_loop
from kiosk.web.server import Server, listen_at, url_of

log = logging.getLogger(__name__)

_ROOMS = (centre_commands, user_commands, procedure_commands, backup_commands, key_commands)
#: Batches are thousands of small objects that are gone a moment later. With Python's own 700 the collector took a
#: seventh of a worker's time, most of it for looking at the program itself, which never goes.
_COLLECT_AFTER = (20_000, 20, 100)
#: Connections that ended hold on to themselves until all is looked at, which takes some 10 ms; and what glibc has free
#: between pieces in use, 25 MB after thousands of hubs came at once, it does not give back by itself.
_TIDY_S = 15.0
#: Who reads requests asks for the interpreter many times a request; with Python's own 5 ms it mostly waited for the
#: threads that store, and a tenth of what two processors can do was lost.
_SWITCH_S = 0.0005
#: Thousands of hubs may return in the same second.
_BACKLOG = 4096


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("central", help="run central for the city", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    worker = actions.add_parser("run", help="serve until told to stop; several workers may share one PostgreSQL")
    worker.add_argument("--config", type=Path, required=True, metavar="FILE", help="the city's central.toml")
    worker.add_argument(
        "--clock", default="", metavar="SPEC", help="a pretended time, for demonstration and load tests"
    )
    worker.add_argument("--port", type=int, metavar="N", help="instead of `listen.port`: for a further worker")
    worker.set_defaults(act=_run_worker)
    for room in _ROOMS:
        room.add_parsers(actions)


def run(args: argparse.Namespace) -> int:
    return int(args.act(args) or 0)


def _run_worker(args: argparse.Namespace) -> int:
    config = load_central_config(args.config)
    if args.port is not None:
        if not 0 <= args.port <= 65535:
            raise ConfigError(f"--port: expected 0 to 65535, got {args.port}")
        config = msgspec.structs.replace(config, listen=msgspec.structs.replace(config.listen, port=args.port))
    try:
        clock = clock_from(args.clock)
    except ValueError as error:
        raise ConfigError(f"--clock: {error}") from error
    run_loop(serve(config, clock))
    return 0


async def serve(config: CentralConfig, clock: Clock) -> None:
    """Until SIGTERM or SIGINT. Raises ConfigError when address or certificate cannot be used, StoreUnavailable."""
    # Pages, PDF and gateways take a second to load: who only wants a code for a centre need not wait for them.
    from kiosk.central.app import Central, build_app

    tls = (config.tls.certificate, config.tls.key) if config.tls else None
    with contextlib.closing(listen_at(config.listen.host, config.listen.port, _BACKLOG)) as line:
        url = config.listen.public_url or url_of(line, "https" if tls else "http")
        app = build_app(config, clock, url)
        central: Central = app.state.central
        sys.setswitchinterval(_SWITCH_S)
        gc.freeze()
        gc.set_threshold(*_COLLECT_AFTER)
        async with central.opened(), _tidied():
            log.info("Central of %s answers at %s", config.city.name.vi, url)
            await Server(app, central.is_alive, central.end_streams, tls, _BACKLOG).serve(sockets=[line])
    log.info("Central has stopped")


@contextlib.asynccontextmanager
async def _tidied() -> AsyncIterator[None]:
    """Memory that a rush needed is given back within ``_TIDY_S``."""
    libc = ctypes.CDLL(None)

    async def tidy() -> None:
        while True:
            await asyncio.sleep(_TIDY_S)
            gc.collect()
            libc.malloc_trim(0)

    task = asyncio.create_task(tidy())
    try:
        yield
    finally:
        task.cancel()
