"""However many speak at once, a turn of the server's loop reads from a few of them, and everybody gets a turn."""

import asyncio
import socket
from contextlib import ExitStack

from kiosk.web.loop import READ_AT_ONCE, run

MANY = 5 * READ_AT_ONCE


def test_a_turn_reads_from_a_few_and_all_are_heard() -> None:
    heard: list[socket.socket] = []

    async def listen(lines: list[tuple[socket.socket, socket.socket]]) -> list[int]:
        loop, in_a_turn = asyncio.get_running_loop(), []

        def hear(line: socket.socket) -> None:
            loop.remove_reader(line)
            heard.append(line)

        for ours, theirs in lines:
            loop.add_reader(ours, hear, ours)
            theirs.send(b"hello")
        while len(heard) < MANY:
            before = len(heard)
            await asyncio.sleep(0)
            in_a_turn.append(len(heard) - before)
        return in_a_turn

    with ExitStack() as open_lines:
        lines = [socket.socketpair() for _ in range(MANY)]
        for line in lines:
            for end in line:
                open_lines.enter_context(end)
        turns = run(listen(lines))
    assert max(turns) <= READ_AT_ONCE
    assert sum(turns) == MANY
