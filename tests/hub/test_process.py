"""The hub as a process: killed, told to stop, on a full disk, watched over live streams."""

import asyncio
import contextlib
import resource
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import FolderInUse
from tests.fakes.load import Line, event_lines
from tests.fakes.real_hub import KIOSK_TOKEN, RealHub, make_real_hub
from tests.fakes.torture import check_nothing_lost, kill_while_working, press_simultaneously

STREAM = "/v1/stream/kiosk"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RealHub]:
    hub = make_real_hub(tmp_path)
    hub.start()
    yield hub
    if hub.process is not None and hub.process.poll() is None:
        hub.kill()


def rows(hub: RealHub, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{hub.config.data}/hub.sqlite?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def test_killed_again_and_again_it_loses_no_ticket_and_gives_no_number_twice(hub: RealHub) -> None:
    outcome = asyncio.run(kill_while_working(hub, kills=6, clients=8))
    check_nothing_lost(hub, outcome)


def test_simultaneous_presses_of_two_counters_call_every_ticket_once(hub: RealHub) -> None:
    asyncio.run(press_simultaneously(hub, tickets=200))


def test_told_to_stop_it_answers_what_is_under_way_and_ends_in_order(hub: RealHub) -> None:
    async def work() -> list[int]:
        async with contextlib.AsyncExitStack() as open_lines:
            lines = [await open_lines.enter_async_context(hub.kiosk_line()) for _ in range(8)]
            return await ask_and_stop(lines)

    async def ask_and_stop(lines: list[Line]) -> list[int]:
        asked = [asyncio.create_task(line.ask("POST", "/v1/tickets", ticket(n))) for n, line in enumerate(lines)]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert hub.process is not None
        hub.process.terminate()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        return [answer[1]["id"] for answer in answers if not isinstance(answer, BaseException)]

    given = asyncio.run(work())
    assert hub.stop() == 0
    assert not (hub.config.data / "hub.sqlite-wal").exists()
    assert given
    assert set(given) <= {row[0] for row in rows(hub, "SELECT id FROM ticket")}


def test_an_open_live_stream_does_not_hold_up_the_end(hub: RealHub) -> None:
    async def work() -> None:
        async with event_lines(hub.kiosk_line(), STREAM) as lines:
            await await_line(lines, "event: catalogue")
            assert await asyncio.to_thread(hub.stop) == 0

    asyncio.run(asyncio.wait_for(work(), 10))


def test_a_kiosk_hears_at_once_that_it_has_something_to_print(hub: RealHub) -> None:
    async def work() -> float:
        async with (
            hub.kiosk_line() as kiosk,
            hub.staff_line("chi") as chi,
            event_lines(hub.kiosk_line(), STREAM) as lines,
        ):
            _, given = await kiosk.ask("POST", "/v1/tickets", ticket(1))
            await await_line(lines, 'data: {"count":0,"printer_check":0}')
            started = asyncio.get_running_loop().time()
            await chi.ask("POST", "/v1/supervisor/commands", supervise("reprint", ticket=given["id"]))
            await await_line(lines, 'data: {"count":1,"printer_check":0}')
            return asyncio.get_running_loop().time() - started

    assert asyncio.run(asyncio.wait_for(work(), 20)) < 5


def test_a_full_disk_is_a_plain_sentence_and_the_hub_resumes_when_there_is_space(hub: RealHub) -> None:
    """The kernel refuses to let the hub's files grow, as a full disk does."""
    assert hub.process is not None
    pid = hub.process.pid
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)

    async def until(status: int) -> tuple[list[int], Any]:
        seen: list[int] = []
        async with hub.kiosk_line() as line:
            while status not in seen:
                code, answer = await line.ask("POST", "/v1/tickets", ticket(f"{status}-{len(seen):06d}"))
                seen.append(code)
        assert set(seen) <= {200, 503}
        return seen, answer

    wal = hub.config.data / "hub.sqlite-wal"
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (wal.stat().st_size + 8192, limits[1]))
    codes, answer = asyncio.run(asyncio.wait_for(until(503), 20))
    assert answer["error"] == "store_unavailable"
    assert answer["message"]["vi"] == "Máy chủ tạm thời không lưu được. Chưa có gì thay đổi; hãy thử lại sau ít phút."
    assert rows(hub, "SELECT count(*) FROM ticket") == [(codes.count(200),)]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
    codes, answer = asyncio.run(asyncio.wait_for(until(200), 20))
    assert rows(hub, "PRAGMA integrity_check") == [("ok",)]


def test_a_folder_that_cannot_be_used_is_one_sentence_and_no_trace(tmp_path: Path) -> None:
    hub = make_real_hub(tmp_path)
    for file in hub.config.data.iterdir():
        file.unlink()
    hub.config.data.rmdir()
    hub.config.data.write_text("in the way")
    with pytest.raises(AssertionError, match=r"kiosk: .*data") as failed:
        hub.start()
    assert "Traceback" not in str(failed.value)


def test_a_second_hub_on_the_same_folder_is_refused_and_the_first_serves_on(hub: RealHub) -> None:
    second = hub.folder / "second.toml"
    second.write_text((hub.folder / "hub.toml").read_text().replace(f"port = {hub.config.listen.port}", "port = 0"))
    command = [sys.executable, "-m", "kiosk", "hub", "--config", second]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert refused.returncode == FolderInUse.exit_code
    assert "another hub is running on this folder" in refused.stderr
    assert "Traceback" not in refused.stderr

    async def take() -> int:
        async with hub.kiosk_line() as line:
            return (await line.ask("POST", "/v1/tickets", ticket(1)))[0]

    assert asyncio.run(take()) == 200


def test_a_client_that_goes_away_in_the_middle_of_its_request_leaves_no_trace_in_the_log(hub: RealHub) -> None:
    head = (
        f"POST /v1/tickets HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {KIOSK_TOKEN}\r\nContent-Length: 99\r\n\r\n"
    )
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", hub.config.listen.port)) as line:
            line.sendall(head.encode() + b'{"request_id"')
    assert hub.stop() == 0
    assert (hub.folder / "hub.log").read_text() == ""


async def await_line(lines: AsyncIterator[str], wanted: str) -> None:
    async for line in lines:
        if line == wanted:
            return
    raise AssertionError(f"The stream ended before: {wanted}")


def ticket(name: object) -> dict[str, Any]:
    return {"request_id": f"request-{name}", "service": "khai-sinh"}


def supervise(action: str, **more: Any) -> dict[str, Any]:
    return {"request_id": f"supervise-{action}", "action": action} | more
