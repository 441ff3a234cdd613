"""A central that keeps the protocol to the letter and stores in memory: what it did not demand, no hub may rely on.

``misbehave`` holds what it does to the next requests instead of, or after, its duty.
"""

import asyncio
import base64
import contextlib
import gzip
import hashlib
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec
import uvicorn
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.clock import Clock, SystemClock
from kiosk.wire.central_api import (
    DEVICE,
    MAX_BODY,
    MAX_ROWS,
    MAX_SKEW_S,
    MAX_TEXT,
    NOW,
    SENT,
    SIGNATURE,
    Acknowledged,
    Batch,
    Enrolled,
    EnrolRequest,
    Happened,
    Heard,
    Heartbeat,
    signed_text,
)
from kiosk.wire.common import Done, ErrorReply, Text
from kiosk.wire.fleet_api import CommandResult, Desired, FleetReport, Reported
from tests.fakes.recorder import Recorder

Misbehaviour = Callable[[], Response | None]


class Refusal(Exception):
    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


@dataclass
class CentralPeer:
    clock: Clock = field(default_factory=SystemClock)
    codes: dict[str, str] = field(default_factory=lambda: {"CODE-0001": "phuong-thu"})
    devices: dict[str, tuple[str, str]] = field(default_factory=dict)  #: centre and public key
    revoked: set[str] = field(default_factory=set)
    rows: dict[tuple[str, int], list[Happened | None]] = field(default_factory=dict)  #: None: a hole
    batches: Recorder[Batch] = field(default_factory=Recorder)
    beats: Recorder[Heartbeat] = field(default_factory=Recorder)
    refused: Recorder[tuple[str, int]] = field(default_factory=Recorder)
    misbehave: list[Misbehaviour] = field(default_factory=list)
    again_s: float | None = None  #: how soon it wants to be told again
    max_rows: int = MAX_ROWS
    poison: str = ""  #: a batch with this text in it is refused
    roots: tuple[str, ...] = ()
    city: str = ""
    document: tuple[int, bytes] = (0, b"")  #: version and bytes of what is wanted
    commands: dict[int, bytes] = field(default_factory=dict)
    asked: Recorder[tuple[int, int]] = field(default_factory=Recorder)  #: what each long poll said it had
    reports: Recorder[FleetReport] = field(default_factory=Recorder)
    results: Recorder[CommandResult] = field(default_factory=Recorder)
    own_sha256: str = ""
    spoil: list[Callable[[bytes], Response]] = field(default_factory=list)  #: what becomes of the next answers to polls
    is_over: bool = False  #: long polls end

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/enrol", self._answering(self._enrol), methods=["POST"]),
                Route("/v1/events", self._answering(self._events), methods=["POST"]),
                Route("/v1/heartbeat", self._answering(self._heartbeat), methods=["POST"]),
                Route("/v1/desired", self._desired, methods=["GET"]),
                Route("/v1/report", self._answering(self._report), methods=["POST"]),
                Route("/v1/commands/result", self._answering(self._result), methods=["POST"]),
            ]
        )

    def taken(self, centre: str = "phuong-thu") -> list[Happened]:
        """Everything, epoch after epoch."""
        return [row for (name, _), rows in sorted(self.rows.items()) if name == centre for row in rows if row]

    def _answering(self, duty: Callable[[Request, bytes], msgspec.Struct]) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            body = await request.body()
            if self.misbehave and (instead := self.misbehave.pop(0)()) is not None:
                return instead
            try:
                response = Response(msgspec.json.encode(duty(request, body)))
            except Refusal as refusal:
                self.refused.add((refusal.error, refusal.status))
                response = Response(_error(refusal.error), refusal.status)
            except _Behind as behind:
                response = Response(msgspec.json.encode(behind.answer), 409)
            response.headers[NOW] = str(self.clock.now_ms())
            return response

        return answer

    def _enrol(self, _request: Request, body: bytes) -> Enrolled:
        asked = msgspec.json.decode(body, type=EnrolRequest)
        _verify(asked.public_key, asked.proof, asked.code.encode())
        known = [device for device, (_, key) in self.devices.items() if key == asked.public_key]
        if asked.code not in self.codes and not known:
            raise Refusal(403, "unknown_code")
        centre = self.codes.pop(asked.code, "") or self.devices[known[0]][0]
        device = known[0] if known else f"device-{len(self.devices) + 1}"
        self.devices[device] = (centre, asked.public_key)
        now_ms = self.clock.now_ms()
        return Enrolled(device=device, centre=centre, now_ms=now_ms, roots=self.roots, city=self.city)

    def _events(self, request: Request, body: bytes) -> Acknowledged:
        centre = self._signed(request, body)
        if len(body) > MAX_BODY or request.headers.get("content-encoding") != "gzip":
            raise Refusal(413, "too_large")
        text = gzip.decompress(body)
        batch = msgspec.json.decode(text, type=Batch)
        if len(text) > MAX_TEXT or len(batch.rows) > self.max_rows:
            raise Refusal(413, "too_large")
        if self.poison and self.poison in text.decode():
            raise Refusal(422, "bad_event")
        if batch.centre != centre or not batch.rows or batch.head < batch.first + len(batch.rows) - 1:
            raise Refusal(422, "bad_batch")
        acked = self._store(batch)
        self.batches.add(batch)
        return Acknowledged(acked=acked, now_ms=self.clock.now_ms(), again_s=self.again_s)

    def _store(self, batch: Batch) -> int:
        rows = self.rows.setdefault((batch.centre, batch.epoch), [])
        if batch.first > len(rows) + 1:
            if batch.first != batch.oldest:
                raise _Behind(Acknowledged(acked=len(rows), now_ms=self.clock.now_ms()))
            rows.extend([None] * (batch.first - 1 - len(rows)))
        rows.extend(batch.rows[len(rows) + 1 - batch.first :])
        return len(rows)

    def _heartbeat(self, request: Request, body: bytes) -> Heard:
        centre = self._signed(request, body)
        beat = msgspec.json.decode(body, type=Heartbeat)
        if beat.centre != centre:
            raise Refusal(422, "bad_centre")
        self.beats.add(beat)
        acked = len(self.rows.get((centre, beat.epoch), []))
        return Heard(acked=acked, now_ms=self.clock.now_ms(), again_s=self.again_s)

    async def _desired(self, request: Request) -> Response:
        """A long poll that looks twenty times a second."""
        headers = {NOW: str(self.clock.now_ms())}
        try:
            self._signed(request, b"")
        except Refusal as refusal:
            return Response(_error(refusal.error), refusal.status, headers)
        version, command = (int(part) for part in request.headers["if-none-match"].strip('"').split("."))
        self.asked.add((version, command))
        for _ in range(1 + int(request.headers.get("prefer", "wait=0").removeprefix("wait=")) * 20):
            if self.is_over:
                break
            newest, document = self.document
            commands = tuple(signed for number, signed in sorted(self.commands.items()) if number > command)
            if newest > version or commands:
                desired = Desired(version=newest, document=document if newest > version else None, commands=commands)
                answer = msgspec.json.encode(desired)
                return self.spoil.pop(0)(answer) if self.spoil else Response(answer, headers=headers)
            await asyncio.sleep(0.05)
        return Response(status_code=304, headers=headers)

    def _report(self, request: Request, body: bytes) -> Reported:
        self._signed(request, body)
        report = msgspec.json.decode(body, type=FleetReport)
        if report.own:
            self.own_sha256 = hashlib.sha256(report.own).hexdigest()
        self.reports.add(report)
        return Reported(own_sha256=self.own_sha256)

    def _result(self, request: Request, body: bytes) -> Done:
        self._signed(request, body)
        self.results.add(msgspec.json.decode(body, type=CommandResult))
        return Done()

    def _signed(self, request: Request, body: bytes) -> str:
        device, sent = request.headers[DEVICE], int(request.headers[SENT])
        if device not in self.devices or device in self.revoked:
            raise Refusal(403, "revoked")
        if abs(sent - self.clock.now_ms()) > MAX_SKEW_S * 1000:
            raise Refusal(401, "clock")
        centre, key = self.devices[device]
        digest = hashlib.sha256(body).hexdigest()
        text = signed_text(request.method, request.url.path, device, sent, digest)
        _verify(key, request.headers[SIGNATURE], text)
        return centre


class _Behind(Exception):
    def __init__(self, answer: Acknowledged) -> None:
        super().__init__("a hole")
        self.answer = answer


def _verify(key: str, signature: str, text: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(base64.b64decode(signature), text)
    except (InvalidSignature, ValueError) as error:
        raise Refusal(401, "signature") from error


def _error(word: str) -> bytes:
    return msgspec.json.encode(ErrorReply(error=word, message=Text(vi="Không.", en="No.")))


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class RunningPeer:
    peer: CentralPeer
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def running(peer: CentralPeer, **options: object) -> Iterator[RunningPeer]:
    """``options``: of uvicorn, such as its certificate."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        config = uvicorn.Config(peer.app(), lifespan="off", log_config=None, timeout_graceful_shutdown=1, **options)  # type: ignore[arg-type]  # as uvicorn has them
        server = _Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), name="central-peer")
        thread.start()
        try:
            yield RunningPeer(peer, listener.getsockname()[1])
        finally:
            peer.is_over = True
            server.should_exit = True
            thread.join(10)


def main() -> None:
    """A central in a process of its own, for benches: its address on the first line, rows on each request for them."""
    with running(CentralPeer()) as running_peer:
        print(running_peer.url, flush=True)
        for _ in sys.stdin:
            print(len(running_peer.peer.taken()), flush=True)


if __name__ == "__main__":
    main()
