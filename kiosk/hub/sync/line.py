"""Signed requests to central, and what came back. Everything that is no answer is ``CentralUnreachable``.

Redirects are not followed, no proxy of the environment is asked, a certificate is always checked: a signed request and
the events of a centre go to the address that was configured and to nobody else.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from kiosk.clock import Clock
from kiosk.errors import CentralUnreachable
from kiosk.hub.sync.enrolment import Enrolment
from kiosk.hub.sync.offset import ClockOffset
from kiosk.hub.sync.pace import asked_pause_s
from kiosk.wire.central_api import DEVICE, MAX_SKEW_S, NOW, SENT, SIGNATURE, signed_text

Reply = TypeVar("Reply", bound=msgspec.Struct)
CONNECT_S, READ_S = 5.0, 30.0
MAX_ANSWER_BYTES = 65_536
_CHUNK = 65_536
_FIRST_MS, _LAST_MS = 946_684_800_000, 4_102_444_800_000  #: 2000 and 2100: another instant is no measurement
#: A refusal of a request that was sent this wrong is about the clock, and not about the device.
_WRONG_MS = MAX_SKEW_S * 500


class CentralUntrusted(CentralUnreachable):
    """Whoever answers has no certificate that can be checked; or this machine's clock says that it is not valid now."""


@dataclass(frozen=True, slots=True)
class CentralAddress:
    """``ca_file``: the authority that signed central's certificate; None: those that browsers know."""

    url: str
    ca_file: Path | None = None


class Readable(Protocol):
    """A file that is sent piece by piece: ``requests`` asks for its length and reads it."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[bytes]: ...

    def read(self, size: int = -1) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Ask:
    method: str
    target: str
    body: bytes | Readable
    headers: dict[str, str] = field(default_factory=dict)
    most_bytes: int = MAX_ANSWER_BYTES
    within_s: float = READ_S


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    payload: bytes
    asked_pause_s: float | None  #: Retry-After
    sent_wrong_ms: int  #: how far ``SENT`` was from central's clock

    def decoded(self, kind: type[Reply]) -> Reply:
        """Raises CentralUnreachable when it is something else: a captive portal, an older proxy, another server."""
        try:
            return msgspec.json.decode(self.payload, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CentralUnreachable(f"status {self.status}, but no {kind.__name__}: {error}") from error


class CentralLine:
    """One thread's connection to central. ``read_s``: how long an answer may take, where nothing else is said."""

    def __init__(self, address: CentralAddress, clock: Clock, offset: ClockOffset, read_s: float = READ_S) -> None:
        self._read_s = read_s
        self._url, self._clock, self._offset = address.url.rstrip("/"), clock, offset
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(address.ca_file) if address.ca_file else True
        self._session.headers.update({"Content-Type": "application/json", "Accept-Encoding": "identity"})
        self._session.mount("http", HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0))

    def close(self) -> None:
        self._session.close()

    def post(self, target: str, body: bytes) -> Answer:
        """Without a signature: enrolment."""
        return self._exchange(_Ask("POST", target, body), {}, self._clock.now_ms())

    def get_signed(
        self, target: str, enrolment: Enrolment, headers: dict[str, str], *, most_bytes: int, within_s: float
    ) -> Answer:
        """A question whose answer may be long in coming, and long."""
        return self._signed(_Ask("GET", target, b"", headers, most_bytes, within_s), enrolment)

    def post_signed(
        self, target: str, body: bytes, enrolment: Enrolment, *, packed: bool = False, most: int = MAX_ANSWER_BYTES
    ) -> Answer:
        """``most``: bytes of an answer."""
        headers = {"Content-Encoding": "gzip"} if packed else {}
        return self._signed(_Ask("POST", target, body, headers, most, self._read_s), enrolment)

    def post_file(self, target: str, sha256: str, opened: Callable[[], Readable], enrolment: Enrolment) -> Answer:
        """A file as it stands on the disk. ``opened`` is called again where it has to be sent again."""
        answer = self._file(target, sha256, opened(), enrolment)
        if answer.status in (400, 401, 403) and answer.sent_wrong_ms > _WRONG_MS:
            answer = self._file(target, sha256, opened(), enrolment)
        return answer

    def fetch(self, target: str, body: bytes, enrolment: Enrolment) -> Answer | Iterator[bytes]:
        """A file as it comes, or why not. Raises CentralUnreachable, also in the middle."""
        ask = _Ask("POST", target, body, within_s=self._read_s)
        headers, signed_ms = self._signature(ask, hashlib.sha256(body).hexdigest(), enrolment)
        try:
            answer = self._sent(ask, headers)
            if answer.status_code == 200:
                return _pieces(target, answer)
            with answer:
                return self._answer(answer, ask, signed_ms, signed_ms)
        except _BROKEN as error:
            raise _no_answer(target, error) from error

    def _file(self, target: str, sha256: str, file: Readable, enrolment: Enrolment) -> Answer:
        ask = _Ask("POST", target, file, {"Content-Type": "application/pdf"})
        return self._exchange(ask, *self._signature(ask, sha256, enrolment))

    def _signed(self, ask: "_Ask", enrolment: Enrolment) -> Answer:
        """Once more at once when it was refused with a clock that has turned out to be wrong."""
        answer = self._once_signed(ask, enrolment)
        if answer.status in (400, 401, 403) and answer.sent_wrong_ms > _WRONG_MS:
            answer = self._once_signed(ask, enrolment)
        return answer

    def _once_signed(self, ask: "_Ask", enrolment: Enrolment) -> Answer:
        assert isinstance(ask.body, bytes)
        return self._exchange(ask, *self._signature(ask, hashlib.sha256(ask.body).hexdigest(), enrolment))

    def _signature(self, ask: "_Ask", sha256: str, enrolment: Enrolment) -> tuple[dict[str, str], int]:
        """Headers, and the instant that stands in them."""
        sent_ms = self._clock.now_ms() + self._offset.ms
        signature = enrolment.key.sign(signed_text(ask.method, ask.target, enrolment.device, sent_ms, sha256))
        return {DEVICE: enrolment.device, SENT: str(sent_ms), SIGNATURE: signature}, sent_ms

    def _exchange(self, ask: "_Ask", headers: dict[str, str], signed_ms: int) -> Answer:
        began_ms = self._clock.now_ms()
        try:
            with self._sent(ask, headers) as answer:
                return self._answer(answer, ask, began_ms, signed_ms)
        except _BROKEN as error:
            raise _no_answer(ask.target, error) from error

    def _sent(self, ask: "_Ask", headers: dict[str, str]) -> requests.Response:
        return self._session.request(
            ask.method,
            self._url + ask.target,
            data=ask.body,
            headers=ask.headers | headers,
            stream=True,
            timeout=(CONNECT_S, ask.within_s),
            allow_redirects=False,
        )

    def _answer(self, answer: requests.Response, ask: "_Ask", began_ms: int, signed_ms: int) -> Answer:
        ended_ms = self._clock.now_ms()
        central_ms = _instant(answer.headers.get(NOW))
        # How long a long poll waited says nothing of the way.
        if central_ms is not None and ended_ms - began_ms < CONNECT_S * 1000:
            self._offset.note(began_ms, ended_ms, central_ms)
        wrong_ms = 0 if central_ms is None else abs(central_ms - signed_ms)
        pause_s = asked_pause_s(answer.headers.get("Retry-After"))
        return Answer(answer.status_code, _read(answer, ask.most_bytes), pause_s, wrong_ms)


_BROKEN = (requests.RequestException, HTTPError, OSError, UnicodeError)


def _pieces(target: str, answer: requests.Response) -> Iterator[bytes]:
    with answer:
        try:
            yield from answer.iter_content(_CHUNK)
        except _BROKEN as error:
            raise _no_answer(target, error) from error


def _no_answer(target: str, error: Exception) -> CentralUnreachable:
    """What a query names stays out of the log."""
    path, query, _ = target.partition("?")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):  # a line that is cut in the handshake is an SSLError too
        return CentralUntrusted(f"{path}: {error}")
    return CentralUnreachable(f"{path}: {type(error).__name__ if query else error}")


def _instant(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 15:
        return None
    return int(text) if _FIRST_MS <= int(text) <= _LAST_MS else None


def _read(answer: requests.Response, most: int) -> bytes:
    """The body, if it is short and comes in time; what has come is looked at at once, so that a drip is noticed."""
    deadline, payload = time.monotonic() + READ_S, bytearray()
    while chunk := answer.raw.read1(_CHUNK):
        payload += chunk
        if len(payload) > most or time.monotonic() > deadline:
            raise requests.ConnectionError("an answer that is too long or too slow")
    return bytes(payload)
