"""Server-sent events: full snapshots, coalesced, with a sign of life, and an end when the server closes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from starlette.responses import StreamingResponse

from kiosk.web.live import GUESTS, OF_ONE_GUEST, Leave, Snapshot, Streams
from tests.fakes.clock import FakeClock


class Changes:
    """``ports.Changes`` that a test rings by hand."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self.left = asyncio.Event()

    async def watch(self) -> AsyncIterator[int]:
        try:
            yield 0
            while True:
                await self._bell.wait()
                self._bell.clear()
                yield 1
        finally:
            self.left.set()

    def ring(self) -> None:
        self._bell.set()


class Listener:
    """Reads the events of one stream."""

    def __init__(self, streams: Streams, changes: Changes, render: Callable[[], Snapshot], gap_s: float = 0.0) -> None:
        answer = streams.respond(changes.watch(), render, gap_s)
        assert isinstance(answer, StreamingResponse)
        self._body = aiter(answer.body_iterator)

    async def event(self) -> str:
        async with asyncio.timeout(5):
            return str(await anext(self._body))

    async def ended(self) -> bool:
        async with asyncio.timeout(5):
            return await anext(self._body, None) is None


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 10))  # type: ignore[arg-type]


def test_a_stream_opens_with_the_retry_time_and_a_whole_snapshot() -> None:
    async def test() -> None:
        listener = Listener(Streams(FakeClock(1234)), Changes(), lambda: "<p>\nB001\n</p>")
        assert await listener.event() == "retry: 1000\n\n"
        assert await listener.event() == "id: 1234\nevent: snapshot\ndata: <p>\ndata: B001\ndata: </p>\n\n"

    run(test)


def test_changes_in_quick_succession_become_one_snapshot_of_the_newest_state() -> None:
    async def test() -> None:
        changes, state = Changes(), ["a"]
        listener = Listener(Streams(FakeClock()), changes, lambda: state[0], gap_s=0.02)
        await listener.event()
        assert "data: a\n" in await listener.event()
        for state[0] in ("b", "c", "d"):
            changes.ring()
        assert "data: d\n" in await listener.event()
        state[0] = "e"
        changes.ring()
        assert "data: e\n" in await listener.event()

    run(test)


def test_a_page_hears_from_the_hub_even_if_only_other_things_change() -> None:
    """The hub changes every few seconds; a page that shows none of it must not take the silence for a dead line."""

    async def test() -> None:
        changes, clock = Changes(), FakeClock()
        listener = Listener(Streams(clock), changes, lambda: "a")
        await listener.event()
        assert "data: a\n" in await listener.event()
        clock.advance(10_000)
        changes.ring()
        assert "event: ping\n" in await listener.event()

    run(test)


def test_a_change_that_shows_nowhere_on_this_page_sends_nothing() -> None:
    async def test() -> None:
        changes, renders, seen = Changes(), 0, asyncio.Event()
        state = "a"

        def render() -> str:
            nonlocal renders
            renders += 1
            if renders == 2:
                seen.set()
            return state

        listener = Listener(Streams(FakeClock()), changes, render)
        await listener.event()
        await listener.event()
        changes.ring()
        waiting = asyncio.ensure_future(listener.event())
        await seen.wait()
        state = "b"
        changes.ring()
        assert "data: b\n" in await waiting

    run(test)


def test_without_a_change_a_ping_says_that_the_line_is_alive() -> None:
    async def test() -> None:
        listener = Listener(Streams(FakeClock(77), ping_s=0.01), Changes(), lambda: "a")
        await listener.event()
        await listener.event()
        assert await listener.event() == "id: 77\nevent: ping\ndata:\n\n"

    run(test)


def test_minutes_that_pass_without_a_change_are_shown_at_the_next_ping() -> None:
    async def test() -> None:
        minutes = iter(["7 phút", "8 phút"])
        listener = Listener(Streams(FakeClock(), ping_s=0.01), Changes(), lambda: next(minutes))
        await listener.event()
        assert "7 phút" in await listener.event()
        assert "8 phút" in await listener.event()

    run(test)


def test_a_page_that_must_go_elsewhere_is_told_so_and_its_stream_ends() -> None:
    async def test() -> None:
        listener = Listener(Streams(FakeClock()), Changes(), lambda: Leave("/console"))
        await listener.event()
        assert "event: leave\ndata: /console\n\n" in await listener.event()
        assert await listener.ended()

    run(test)


def test_closing_ends_every_stream_lets_go_of_the_changes_and_refuses_new_ones() -> None:
    async def test() -> None:
        streams, changes = Streams(FakeClock()), Changes()
        listener = Listener(streams, changes, lambda: "a")
        await listener.event()
        await listener.event()
        waiting = asyncio.ensure_future(listener.ended())
        streams.close()
        assert await waiting
        await changes.left.wait()
        assert streams.respond(changes.watch(), lambda: "a").status_code == 503

    run(test)


def test_more_streams_than_the_limit_are_refused_until_one_has_ended() -> None:
    async def test() -> None:
        streams = Streams(FakeClock(), limit=1)
        answer = streams.respond(Changes().watch(), lambda: "a")
        assert isinstance(answer, StreamingResponse)
        await anext(aiter(answer.body_iterator))
        refused = streams.respond(Changes().watch(), lambda: "a")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        await answer.body_iterator.aclose()  # type: ignore[union-attr]
        assert streams.respond(Changes().watch(), lambda: "a").status_code == 200

    run(test)


class Crowd:
    """Streams that stay open."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._open: list[AsyncIterator[object]] = []

    async def open(self, guest: str) -> int:
        answer = self._streams.respond(Changes().watch(), lambda: "a", guest=guest)
        if isinstance(answer, StreamingResponse):
            self._open.append(aiter(answer.body_iterator))
            await anext(self._open[-1])
        return answer.status_code


def test_one_ticket_has_a_few_streams_and_not_those_of_others() -> None:
    async def test() -> None:
        crowd = Crowd(Streams(FakeClock()))
        assert [await crowd.open("1-secret") for _ in range(OF_ONE_GUEST + 1)] == [200] * OF_ONE_GUEST + [503]
        assert await crowd.open("2-secret") == 200

    run(test)


def test_however_many_phones_look_a_counter_still_gets_its_stream() -> None:
    async def test() -> None:
        crowd = Crowd(Streams(FakeClock()))
        statuses = [await crowd.open(f"{number}-secret") for number in range(600)]
        assert statuses == [200] * GUESTS + [503] * (600 - GUESTS)
        assert await crowd.open("") == 200

    run(test)


def test_with_many_phones_each_is_told_less_often() -> None:
    """Fifty snapshots a second for all of them; with a hundred phones each waits two seconds for its next one."""

    async def test() -> None:
        streams, changes = Streams(FakeClock()), Changes()
        crowd = Crowd(streams)
        for number in range(99):
            await crowd.open(f"{number}-secret")
        answer = streams.respond(changes.watch(), lambda: str(asyncio.get_running_loop().time()), 0.0, "100-secret")
        assert isinstance(answer, StreamingResponse)
        phone = aiter(answer.body_iterator)
        await anext(phone)
        await anext(phone)
        began_s = asyncio.get_running_loop().time()
        changes.ring()
        await anext(phone)
        assert asyncio.get_running_loop().time() - began_s > 1.9

    run(test)


@pytest.mark.parametrize("words", ["Số <B001> & “Quầy”", "dòng 1\r\ndòng 2", "data: x\n\nevent: leave"])
def test_no_text_can_break_out_of_its_event(words: str) -> None:
    async def test() -> None:
        listener = Listener(Streams(FakeClock()), Changes(), lambda: words)
        await listener.event()
        event = await listener.event()
        assert event.endswith("\n\n")
        assert "\n\n" not in event[:-2]
        assert event.count("event:") == words.count("event:") + 1
        assert all(line.startswith(("id: ", "event: snapshot", "data: ")) for line in event[:-2].split("\n"))

    run(test)
