"""What simulated displays show now and showed before; tests and the demo wait on it instead of sleeping."""

import threading
from collections.abc import Iterable


class Screens:
    """The lines of each display of a line, by address. Written by the line's thread, read by any."""

    def __init__(self, addresses: Iterable[int], rows: int = 1) -> None:
        self._lines: dict[int, tuple[str, ...]] = {each: ("",) * rows for each in addresses}
        self._history: list[tuple[int, str]] = []
        self._changed = threading.Condition()

    @property
    def addresses(self) -> tuple[int, ...]:
        return tuple(self._lines)

    def put(self, address: int, *lines: str) -> None:
        with self._changed:
            if self._lines[address] != lines:
                self._lines[address] = lines
                self._history.append((address, lines[0].strip()))
                self._changed.notify_all()

    def lines(self, address: int) -> tuple[str, ...]:
        with self._changed:
            return self._lines[address]

    def text(self, address: int) -> str:
        """The first line without the space around it."""
        return self.lines(address)[0].strip()

    def history(self) -> list[tuple[int, str]]:
        """(address, text) of every change, oldest first."""
        with self._changed:
            return list(self._history)

    def wait_for(self, address: int, text: str, timeout_s: float) -> bool:
        """Whether the display shows ``text`` within ``timeout_s``."""
        with self._changed:
            return self._changed.wait_for(lambda: self._lines[address][0].strip() == text, timeout_s)
