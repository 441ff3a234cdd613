"""A hall screen without a browser: follows the live stream and keeps every call that it showed."""

import re
import threading
from types import TracebackType
from typing import Self

import requests

from kiosk.demo.processes import DemoFailed

_CALL = re.compile(r'data-label="([A-Z]\d+)"')
SILENCE_S = 25.0


class HallWatch:
    """``labels``: all that have been on the screen since it was opened."""

    def __init__(self, address: str) -> None:
        """``address``: the hall screen's, with its token."""
        self._address = address
        self.labels: set[str] = set()
        self._session = requests.Session()
        self._session.trust_env = False
        self._changed = threading.Condition()
        self._answer: requests.Response | None = None
        self._thread = threading.Thread(target=self._listen, name="hall", daemon=True)

    def __enter__(self) -> Self:
        page = self._session.get(self._address, timeout=10)
        if not page.ok:
            raise DemoFailed(f"the hall screen was refused: status {page.status_code}")
        stream = self._address.partition("?")[0] + "/stream"
        self._answer = self._session.get(stream, stream=True, timeout=(5, SILENCE_S))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._answer is not None:
            self._answer.close()
        self._session.close()

    def await_labels(self, labels: set[str], timeout_s: float = 10.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: labels <= self.labels, timeout_s)

    def _listen(self) -> None:
        assert self._answer is not None
        try:
            for line in self._answer.iter_lines(decode_unicode=True):
                if found := _CALL.findall(line):
                    with self._changed:
                        self.labels.update(found)
                        self._changed.notify_all()
        except (requests.RequestException, AttributeError, ValueError):
            return  # closed, by the hub or by us
