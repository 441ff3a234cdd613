"""``kiosk demo``: the whole product on this machine, with simulated devices, in a new folder.

With a screen it opens the touch app and says how to sign in; without one, or with ``--tour``, it runs the tour.
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from kiosk.demo.processes import end_in_order_on_sigterm
from kiosk.demo.stage import Stage, fit_window, screen_size
from kiosk.demo.tour import run_tour


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="show everything with simulated devices",
        description="Starts a hub, a touch screen, a simulated printer, scanner and displays, and central with a city "
        "of simulated centres, in a new folder.",
    )
    parser.add_argument(
        "--tour", type=Path, metavar="DIR", help="walk the main job on a virtual screen; pictures and index.html in DIR"
    )
    parser.add_argument("--folder", type=Path, help="an empty folder for data and logs, which is kept")


def run(args: argparse.Namespace) -> int:
    end_in_order_on_sigterm()
    data = args.folder or Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    size = None if args.tour else screen_size()
    done = _tour(args.tour or Path("tour"), data) if size is None else _show(data, size)
    if args.folder is None and done == 0:
        shutil.rmtree(data, ignore_errors=True)
    return done


def _tour(pictures: Path, data: Path) -> int:
    report = run_tour(pictures, data)
    print(f"\n{report.passed} of {report.planned} steps passed: {pictures / 'index.html'}")
    if not report.is_good:
        print(f"logs: {data / 'logs'}")
    return 0 if report.is_good else 1


def _show(data: Path, size: tuple[int, int]) -> int:
    """Until the window is closed or Ctrl-C."""
    with Stage(data, window=fit_window(*size)) as stage:
        print(_welcome(stage), flush=True)
        try:
            stage.touch.wait()
        except KeyboardInterrupt:
            print("\nstopping", flush=True)
    return 0


def _welcome(stage: Stage) -> str:
    people, overseers = (
        "\n".join(f"    {who.name:9} {who.password}   {who.display_name} ({who.role})" for who in those.values())
        for those in (stage.staff, stage.city.people)
    )
    return f"""
The demonstration centre is open. Ctrl-C ends it and throws its data away.

Citizens: the touch window. Touch as you like; slips come out as pictures in {stage.slips_folder}
Staff:    {stage.folder.url}/console      sign in as
{people}
Hall:     {stage.hall_url}
City:     {stage.city.url}   sign in as
{overseers}
Mail:     warnings of our centre, after a minute beyond the promise, arrive in {stage.city.mailbox.folder}
Trouble:  echo "printer paper out" | socat - UNIX-CONNECT:{stage.devices.control}   (any other word: help)
"""
