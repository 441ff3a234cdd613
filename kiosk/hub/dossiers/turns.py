"""Work for several owners who take turns: one who brings much keeps the others waiting for one piece only."""

import threading
from collections import OrderedDict, deque
from typing import Generic, TypeVar

Work = TypeVar("Work")


class Turns(Generic[Work]):
    """From any thread. Pieces of one owner keep their order."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Work]] = OrderedDict()
        self._changed, self._is_closed = threading.Condition(), False

    def __len__(self) -> int:
        with self._changed:
            return sum(map(len, self._lines.values()))

    def put(self, owner: str, work: Work) -> None:
        with self._changed:
            self._lines.setdefault(owner, deque()).append(work)
            self._changed.notify()

    def get(self) -> Work | None:
        """Waits for the next; None: it was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._is_closed)
            if self._is_closed:
                return None
            owner, line = self._lines.popitem(last=False)
            work = line.popleft()
            if line:
                self._lines[owner] = line
            return work

    def close(self) -> None:
        """What waits is given up."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
