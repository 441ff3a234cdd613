"""An event loop for a server that thousands may ask in the same second.

asyncio reads from every connection that has something before it looks at what the first one said: three thousand
requests were in memory at once, with their bodies. Here a turn of the loop reads from a few; others wait in the kernel.
Limits of servers (uvicorn's ``limit_concurrency``) refuse what was read already, and ``backlog`` is for those to come.

It puts its own epoll in place of ``EpollSelector._selector``, which is private to Python: a release that has no such
attribute, or asks it otherwise, fails ``tests/pages/test_loop.py``.
"""

import asyncio
import select
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
READ_AT_ONCE = 64  #: the kernel gives the others their turn before these again (epoll(7))


class _Few:
    """An epoll that never tells of more; ``select.epoll`` itself cannot be derived from."""

    def __init__(self, epoll: select.epoll) -> None:
        self._epoll = epoll

    def poll(self, timeout_s: float, most: int) -> list[tuple[int, int]]:
        return self._epoll.poll(timeout_s, min(most, READ_AT_ONCE))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._epoll, name)


class _FewAtOnce(selectors.EpollSelector):
    def __init__(self) -> None:
        super().__init__()
        self._selector: Any = _Few(self._selector)


def run(main: Coroutine[Any, Any, T]) -> T:
    """As ``asyncio.run``."""
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(_FewAtOnce())) as runner:
        return runner.run(main)
