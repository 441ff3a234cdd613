"""The ``kiosk`` command. Each sub-command is a module with ``add_parser(subparsers)`` and ``run(args) -> int``.

``kiosk hub`` must not pay for Kivy, nor ``kiosk touch`` for the web server: only the module that is asked for is
imported. Exit codes: 0 done, 1 failed, 2 wrong use or wrong configuration, 3 another one is running already.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk import __version__
from kiosk.errors import KioskError
from kiosk.logs import start_logging


@dataclass(frozen=True, slots=True)
class SubCommand:
    """``module`` has ``add_parser(subparsers)`` and ``run(args)``."""

    module: str
    summary: str


COMMANDS = {
    "hub": SubCommand("kiosk.hub.command", "run the hub of a centre"),
    "touch": SubCommand("kiosk.touch.command", "run the touch screen of a kiosk"),
    "central": SubCommand("kiosk.central.command", "run central for the city, and its centres and devices"),
    "demo": SubCommand("kiosk.demo.command", "show everything with simulated devices"),
    "replay": SubCommand("kiosk.demo.replay_command", "send a real day of arrivals through a hub"),
    "fleet": SubCommand("kiosk.fleet.command", "simulate many centres against a central"),
    "estimate": SubCommand("kiosk.estimate_commands", "try the wait estimates on a log of past days"),
    "config": SubCommand("kiosk.config_command", "look at, check, compare and fetch remote settings"),
    "device": SubCommand("kiosk.device_commands", "list and test the devices of a configuration"),
    "id-card": SubCommand("kiosk.card_command", "check payloads of ID cards"),
    "qr": SubCommand("kiosk.qr_command", "read the QR codes of pictures"),
    "staff": SubCommand("kiosk.hub.staff_command", "add staff who may sign in"),
    "token": SubCommand("kiosk.hub.token_command", "make the token of a kiosk or a hall screen"),
}


def build_parser(wanted: str | None) -> argparse.ArgumentParser:
    """The parser with the options of ``wanted`` only; the other sub-commands are listed with their summary."""
    parser = argparse.ArgumentParser(
        prog="kiosk", description="Self-service kiosk and queue of a public service centre."
    )
    parser.add_argument("--version", action="version", version=f"kiosk {__version__}")
    parser.add_argument(
        "--log-level", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"], help="default: INFO"
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        if name == wanted:
            importlib.import_module(command.module).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=command.summary)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    # One row of numbers at a time: threads of OpenBLAS only take memory (8 MB each) and the processor from the others.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = list(sys.argv[1:] if argv is None else argv)
    args = build_parser(next((word for word in words if word in COMMANDS), None)).parse_args(words)
    start_logging(args.log_level)
    try:
        return int(importlib.import_module(COMMANDS[args.command].module).run(args) or 0)
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
