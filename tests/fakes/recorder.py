"""Collects what other threads report and lets a test wait for it, instead of sleeping."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recorder(Generic[T]):
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.items: list[T] = []

    def add(self, item: T) -> None:
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[list[T]], bool], timeout_s: float = 5.0) -> list[T]:
        """The items, once ``wanted`` of them is true; fails the test after ``timeout_s``."""
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self.items), timeout_s), f"never happened; got {self.items}"
            return list(self.items)
