"""``kiosk touch``: the touch screen of one kiosk, until it is told to stop.

A configuration that cannot be used does not end the program: the screen says that the machine is out of service, and
names to staff the file, the key and what was expected.
"""

import argparse
from pathlib import Path
from typing import Any

from kiosk.clock import clock_from
from kiosk.config import load_touch_config
from kiosk.errors import ConfigError
from kiosk.touch import app


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("touch", help="run the touch screen of a kiosk")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the kiosk's touch.toml")
    parser.add_argument("--probe", type=Path, metavar="SOCKET", help="tell tests where the widgets are, read only")
    parser.add_argument("--clock", default="", metavar="SPEC", help="a pretended time, for demonstration and replay")


def run(args: argparse.Namespace) -> int:
    try:
        clock = clock_from(args.clock)
    except ValueError as error:
        raise ConfigError(f"--clock: {error}") from error
    try:
        config = load_touch_config(args.config)
    except ConfigError as error:
        return app.run_out_of_service(str(error), probe=args.probe)
    return app.run(config, args.probe, clock, lambda: load_touch_config(args.config))
