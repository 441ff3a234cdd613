"""One thread's connection to the hub: HTTP in the words of ``kiosk.wire``, with every failure named.

An answer that is late, cut off, too long or not what was agreed is no answer (``HubUnreachable``); only a refusal in
the agreed shape ends a request (``Refused``).
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import requests
from requests.adapters import HTTPAdapter

from kiosk.errors import ConfigError, HubUnreachable
from kiosk.wire.common import ErrorReply

Reply = TypeVar("Reply", bound=msgspec.Struct)
CONNECT_S, READ_S = 1.5, 3.0
#: A page of 40 MB goes over the centre's own network in a few seconds; the hub stores it before it answers.
UPLOAD_S = 30.0
#: The hub sends a ping every 10 s: two and a half of them missing is a dead line.
STREAM_SILENCE_S = 25.0
MAX_ANSWER_BYTES = 2_000_000
#: A hub that is away, starting or full: everything waits in order. Another 5xx is about the one report.
NOT_READY = frozenset({502, 503, 504})
#: The hub itself is well, and says that the city cannot be asked now (``kiosk.wire.submission_api``).
_CENTRAL_AWAY = b'"central_away"'


class Refused(Exception):
    """The hub understood and said no, in the agreed shape."""

    def __init__(self, status: int, reply: ErrorReply) -> None:
        super().__init__(f"{status} {reply.error}")
        self.status, self.reply = status, reply


class HubStumbled(HubUnreachable):
    """The hub answers, but fails over this one request."""


@dataclass(frozen=True, slots=True)
class HubAddress:
    url: str  #: without a path
    token: str

    def __repr__(self) -> str:
        return f"HubAddress({self.url})"


def read_token(path: Path) -> str:
    """The kiosk's token: the first line of its file. Raises ConfigError."""
    try:
        token = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the kiosk's token cannot be read: {error}") from error
    if not token or not token.isascii() or len(token.split()) != 1:
        raise ConfigError(f"{path}: expected the kiosk's token on one line")
    return token


class Line:
    """One thread's connection to the hub. Every failure is ``HubUnreachable`` or ``Refused``."""

    def __init__(self, address: HubAddress) -> None:
        self._url = address.url.rstrip("/")
        self._session = requests.Session()
        # A proxy of the environment has no business between two machines of one centre.
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {address.token}"
        self._session.mount("http", HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0))

    def get(self, path: str, kind: type[Reply]) -> Reply:
        return self._decoded(self._exchange("GET", path, None), kind)

    def post(self, path: str, message: msgspec.Struct, kind: type[Reply]) -> Reply:
        return self._decoded(self._exchange("POST", path, msgspec.json.encode(message)), kind)

    def send(self, path: str, message: msgspec.Struct) -> None:
        """A post whose answer says nothing more than that it was taken."""
        self._exchange("POST", path, msgspec.json.encode(message))

    def send_bytes(self, path: str, payload: bytes, kind: type[Reply]) -> Reply:
        """A picture or a PDF."""
        return self._decoded(self._exchange("POST", path, payload, "application/octet-stream", UPLOAD_S), kind)

    def get_bytes(self, path: str) -> bytes:
        return self._exchange("GET", path, None)

    def get_newer(self, path: str, mark: str, kind: type[Reply]) -> Reply | None:
        """What is newer than ``mark`` (If-None-Match), None when nothing is."""
        payload = self._exchange("GET", path, None, mark=mark)
        return self._decoded(payload, kind) if payload else None

    def stream(self, path: str) -> requests.Response:
        try:
            answer = self._session.get(
                self._url + path, stream=True, timeout=(CONNECT_S, STREAM_SILENCE_S), allow_redirects=False
            )
        except (requests.RequestException, OSError) as error:
            raise HubUnreachable(f"{path}: {error}") from error
        if answer.status_code != requests.codes.ok:
            answer.close()
            raise HubUnreachable(f"{path}: status {answer.status_code}")
        return answer

    def close(self) -> None:
        self._session.close()

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytes | None,
        kind: str = "application/json",
        read_s: float = READ_S,
        mark: str = "",
    ) -> bytes:
        headers = {"Content-Type": kind} if body is not None else {}
        if mark:
            headers["If-None-Match"] = mark
        try:
            with self._session.request(
                method,
                self._url + path,
                data=body,
                headers=headers,
                stream=True,
                timeout=(CONNECT_S, read_s),
                allow_redirects=False,
            ) as answer:
                status, payload = answer.status_code, _read(answer, read_s)
        except (requests.RequestException, OSError) as error:
            raise HubUnreachable(f"{method} {path}: {error}") from error
        if 200 <= status < 300 or status == requests.codes.not_modified:
            return payload
        # 5xx and "too many requests" pass; so does what a stranger on the port answers.
        if 400 <= status < 500 and status not in (408, 429):
            raise Refused(status, self._decoded(payload, ErrorReply))
        if status == requests.codes.unavailable and _CENTRAL_AWAY in payload:
            raise Refused(status, self._decoded(payload, ErrorReply))
        failed = HubStumbled if status >= 500 and status not in NOT_READY else HubUnreachable
        raise failed(f"{method} {path}: status {status}")

    @staticmethod
    def _decoded(payload: bytes, kind: type[Reply]) -> Reply:
        try:
            return msgspec.json.decode(payload, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HubUnreachable(f"not a {kind.__name__}: {error}") from error


def _read(answer: requests.Response, read_s: float) -> bytes:
    """The body, if it comes within the time of one answer: a drip of single bytes must not hold a citizen up."""
    deadline = time.monotonic() + read_s
    payload = bytearray()
    for chunk in answer.iter_content(65_536):
        payload += chunk
        if len(payload) > MAX_ANSWER_BYTES or time.monotonic() > deadline:
            raise requests.ConnectionError("an answer that is too long or too slow")
    return bytes(payload)
