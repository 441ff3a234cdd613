"""Clients that are slow, endless or many: each gets an end, and the others are served."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from kiosk.web.connection import MAX_HEAD, MAX_OF_AN_ADDRESS, TOO_LARGE, Connection

GET = b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"


class Impatient(Connection):
    head_s = body_s = write_s = 0.2
    of_address: ClassVar[Counter[str]] = Counter()


async def echo(request: Request) -> Response:
    try:
        return PlainTextResponse(await request.body() or b"hello")
    except ClientDisconnect:
        return Response(status_code=400)


async def live(_request: Request) -> Response:
    async def events() -> AsyncIterator[str]:
        for number in range(5):
            yield f"data: {number}\n\n"
            await asyncio.sleep(0.1)

    return StreamingResponse(events())


ENDED = asyncio.Event()


async def flood(_request: Request) -> Response:
    async def events() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"data: " + b"x" * 65536 + b"\n\n"
                await asyncio.sleep(0)
        finally:
            ENDED.set()

    return StreamingResponse(events())


@asynccontextmanager
async def serving(protocol: type[Connection] = Impatient) -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"]), Route("/live", live), Route("/flood", flood)])
    config = uvicorn.Config(app, port=0, http=protocol, lifespan="off", log_config=None, log_level="warning")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def said(port: int, *parts: bytes) -> bytes:
    """Everything that the server says until it ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def test_a_head_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    async def work() -> bytes:
        async with serving(Connection) as port:
            return await said(port, b"GET / HTTP/1.1\r\nX: ", *[b"a" * MAX_HEAD] * 12)

    assert asyncio.run(asyncio.wait_for(work(), 10)) in (b"", TOO_LARGE), "said, or cut when it goes on"


def test_a_head_a_body_or_nothing_at_all_that_never_comes_ends_the_connection() -> None:
    begun = (b"", b"GET / HTTP/1.1\r\nX", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc")

    async def work() -> list[bytes]:
        async with serving() as port:
            return list(await asyncio.gather(*(said(port, begin) for begin in begun)))

    assert asyncio.run(work()) == [b"", b"", b""]


class InSmallSteps(Impatient):
    body_step = 1024


def test_a_long_body_that_keeps_coming_is_taken_however_slow_the_line() -> None:
    async def work() -> bytes:
        async with serving(InSmallSteps) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 8192\r\n\r\n")
            for _ in range(8):
                writer.write(b"x" * 1024)
                await asyncio.sleep(InSmallSteps.body_s / 2)
            answer = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            return answer

    assert asyncio.run(work()).endswith(b"x" * 8192)


def test_who_asks_for_a_websocket_gets_an_ordinary_answer_and_one_calm_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    upgrade = (
        b"Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n"
    )

    async def work() -> bytes:
        async with serving() as port:
            return await said(port, b"GET / HTTP/1.1\r\nHost: hub\r\n" + upgrade + b"\r\n")

    with caplog.at_level(logging.INFO):
        assert b"hello" in asyncio.run(work())
    told = [entry for entry in caplog.records if "ebsocket" in entry.message.lower() or "upgrade" in entry.message]
    assert [(entry.levelname, entry.message) for entry in told] == [
        ("INFO", "A client asked for a WebSocket; there are none here")
    ]


def test_bytes_that_begin_no_request_do_not_keep_a_connection() -> None:
    async def work() -> bytes:
        async with serving() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(GET)
            await reader.readuntil(b"hello")
            writer.write(b"\r\n")
            rest = await asyncio.wait_for(reader.read(), 3)
            writer.close()
            return rest

    assert asyncio.run(work()) == b""


def test_a_stream_lives_longer_than_a_head_may_take() -> None:
    async def work() -> bytes:
        async with serving() as port:
            return await said(port, b"GET /live HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")

    assert b"data: 4" in asyncio.run(work())


def test_a_stream_whose_client_does_not_read_ends() -> None:
    async def work() -> None:
        ENDED.clear()
        async with serving() as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(b"GET /flood HTTP/1.1\r\nHost: hub\r\n\r\n")
            await asyncio.wait_for(ENDED.wait(), 5)
            writer.transport.abort()

    asyncio.run(work())


def test_one_address_cannot_take_all_connections() -> None:
    """Counted only for other machines: 127.0.0.1 is a proxy's."""

    class Strict(Connection):
        of_address: ClassVar[Counter[str]] = Counter()
        ourselves = ()

    async def work() -> tuple[bytes, bytes]:
        async with serving(Strict) as port:
            lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MAX_OF_AN_ADDRESS)]
            refused = await said(port, GET)
            lines[0][1].close()
            await lines[0][1].wait_closed()
            served = await said(port, b"GET / HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
            for _, writer in lines:
                writer.close()
            return refused, served

    refused, served = asyncio.run(work())
    assert refused.startswith(b"HTTP/1.1 503")
    assert served.endswith(b"hello")


def test_a_connection_that_rests_keeps_nothing_of_what_was_asked() -> None:
    """Thousands of hubs hold theirs open between two requests."""
    ours: list[Connection] = []

    class Known(Connection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            ours.append(self)

    async def work() -> list[bytes]:
        answers = []
        async with serving(Known) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for requests in (1, 2, 1):  # one, two of which the second comes before the first is answered, one
                writer.write(GET * requests)
                answers += [await reader.readuntil(b"hello") for _ in range(requests)]
                resting = ours[0].cycle
                assert (ours[0].headers, ours[0].scope, resting.scope, resting.body) == ([], {}, {}, b"")
            writer.close()
        return answers

    assert [answer[:15] for answer in asyncio.run(asyncio.wait_for(work(), 10))] == [b"HTTP/1.1 200 OK"] * 4
