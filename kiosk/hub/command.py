"""``kiosk hub``: serves one centre until it is told to stop. ``kiosk hub enrol`` stands in a module of its own.

SIGTERM and Ctrl-C end it in order: live streams end, requests under way are answered, what was submitted is stored.
"""

import argparse
import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.clock import Clock, clock_from
from kiosk.config import HubConfig, load_hub_config
from kiosk.errors import ConfigError
from kiosk.hub import enrol_command
from kiosk.hub.app import Hub, build_app
from kiosk.web.server import Server, listen_at, url_of

log = logging.getLogger(__name__)

#: The event loop and the write thread hand the interpreter to each other for every statement. With Python's 5 ms a
#: single ticket took 1.9 ms of processor and 32 clients got 600 a second; with this 1.2 ms and 900.
_SWITCH_S = 0.0005


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("hub", help="run the hub of a centre")
    parser.add_argument("--config", type=Path, metavar="FILE", help="the centre's hub.toml")
    parser.add_argument("--clock", default="", metavar="SPEC", help="a pretended time, for demonstration and replay")
    parser.set_defaults(action=_run_hub)
    enrol_command.add_parser(parser.add_subparsers(metavar="enrol"))


def run(args: argparse.Namespace) -> int:
    return int(args.action(args))


def _run_hub(args: argparse.Namespace) -> int:
    if args.config is None:
        raise ConfigError("expected --config FILE, the centre's hub.toml")
    config = load_hub_config(args.config)
    try:
        clock = clock_from(args.clock)
    except ValueError as error:
        raise ConfigError(f"--clock: {error}") from error
    asyncio.run(serve(config, clock, lambda: load_hub_config(args.config)))
    return 0


async def serve(config: HubConfig, clock: Clock, read_again: Callable[[], HubConfig] | None = None) -> None:
    """Until SIGTERM or SIGINT. Raises ConfigError when the address cannot be used, SchemaTooNew, StoreUnavailable."""
    sys.setswitchinterval(_SWITCH_S)
    with contextlib.closing(listen_at(config.listen.host, config.listen.port)) as line:
        url = config.listen.public_url or url_of(line)
        app = build_app(config, clock, url, read_again=read_again)
        hub: Hub = app.state.hub
        async with hub.opened():
            log.info("The hub of %s answers at %s", config.centre.name.vi, url)
            await Server(app, hub.store.is_alive, hub.end_streams).serve(sockets=[line])
    log.info("The hub has stopped")
