"""Runs the tour on a virtual screen and writes its page."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from kiosk.demo.browser import Browser, chromium
from kiosk.demo.cast import Cast
from kiosk.demo.report import Report
from kiosk.demo.screen import VirtualScreen
from kiosk.demo.stage import Stage
from kiosk.demo.tour_steps import STEPS

SCREEN = (1080, 1920)


def run_tour(folder: Path, data: Path) -> Report:
    """All steps; pictures and index.html go to ``folder``, the demonstration's own files to the empty ``data``.

    Each step builds on the one before, so the first that fails ends the tour, with a picture of every screen.
    """
    report = Report(folder, "Trung tâm Phục vụ hành chính công: một vòng qua sản phẩm", _say)
    with ExitStack() as stack:
        screen = stack.enter_context(VirtualScreen(*SCREEN))
        stage = stack.enter_context(Stage(data, screen.display))
        executable = chromium()
        if executable is None:
            _say("no Chromium with playwright here: staff press the same buttons by command, without pictures")
        browser = stack.enter_context(Browser(executable)) if executable else None
        cast = stack.enter_context(Cast(stage, screen, browser, report))
        report.planned = len(STEPS)
        for step in STEPS:
            if not report.step(step.title, step.text, partial(step.act, cast)):
                cast.show_everything()
                break
    return report


def _say(text: str) -> None:
    print(text, flush=True)
