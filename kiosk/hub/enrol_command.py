"""``kiosk hub enrol``: makes this hub known to the city's central with a code that works once."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from kiosk.clock import SystemClock
from kiosk.config import load_hub_config
from kiosk.errors import ConfigError, StoreUnavailable
from kiosk.hub.sync.enrol import enrol
from kiosk.hub.sync.line import CentralAddress


def add_parser(actions: Any) -> None:
    parser = actions.add_parser("enrol", help="make this hub known to the city's central; it may be running meanwhile")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the centre's hub.toml")
    parser.add_argument("--central", default="", metavar="URL", help="default: [central] url of hub.toml")
    parser.add_argument("--code", required=True, help="as `kiosk central enrol` printed it")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> int:
    config = load_hub_config(args.config)
    access, url = config.central, args.central.rstrip("/") or config.central.url
    if not url:
        raise ConfigError("expected --central URL, or `central.url` in hub.toml")
    try:
        msgspec.convert({"url": url}, type(access))
    except msgspec.ValidationError as error:
        raise ConfigError(f'--central: expected an address such as "https://central.example", got "{url}"') from error
    if access.lets_listen(url):
        raise ConfigError(
            f"{url}: others could read along over plain HTTP; expected https://…, or `central.allow_plain_http = true`"
        )
    address = CentralAddress(url, access.ca_file)
    try:
        enrolment = enrol(
            address, args.code.strip(), config.data, config.centre.id, SystemClock(), config.dossiers.agency
        )
    except OSError as error:
        raise StoreUnavailable(f"{config.data}: {error.strerror or error}") from error
    print(f"{config.centre.name.vi} is enrolled at {url} as {enrolment.device}.")
    return 0
