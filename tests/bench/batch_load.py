"""Posts batches that were made before as fast as central takes them; a process of its own. Figures go to its output.

Each centre tells simulated days one after the other, 500 rows at a time, as a hub does that has much to tell. The rows
were packed before; the frame around them (which centre, which row, when) is packed and signed when it is sent.
"""

import asyncio
import base64
import hashlib
import itertools
import struct
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import SystemClock, local, to_ms
from kiosk.fleet.day import Shape, counters_for, day_rows
from kiosk.fleet.keys import DeviceKey
from kiosk.fleet.line import Address, CentralLine
from kiosk.wire.central_api import DEVICE, SENT, SIGNATURE, Acknowledged, signed_text

ROWS = 500
STORIES = 40  #: different ones; the centres share them
_DAY_MS = 86_400_000
_TARGET = "/v1/events"


class Load(msgspec.Struct):
    """What to do; ``rounds``: how many batches each centre has at most."""

    url: str
    keys: list[DeviceKey]
    connections: int
    seconds: float
    rounds: int
    begins_ms: int


class Outcome(msgspec.Struct):
    events: int
    seconds: float
    took_s: list[float]
    processor_s: float
    refused: int


@dataclass(frozen=True)
class Packed:
    """The rows of a batch, with the end of the frame: as text, and packed."""

    text: bytes
    deflated: bytes


def stories(rounds: int, begins_ms: int) -> list[list[Packed]]:
    return [_story(number, rounds, begins_ms) for number in range(STORIES)]


def _story(number: int, rounds: int, begins_ms: int) -> list[Packed]:
    tickets = 30 + 2 * number  # 30 to 110 a day; 64 on average is the nation's day
    shape = Shape(str(number), tickets, counters_for(tickets))
    rows: Iterator[object] = itertools.chain.from_iterable(
        day_rows(shape, begins_ms + day * _DAY_MS, "load", 1 + day * 1000) for day in itertools.count()
    )
    packed = []
    for _ in range(rounds):
        text = msgspec.json.encode(list(itertools.islice(rows, ROWS))) + b"}"
        packer = zlib.compressobj(3, zlib.DEFLATED, -15)
        packed.append(Packed(text, packer.compress(text) + packer.flush()))
    return packed


class Sender:
    def __init__(self, load: Load) -> None:
        self._load, self._clock = load, SystemClock()
        self._stories = stories(load.rounds, load.begins_ms)
        self._keys = [(key, Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.secret))) for key in load.keys]
        self._next = iter([(turn, place) for turn in range(load.rounds) for place in range(len(load.keys))])
        self.outcome = Outcome(0, 0.0, [], 0.0, 0)

    async def run(self) -> None:
        began_s, used_s = time.monotonic(), time.process_time()
        address = Address.of(self._load.url)
        lines = [CentralLine(address) for _ in range(self._load.connections)]
        await asyncio.gather(*(self._send(line, began_s + self._load.seconds) for line in lines))
        self.outcome.seconds = time.monotonic() - began_s
        self.outcome.processor_s = time.process_time() - used_s

    async def _send(self, line: CentralLine, until_s: float) -> None:
        while (began_s := time.monotonic()) < until_s:
            turn, place = next(self._next)
            body, headers = self._request(turn, place)
            answer = await line.post(_TARGET, headers, body)
            if answer.status != 200:
                self.outcome.refused += 1
                continue
            assert msgspec.json.decode(answer.body, type=Acknowledged).acked == (turn + 1) * ROWS
            self.outcome.took_s.append(time.monotonic() - began_s)
            self.outcome.events += ROWS
        await line.close()

    def _request(self, turn: int, place: int) -> tuple[bytes, dict[str, str]]:
        (key, private), rows = self._keys[place], self._stories[place % STORIES][turn]
        now_ms, first = self._clock.now_ms(), turn * ROWS + 1
        frame = (
            f'{{"centre":"{key.centre}","epoch":7,"first":{first},"oldest":1,"head":{first + ROWS - 1},'
            f'"sent_ms":{now_ms},"rows":'
        ).encode()
        body = _joined(frame, rows)
        text = signed_text("POST", _TARGET, key.device, now_ms, hashlib.sha256(body).hexdigest())
        signature = base64.b64encode(private.sign(text)).decode()
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return body, {**headers, DEVICE: key.device, SENT: str(now_ms), SIGNATURE: signature}


def _joined(frame: bytes, rows: Packed) -> bytes:
    """One gzip member (RFC 1952) of the frame, packed now, and the rows, packed before."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    head = packer.compress(frame) + packer.flush(zlib.Z_FULL_FLUSH)
    end = struct.pack("<II", zlib.crc32(rows.text, zlib.crc32(frame)), len(frame) + len(rows.text))
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + head + rows.deflated + end


def first_day_ms(days: int) -> int:
    """Midnight so many days ago."""
    today = local(SystemClock().now_ms()).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_ms(today) - days * _DAY_MS


def main() -> None:
    sender = Sender(msgspec.json.decode(sys.stdin.buffer.read(), type=Load))
    asyncio.run(sender.run())
    sys.stdout.buffer.write(msgspec.json.encode(sender.outcome))


if __name__ == "__main__":
    main()
