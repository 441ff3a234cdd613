"""``kiosk replay FILE``: a real day through a hub; fails when anything was lost or doubled."""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from kiosk.demo.day import read_day, seconds_of
from kiosk.demo.processes import DemoFailed, end_in_order_on_sigterm
from kiosk.demo.record import problems, summary
from kiosk.demo.replay import ReplayDay, replay


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "replay",
        help="send a real day of arrivals through a hub",
        description="Sends a day of arrivals through a hub with counters, printer and displays, in a new folder, "
        "and checks that every ticket was printed, called and displayed once.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV with arrival,service; e.g. assets/demo/day.csv")
    parser.add_argument("--speed", type=float, default=60.0, help="pretended seconds in a real one (default: 60)")
    parser.add_argument("--until", type=seconds_of, metavar="HH:MM", help="only the arrivals before that time")
    parser.add_argument("--folder", type=Path, help="an empty folder for data and logs, which is kept")


def run(args: argparse.Namespace) -> int:
    end_in_order_on_sigterm()
    arrivals = [each for each in read_day(args.file) if args.until is None or each.at_s < args.until]
    if not arrivals:
        raise DemoFailed(f"{args.file}: nobody came in that time")
    folder = args.folder or Path(tempfile.mkdtemp(prefix="kiosk-replay-"))
    print(f"{len(arrivals)} people, {args.speed:g} times as fast; data and logs in {folder}", flush=True)
    record, seen = replay(ReplayDay(arrivals, args.speed), folder, lambda text: print(text, flush=True))
    wrong = problems(record, seen, len(arrivals))
    print(summary(record))
    for line in wrong[:20]:
        print(f"WRONG: {line}")
    if wrong:
        print(f"{len(wrong)} things went wrong; data and logs stay in {folder}")
        return 1
    print("every ticket was printed, called, displayed and ended once; nothing lost, nothing doubled")
    if args.folder is None:
        shutil.rmtree(folder)
    return 0
