"""A kept-alive HTTP/1.1 connection to central, small enough that thousands of them fit on one core."""

import asyncio
import contextlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kiosk.errors import CentralUnreachable, ConfigError

_MAX_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    tls: ssl.SSLContext | None

    @classmethod
    def of(cls, url: str) -> "Address":
        """ConfigError when it is not http://… or https://… without a path."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ConfigError(f'"{url}": expected http://host:port or https://host:port')
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        return cls(parts.hostname, parts.port or (443 if tls else 80), tls)


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` with small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


class CentralLine:
    """Connects when it is first used, and again after a failure. One request at a time."""

    def __init__(self, address: Address, timeout_s: float = 30.0) -> None:
        self._address, self._timeout_s = address, timeout_s
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """CentralUnreachable."""
        return await self._ask("POST", target, headers, body)

    async def get(self, target: str, headers: Mapping[str, str]) -> Answer:
        """CentralUnreachable."""
        return await self._ask("GET", target, headers, b"")

    async def _ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._exchange(_request(f"{method} {target}", self._address.host, headers, body))
        except (OSError, ValueError, EOFError, asyncio.LimitOverrunError) as error:
            await self.close()
            raise CentralUnreachable(f"{target}: {error or type(error).__name__}") from error
        if answer.headers.get("connection", "").lower() == "close":
            await self.close()
        return answer

    async def close(self) -> None:
        if self._streams is not None:
            _reader, writer = self._streams
            self._streams = None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(self, request: bytes) -> Answer:
        if self._streams is not None and self._streams[0].at_eof():
            await self.close()  # central ended a connection that was idle for long: no failure, and not told as one
        if self._streams is None:
            address = self._address
            self._streams = await asyncio.open_connection(address.host, address.port, ssl=address.tls, limit=_MAX_HEAD)
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        status, headers = _head(await reader.readuntil(b"\r\n\r\n"))
        return Answer(status, headers, await reader.readexactly(int(headers["content-length"])))


def _request(what: str, host: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"{what} HTTP/1.1",
        f"Host: {host}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _head(raw: bytes) -> tuple[int, dict[str, str]]:
    """ValueError."""
    first, *rest = raw.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in rest if line)
    headers = {name.strip().lower(): value.strip() for name, _colon, value in pairs}
    status = int(first.partition(" ")[2][:3])
    if status == 304:
        headers["content-length"] = "0"
    if "content-length" not in headers:
        raise ValueError("the answer has no length")
    return status, headers
