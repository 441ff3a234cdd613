"""``--probe SOCKET``: tells tests and the tour where the widgets are. Read only, and only when asked for.

Answers each line ``widgets`` on a Unix socket (mode 0600) with one JSON line: the screen, a few words of its state, and
each widget that has a test name: place and size in window px from the top left, text, whether it can be pressed and is.
"""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from kiosk.touch.flow import SETTLE_MS, State
from kiosk.touch.session import TouchSession
from kiosk.touch.ui.shell import Shell
from kiosk.touch.ui.theme import look

ANSWER_S = 5.0


class Probe:
    def __init__(self, path: Path, root: Callable[[], Shell | None], session: TouchSession) -> None:
        self._path, self._root, self._session = path, root, session
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def open(self) -> None:
        old_mask = os.umask(0o177)
        try:
            self._server.bind(str(self._path))
        finally:
            os.umask(old_mask)
        self._server.listen(4)
        threading.Thread(target=self._accept, name="probe", daemon=True).start()

    def close(self) -> None:
        self._server.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), name="probe-line", daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rw", encoding="utf-8") as file:
            for request in file:
                if request.strip() == "widgets":
                    file.write(json.dumps(self._from_window(), ensure_ascii=False) + "\n")
                    file.flush()

    def _from_window(self) -> dict[str, Any]:
        """The widgets may only be read by the window's own thread."""
        done, picture = threading.Event(), {}

        def look_round(_: float) -> None:
            picture.update(self._picture())
            # What was told is on the screen when the next frame begins.
            Clock.schedule_once(lambda _: done.set(), 0)

        Clock.schedule_once(look_round, 0)
        done.wait(ANSWER_S)
        return picture

    def _takes_taps(self, state: State) -> bool:
        return self._session.now_ms() - state.entered_ms >= SETTLE_MS

    def _picture(self) -> dict[str, Any]:
        root, state = self._root(), self._session.state
        ticket, request = state.session.ticket, state.session.request
        return {
            "screen": state.screen.value,
            "state": {
                "language": state.session.language,
                "ticket": ticket.label if ticket else None,
                "paper": state.session.paper.value,
                "request_id": request.request_id if request else None,
                "idle_left_s": state.idle_left_s,
                "high_contrast": state.session.high_contrast,
                "lowered": state.session.lowered,
                "hub_lost": state.hub_lost,
                "frames": Clock.frames,
                "settled": root is not None and root.is_still(state) and self._takes_taps(state),
            },
            "widgets": {name: box for name, box in boxes(root)} if root else {},
            "cut": [label.text for label in labels(root) if _is_cut(label)] if root else [],
        }


def boxes(root: Widget) -> Iterator[tuple[str, dict[str, Any]]]:
    for widget in _visible(root):
        name = getattr(widget, "test_name", "")
        if name:
            x, y = widget.to_window(widget.x, widget.y)
            yield (
                name,
                {
                    "x": round(x),
                    "y": round(Window.height - y - widget.height),
                    "w": round(widget.width),
                    "h": round(widget.height),
                    "text": " ".join(filter(None, (getattr(widget, "title", ""), getattr(widget, "text", "")))),
                    "enabled": not widget.disabled,
                    "press": isinstance(widget, ButtonBehavior),
                    "down": getattr(widget, "state", "") == "down",
                },
            )


def labels(root: Widget) -> Iterator[Label]:
    return (widget for widget in _visible(root) if isinstance(widget, Label) and widget.text)


def _visible(widget: Widget) -> Iterator[Widget]:
    if widget.opacity <= 0 or widget.width <= 0 or widget.height <= 0:
        return
    yield widget
    for child in widget.children:
        yield from _visible(child)


def _is_cut(label: Label) -> bool:
    """The text needs more room than its label has, is smaller than the smallest type, or leaves the window."""
    x, y = label.to_window(label.x, label.y)
    needs_h = label.texture.size[1] if label.texture else 0
    inside = x >= -1 and y >= -1 and x + label.width <= Window.width + 1 and y + label.height <= Window.height + 1
    # Headlines are set tighter than the font's own line, by up to a sixth of it.
    return not inside or label.font_size < look.caption - 1 or needs_h > label.height * 1.2 + 2
