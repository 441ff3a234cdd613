"""A line between a hub and central that can be cut, be slow, and lose answers after central has done its part."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

_AT_ONCE = 65_536


class BadLine:
    """A TCP proxy. Its methods may be called from any thread."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._is_cut = False
        self._lose = 0
        self._delay_s = 0.0
        self.port = 0
        self.lost = 0  #: answers that the hub never saw

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Whoever is connected is reset, whoever comes too."""
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._cut)
        self._loop.call_soon_threadsafe(done.set)
        assert done.wait(5)

    def mend(self) -> None:
        self._is_cut = False

    def lose_answers(self, count: int) -> None:
        """The next answers do not come through."""
        self._lose = count

    def delay(self, seconds: float) -> None:
        """Of every answer."""
        self._delay_s = seconds

    def _cut(self) -> None:
        self._is_cut = True
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._open |= ends
        there = asyncio.create_task(self._carry(reader, far_writer))
        back = asyncio.create_task(self._carry_answers(far_reader, writer))
        self._carrying |= {there, back}
        await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.transport.abort()
        self._open -= ends
        await asyncio.wait({there, back})
        self._carrying -= {there, back}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_AT_ONCE):
                writer.write(data)
                await writer.drain()

    async def _carry_answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_AT_ONCE):
                if self._lose > 0:
                    self._lose -= 1
                    self.lost += 1
                    return
                await asyncio.sleep(self._delay_s)
                writer.write(data)
                await writer.drain()

    def _run(self, ready: threading.Event, over: asyncio.Event) -> None:
        async def listen() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await over.wait()
            server.close()
            self._cut()
            for carrying in list(self._carrying):
                carrying.cancel()
            if rest := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(rest)

        self._loop.run_until_complete(listen())
        self._loop.close()


@contextlib.contextmanager
def bad_line(target_port: int) -> Iterator[BadLine]:
    line, ready, over = BadLine(target_port), threading.Event(), asyncio.Event()
    thread = threading.Thread(target=line._run, args=(ready, over), name="bad-line")
    thread.start()
    assert ready.wait(5)
    try:
        yield line
    finally:
        line._loop.call_soon_threadsafe(over.set)
        thread.join(5)
