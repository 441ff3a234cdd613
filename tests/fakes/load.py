"""Many clients of a real hub, as cheap as HTTP allows, so that the hub is measured and not its clients.

Keep-alive connections on one event loop; requests written by hand, answers read by their content length.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


class Gone(Exception):
    """The connection broke: the request may or may not have been carried out."""


@dataclass
class Line:
    """One keep-alive connection with its credentials."""

    url: str
    headers: dict[str, str]
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> "Line":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and decoded answer; a ``str`` body is a form, anything else JSON. Raises Gone."""
        try:
            return await self._ask(method, path, body)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            await self.close()
            raise Gone(str(error)) from error

    async def _ask(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if self._reader is None or self._writer is None:
            address = urlsplit(self.url)
            self._reader, self._writer = await asyncio.open_connection(address.hostname, address.port)
        payload = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
        head = [f"{method} {path} HTTP/1.1", f"host: {urlsplit(self.url).netloc}", f"content-length: {len(payload)}"]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        self._writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + payload)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        content = await self._reader.readexactly(length)
        return status, json.loads(content) if content[:1] == b"{" else None

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._reader = self._writer = None


@contextlib.asynccontextmanager
async def event_lines(line: Line, path: str) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of a live stream, without the framing of chunks."""
    address = urlsplit(line.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = [f"GET {path} HTTP/1.1", f"host: {address.netloc}"] + [f"{k}: {v}" for k, v in line.headers.items()]
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")

    async def lines() -> AsyncIterator[str]:
        while raw := await reader.readline():
            yield raw.decode().strip()

    try:
        yield lines()
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@dataclass
class Measured:
    """Seconds each request took, and how long all of them took."""

    took_s: list[float] = field(default_factory=list)
    all_s: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.took_s) / self.all_s

    def quantile_ms(self, share: float) -> float:
        return sorted(self.took_s)[min(int(len(self.took_s) * share), len(self.took_s) - 1)] * 1000


async def measure(clients: int, requests: int, one: Callable[[int, int], Awaitable[None]]) -> Measured:
    """``one(client, n)`` for ``requests`` requests shared by ``clients`` clients."""
    measured, left = Measured(), iter(range(requests))

    async def work(client: int) -> None:
        for n in left:
            started = time.perf_counter()
            await one(client, n)
            measured.took_s.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(work(client) for client in range(clients)))
    measured.all_s = time.perf_counter() - started
    return measured
