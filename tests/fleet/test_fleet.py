"""Simulated hubs keep the protocol as a real one does: against a central that keeps it to the letter."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from starlette.responses import Response

from kiosk.clock import ScaledClock, to_ms
from kiosk.errors import CentralUnreachable, ConfigError
from kiosk.fleet.day import OPENS_S, Shape
from kiosk.fleet.fleet import Days, Fleet, enrol_all
from kiosk.fleet.hub import Outage
from kiosk.fleet.keys import EnrolmentRefused, KeyRing
from kiosk.fleet.line import Address, CentralLine
from kiosk.wire.central_api import Happened
from tests.fakes.central_peer import CentralPeer, RunningPeer, running

MIDNIGHT_MS = to_ms(datetime(2026, 11, 23))
NOON_MS = MIDNIGHT_MS + 12 * 3_600_000
DAYS = Days([MIDNIGHT_MS], "1")
SHAPE = Shape("phuong-thu", tickets=60, counters=2)
FAST = 3600.0  #: an hour in a second


def quiet(_text: str) -> None:
    pass


@contextmanager
def central_at(clock: ScaledClock) -> Iterator[RunningPeer]:
    """It lives in the same pretended time."""
    with running(CentralPeer(clock=clock)) as peer:
        yield peer


def ran(peer: RunningPeer, clock: ScaledClock, ends_ms: int, outage: Outage | None = None, days: Days = DAYS) -> Fleet:
    """A fleet of one centre, run to its end."""

    async def run() -> Fleet:
        address = Address.of(peer.url)
        (key,) = await enrol_all(address, {"phuong-thu": "CODE-0001"})
        fleet = Fleet(address, {key.centre: key}, clock)
        await fleet.run([SHAPE], days, ends_ms, outage, quiet)
        return fleet

    return asyncio.run(run())


def happened(days: Days = DAYS, until_ms: int = NOON_MS) -> list[Happened]:
    return [row for row in days.rows(SHAPE) if row.at_ms <= until_ms]


def test_what_happened_before_it_began_is_sent_at_once_and_in_order() -> None:
    """As of a hub whose line was down all morning."""
    clock = ScaledClock(NOON_MS, 1.0)
    with central_at(clock) as peer:
        fleet = ran(peer, clock, NOON_MS)
        assert peer.peer.taken() == happened()
    assert fleet.figures.acked == fleet.figures.happened == len(happened())
    assert [(told.centre, told.acked) for told in fleet.told()] == [("phuong-thu", len(happened()))]


def test_a_backlog_comes_in_batches_that_tell_how_much_is_still_to_come() -> None:
    """Central raises no alarm before it has everything: a called ticket may be in the next batch."""
    clock, days = ScaledClock(NOON_MS, 1.0), Days([MIDNIGHT_MS - n * 86_400_000 for n in (5, 4, 3, 0)], "1")
    with central_at(clock) as peer:
        ran(peer, clock, NOON_MS, days=days)
        batches = peer.peer.batches.items
        assert peer.peer.taken() == happened(days)
    assert len(batches) > 1
    assert {batch.head for batch in batches} == {len(happened(days))}


def test_rows_are_sent_when_they_happen_and_heartbeats_between_them() -> None:
    opens_ms = MIDNIGHT_MS + int(OPENS_S * 1000)
    clock = ScaledClock(opens_ms, FAST)
    with central_at(clock) as peer:
        ran(peer, clock, opens_ms + 2 * 3_600_000)
        assert peer.peer.taken() == happened(until_ms=opens_ms + 2 * 3_600_000)
        for batch in peer.peer.batches.items:
            assert all(row.at_ms <= batch.sent_ms for row in batch.rows), "nothing is told before it happens"


@pytest.mark.parametrize(
    "instead",
    [lambda: Response("busy", 503, {"Retry-After": "0"}), lambda: Response("broken", 500), lambda: Response("", 429)],
)
def test_a_central_that_is_busy_or_broken_gets_everything_a_little_later(instead: Callable[[], Response]) -> None:
    clock = ScaledClock(NOON_MS, 1.0)
    with central_at(clock) as peer:
        peer.peer.misbehave += [lambda: None, instead]  # the enrolment passes
        fleet = ran(peer, clock, NOON_MS)
        assert peer.peer.taken() == happened()
    assert (fleet.figures.retries, fleet.figures.refused.total()) == (1, 1)


def test_a_central_that_was_restored_from_a_backup_gets_again_what_it_lost() -> None:
    clock, days = ScaledClock(NOON_MS, 1.0), Days([MIDNIGHT_MS - n * 86_400_000 for n in (5, 4, 3, 0)], "1")
    with central_at(clock) as peer:

        def forget() -> None:
            for rows in peer.peer.rows.values():
                del rows[100:]

        peer.peer.misbehave += [lambda: None, lambda: None, forget]
        ran(peer, clock, NOON_MS, days=days)
        assert peer.peer.taken() == happened(days)


def test_while_the_line_is_down_nothing_is_sent_and_afterwards_everything() -> None:
    opens_ms = MIDNIGHT_MS + int(OPENS_S * 1000)
    clock = ScaledClock(opens_ms, FAST)
    outage = Outage(opens_ms + 1_800_000, opens_ms + 5_400_000)
    with central_at(clock) as peer:
        ran(peer, clock, opens_ms + 7_200_000, outage)
        sent = [batch.sent_ms for batch in peer.peer.batches.items]
        assert peer.peer.taken() == happened(until_ms=opens_ms + 7_200_000)
    assert any(instant < outage.begins_ms for instant in sent)
    # What was on the line when it broke had been sent before.
    assert not any(outage.begins_ms + FAST * 200 < instant < outage.ends_ms for instant in sent)


def test_a_code_that_central_does_not_know_is_told() -> None:
    with central_at(ScaledClock(NOON_MS, 1.0)) as peer, pytest.raises(EnrolmentRefused, match="403"):
        asyncio.run(enrol_all(Address.of(peer.url), {"phuong-thu": "CODE-0002"}))


def test_keys_are_kept_for_their_owner_and_do_not_show_themselves(tmp_path: Path) -> None:
    with central_at(ScaledClock(NOON_MS, 1.0)) as peer:
        (key,) = asyncio.run(enrol_all(Address.of(peer.url), {"phuong-thu": "CODE-0001"}))
    KeyRing((key,)).save(tmp_path / "keys")
    assert KeyRing.load(tmp_path / "keys").keys == (key,)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    assert key.secret not in repr(key)
    assert KeyRing.load(tmp_path / "nothing").keys == ()
    (tmp_path / "keys").write_text("{")
    with pytest.raises(ConfigError, match="keys"):
        KeyRing.load(tmp_path / "keys")


@pytest.mark.parametrize("url", ["ftp://central", "http://", "central:8090", "http://central/path"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(ConfigError, match="expected http"):
        Address.of(url)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\n\r\nhello", b"SSH-2.0-OpenSSH\r\n\r\n", b"\xff" * 100_000]
)
def test_an_answer_that_is_none_is_no_answer(answer: bytes) -> None:
    async def ask() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()[:2]
            with pytest.raises(CentralUnreachable, match="/v1/events"):
                await CentralLine(Address(host, port, None)).post("/v1/events", {}, b"")

    asyncio.run(ask())


def test_a_line_is_used_again_and_made_anew_after_it_broke() -> None:
    """The third answer is the last that the server gives on a connection."""
    connections = 0

    async def ask() -> list[int]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError):
                for last in (False, False, True):
                    await reader.readuntil(b"\r\n\r\n")
                    close = "Connection: close\r\n" if last else ""
                    writer.write(f"HTTP/1.1 200 OK\r\n{close}Content-Length: 0\r\n\r\n".encode())

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()[:2]
            line = CentralLine(Address(host, port, None))
            statuses = [(await line.post("/v1/events", {}, b"")).status for _ in range(4)]
            await line.close()
            return statuses

    assert asyncio.run(ask()) == [200] * 4
    assert connections == 2
