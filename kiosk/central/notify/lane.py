"""The threads of one channel, with a time limit: what hangs there holds up nobody else."""

import asyncio
import logging
import threading

from kiosk.central.notify.gateways import Gateway
from kiosk.central.notify.message import Message
from kiosk.central.notify.notices import Ended, NoticeState

log = logging.getLogger(__name__)

THREADS = 3


class Lane:
    """Use it on one event loop. A thread cannot be stopped: one that hangs is left alone, and takes a place until it
    ends; when all places are taken, the channel gets nothing more until one is free."""

    def __init__(self, name: str, gateway: Gateway, limit_s: float) -> None:
        self._name, self._gateway, self._limit_s = name, gateway, limit_s
        self._busy = 0

    @property
    def free(self) -> int:
        return THREADS - self._busy

    def take(self) -> None:
        """A place, for a ``send`` that follows or is ``given_back``."""
        self._busy += 1

    def give_back(self) -> None:
        self._busy -= 1

    async def send(self, message: Message) -> Ended:
        """In the place that was taken. Never raises; after the limit the answer is that there was none."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Ended] = loop.create_future()

        def done(ended: Ended) -> None:
            self.give_back()
            if not answer.done():
                answer.set_result(ended)

        def work() -> None:
            ended = self._carry_out(message)
            # The loop has ended when a thread that hung comes back after the worker was stopped.
            if not loop.is_closed():
                loop.call_soon_threadsafe(done, ended)

        threading.Thread(target=work, name=f"notify-{self._name}", daemon=True).start()
        try:
            return await asyncio.wait_for(answer, self._limit_s)
        except TimeoutError:
            return Ended(NoticeState.WAITING, f"no answer within {self._limit_s:g} s")

    def _carry_out(self, message: Message) -> Ended:
        try:
            return self._gateway.send(message)
        except Exception as error:
            log.exception("A message could not be sent", extra={"channel": self._name})
            return Ended(NoticeState.WAITING, f"{type(error).__name__}")
