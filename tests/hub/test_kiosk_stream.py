"""The live stream of a kiosk."""

import asyncio

from starlette.requests import Request
from starlette.responses import StreamingResponse

from kiosk.hub.api.kiosk_stream import OF_ONE_KIOSK, PATH, stream_route
from tests.hub.conftest import KIOSK_TOKEN, RunningHub


def test_one_stream_more_than_a_kiosk_may_have_ends_the_oldest(running: RunningHub) -> None:
    """A kiosk that comes back over a bad line is not kept out by its own dead streams."""

    async def listen() -> None:
        endpoint = stream_route(running.hub.api_parts()).endpoint
        headers = [(b"authorization", f"Bearer {KIOSK_TOKEN}".encode())]
        streams = []
        for _ in range(OF_ONE_KIOSK + 1):
            answer = await endpoint(Request({"type": "http", "method": "GET", "path": PATH, "headers": headers}))
            assert isinstance(answer, StreamingResponse)
            streams.append(aiter(answer.body_iterator))
            assert [await anext(streams[-1]), "event: catalogue" in str(await anext(streams[-1]))] == [
                "retry: 1000\n\n",
                True,
            ]
        async with asyncio.timeout(5):
            assert [chunk async for chunk in streams[0]] == []
        await running.hub.store.write(lambda book: book.put_catalogue("another"))
        async with asyncio.timeout(5):
            for stream in streams[1:]:
                assert "event: catalogue" in str(await anext(stream))
                await stream.aclose()  # type: ignore[attr-defined]

    assert running.client.portal is not None
    running.client.portal.call(listen)
