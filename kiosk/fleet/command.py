"""``kiosk fleet simulate``: many centres with realistic days against a central, and what it made of them."""

import argparse
import asyncio
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.clock import Clock, ScaledClock, SystemClock, clock_from, local, to_ms
from kiosk.config import load_central_config
from kiosk.errors import ConfigError
from kiosk.fleet.check import problems, read_stored, summary
from kiosk.fleet.day import OPENS_S, Shape, shapes
from kiosk.fleet.fleet import Days, Fleet, enrol_all
from kiosk.fleet.hub import Outage
from kiosk.fleet.keys import KeyRing
from kiosk.fleet.line import Address

_FOREVER_H = 24 * 365.0
_SUNDAY = 6
_TICKETS = 64  #: of a centre on an ordinary day: 200,000 in 3,139 centres


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("fleet", help="simulate many centres")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    simulate = actions.add_parser(
        "simulate",
        help="run many centres against a central",
        description="Runs a centre for each code, signed, in batches, with heartbeats, and prints figures.",
    )
    simulate.add_argument("--url", required=True, help="where central answers, e.g. http://127.0.0.1:8090")
    simulate.add_argument("--codes", type=Path, metavar="FILE", help="what `kiosk central enrol` printed: CENTRE CODE")
    simulate.add_argument("--keys", type=Path, metavar="FILE", help="keeps the keys of enrolled centres, for next time")
    simulate.add_argument("--tickets", type=int, default=_TICKETS, metavar="N", help="a centre and day; default: 64")
    simulate.add_argument("--seed", default="1", help="the same seed gives the same days")
    simulate.add_argument("--minutes", type=float, default=60 * _FOREVER_H, help="of the wall; default: until Ctrl-C")
    time_of_day = simulate.add_argument_group("the time that the centres live in")
    time_of_day.add_argument("--clock", default="", metavar="SPEC", help="a pretended time, the same as central's")
    time_of_day.add_argument("--opened-min-ago", type=float, metavar="M", help="the day began M minutes ago")
    time_of_day.add_argument("--days-before", type=int, default=0, metavar="D", help="that are sent at once")
    simulate.add_argument(
        "--check", type=Path, metavar="FILE", help="central.toml: at the end, whether everything is stored exactly once"
    )
    faults = simulate.add_argument_group("faults")
    faults.add_argument(
        "--outage",
        type=float,
        nargs=2,
        metavar=("FROM", "TO"),
        help="no line in these minutes; then all return at once",
    )


def run(args: argparse.Namespace) -> int:
    address = Address.of(args.url)
    clock = _clock(args.clock)
    try:
        fleet, centres, days = asyncio.run(_simulate(args, address, clock))
    except asyncio.CancelledError:
        return 0
    if args.check is None:
        return 0
    told, url = fleet.told(), load_central_config(args.check).database
    found = problems(told, read_stored(url), centres, days)
    _say(summary(found, told))
    return 1 if found else 0


async def _simulate(args: argparse.Namespace, address: Address, clock: ScaledClock) -> tuple[Fleet, list[Shape], Days]:
    """CancelledError when it is told to stop."""
    ring = await _keys(args, address)
    fleet = Fleet(address, {key.centre: key for key in ring.keys}, clock)
    centres = shapes([key.centre for key in ring.keys], args.tickets * len(ring.keys), args.seed)
    _say(f"{len(centres)} centres, {sum(shape.tickets for shape in centres)} tickets a day, clock {clock.spec()}")
    days, ends_ms = _days(args, clock), clock.now_ms() + round(args.minutes * 60_000 * clock.speed)
    running = asyncio.current_task()
    assert running is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        await fleet.run(centres, days, ends_ms, _outage(args, clock), _say)
    finally:
        _say(fleet.figures.text())
    return fleet, centres, days


def _days(args: argparse.Namespace, clock: Clock) -> Days:
    """The days before, today and the days that come, without Sundays."""
    now = local(clock.now_ms())
    midnight = datetime(now.year, now.month, now.day)
    if args.opened_min_ago is not None:
        midnight = now.replace(tzinfo=None) - timedelta(minutes=args.opened_min_ago, seconds=OPENS_S)
    days = [midnight + timedelta(days=number) for number in range(-args.days_before, 30)]
    return Days([to_ms(day) for day in days if day.weekday() != _SUNDAY or day == midnight], args.seed)


def _clock(spec: str) -> ScaledClock:
    if not spec:
        return ScaledClock(SystemClock().now_ms(), 1.0)
    try:
        clock = clock_from(spec)
    except ValueError as error:
        raise ConfigError(f"--clock: {error}") from error
    assert isinstance(clock, ScaledClock)
    return clock


def _outage(args: argparse.Namespace, clock: ScaledClock) -> Outage | None:
    if args.outage is None:
        return None
    begins, ends = (clock.now_ms() + round(minutes * 60_000 * clock.speed) for minutes in args.outage)
    return Outage(begins, ends)


async def _keys(args: argparse.Namespace, address: Address) -> KeyRing:
    """Those of the file and of the codes, enrolled now."""
    known = KeyRing.load(args.keys) if args.keys else KeyRing()
    there = {key.centre for key in known.keys}
    codes = {centre: code for centre, code in _codes(args.codes).items() if centre not in there}
    ring = KeyRing((*known.keys, *await enrol_all(address, codes)))
    if args.keys:
        ring.save(args.keys)
    if not ring.keys:
        raise ConfigError("there is no centre: give --codes, or --keys of an earlier time")
    return ring


def _codes(path: Path | None) -> dict[str, str]:
    """Code by centre."""
    if path is None:
        return {}
    try:
        lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
        return {centre: code for centre, code in lines}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: expected lines of CENTRE CODE: {error}") from error


def _say(text: str) -> None:
    print(text, flush=True)
