"""A hall screen without a browser: follows the live stream and keeps every call that it showed."""

import re
import threading
from types import TracebackType
from typing import Self

import requests

from kiosk.demo.processes import DemoFailed

_CALL = re.compile(r'data-label="([A-Z]\d+)"')
SILENCE_S, RETRY_S = 25.0, 0.5


class HallWatch:
    """``labels``: all that have been on the screen since it was opened. Reconnects, as a browser does."""

    def __init__(self, address: str) -> None:
        """``address``: the hall screen's, with its token."""
        self._address = address
        self.labels: set[str] = set()
        self._session = requests.Session()
        self._session.trust_env = False
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="hall", daemon=True)

    def __enter__(self) -> Self:
        page = self._session.get(self._address, timeout=10)
        if not page.ok:
            raise DemoFailed(f"the hall screen was refused: status {page.status_code}")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The thread sees it at the next event or ping; nobody waits for that."""
        self._closing.set()

    def await_labels(self, labels: set[str], timeout_s: float = 10.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: labels <= self.labels, timeout_s)

    def _listen(self) -> None:
        stream = self._address.partition("?")[0] + "/stream"
        while not self._closing.is_set():
            try:
                with self._session.get(stream, stream=True, timeout=(5, SILENCE_S)) as answer:
                    self._follow(answer)
            except requests.RequestException:
                self._closing.wait(RETRY_S)  # the hub is away; it comes back

    def _follow(self, answer: requests.Response) -> None:
        for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
            if self._closing.is_set():
                return
            if found := _CALL.findall(line):
                with self._changed:
                    self.labels.update(found)
                    self._changed.notify_all()
