"""One owner thread for each line: mailbox, reconnection with back-off, status on change.

1. Only the owner thread touches the driver, so a driver needs no locks.
2. A job is answered exactly once, whatever happens to the line.
3. Nothing that a driver raises ends the thread; it is logged, the line is closed and opened again.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from hardware.contracts import Device, Status, StatusListener
from hardware.errors import HardwareError, PortGone

_log = logging.getLogger(__name__)

J = TypeVar("J")  #: what a driver is asked to do: a payload, a text
R = TypeVar("R")  #: how it ended
J_contra = TypeVar("J_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class LineDriver(Protocol[J_contra, R_co]):
    """What a supervisor owns: a line with one device or several. Raises PortGone when the line is not there."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the devices on the line."""

    def open(self) -> None: ...

    def close(self) -> None:
        """Never fails; called before every opening too."""

    def poll(self) -> Mapping[str, Status]:
        """Asks the devices how they are; called when open and whenever there was nothing to do for ``poll_s``.
        With ``poll_s=0`` it is the driver's own read loop and should wait a little by itself."""

    def perform(self, device_id: str, job: J_contra) -> R_co: ...

    def refuse(self, device_id: str, job: J_contra, error: HardwareError) -> R_co:
        """The answer to a job that could not begin, or was broken off by ``error``."""


@dataclass(frozen=True, slots=True)
class Job(Generic[J, R]):
    device_id: str
    body: J
    answer: Callable[[R], None]


def _nobody(_: object) -> None:
    pass


class Mailbox(Protocol[J, R]):
    """Jobs between any threads and the owner thread; guarded by the supervisor."""

    def put(self, job: Job[J, R]) -> None: ...

    def take(self) -> Job[J, R] | None: ...

    def reopened(self) -> None:
        """The line is there again."""

    keeps_jobs: bool  #: True: jobs wait for the line. False: without a line they are refused at once.


class Fifo(Generic[J, R]):
    """For printers: every job once, in order; none waits for a line that is not there, because a citizen waits."""

    keeps_jobs = False

    def __init__(self) -> None:
        self._jobs: deque[Job[J, R]] = deque()

    def put(self, job: Job[J, R]) -> None:
        self._jobs.append(job)

    def take(self) -> Job[J, R] | None:
        return self._jobs.popleft() if self._jobs else None

    def reopened(self) -> None:
        pass


class Latest(Generic[J, R]):
    """For displays: only the newest job of each device counts, and it is done again when the line comes back.

    The answer of a job that a newer one replaces is never called.
    """

    keeps_jobs = True

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Job[J, R]] = OrderedDict()
        self._taken: OrderedDict[str, Job[J, R]] = OrderedDict()

    def put(self, job: Job[J, R]) -> None:
        self._waiting[job.device_id] = job

    def take(self) -> Job[J, R] | None:
        if not self._waiting:
            return None
        device_id, job = self._waiting.popitem(last=False)
        self._taken[device_id] = replace(job, answer=_nobody)
        return job

    def reopened(self) -> None:
        self._waiting = OrderedDict(self._taken | self._waiting)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses between attempts, in seconds: doubling from ``first_s`` to ``last_s``."""

    first_s: float = 0.2
    last_s: float = 5.0

    def pause_s(self, failures: int) -> float:
        return min(self.last_s, self.first_s * 2.0 ** min(failures - 1, 16))


class Supervisor(Generic[J, R]):
    """Runs ``driver`` from ``start`` to ``stop``. ``on_status`` is called from the owner thread, on change only."""

    def __init__(
        self,
        driver: LineDriver[J, R],
        mailbox: Mailbox[J, R],
        on_status: StatusListener,
        poll_s: float = 1.0,
        backoff: Backoff = Backoff(),
    ) -> None:
        self._driver, self._mailbox, self._on_status = driver, mailbox, on_status
        self._poll_s, self._backoff = poll_s, backoff
        self._states = {each: Status(Device.STARTING) for each in driver.ids}
        self._changed = threading.Condition()
        self._looks: list[Callable[[], None]] = []  #: who waits for the next answer of the devices
        self._stopping = False
        self._has_news = False  #: a job came since the last failure: worth an attempt at once
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="device " + "+".join(driver.ids), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the job in hand; jobs that still wait are refused."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()

    def submit(self, device_id: str, body: J, answer: Callable[[R], None] = _nobody) -> None:
        """Returns at once; ``answer`` is called from the owner thread."""
        with self._changed:
            self._mailbox.put(Job(device_id, body, answer))
            self._has_news = True
            self._changed.notify_all()

    def look_now(self, seen: Callable[[], None]) -> None:
        """Ask the devices now and not at the next turn; ``seen`` is called from the owner thread, once, when what they
        answered, or their silence, has been reported. Returns at once."""
        with self._changed:
            self._looks.append(seen)
            self._has_news = True
            self._changed.notify_all()

    def states(self) -> dict[str, Status]:
        """The last known state of each device."""
        with self._changed:
            return dict(self._states)

    def _run(self) -> None:
        is_open = False
        while not self._stopping:
            is_open = self._guarded(self._serve if is_open else self._reopen)
        self._driver.close()
        self._refuse_waiting(PortGone("the program is closing"))

    def _guarded(self, step: Callable[[], None]) -> bool:
        """One step; False when the line has to be opened again."""
        try:
            step()
        except HardwareError as error:
            self._failed(error, Device.NO_DEVICE if isinstance(error, PortGone) else Device.OFFLINE)
            return False
        except Exception as error:  # noqa: BLE001 - the one place that keeps a device thread alive
            _log.exception("The driver of %s failed", self._thread.name)
            self._failed(HardwareError(str(error)), Device.HARDWARE_ERROR)
            return False
        self._failures = 0
        return True

    def _reopen(self) -> None:
        self._driver.close()
        self._driver.open()
        with self._changed:
            self._mailbox.reopened()
        self._poll()

    def _poll(self) -> None:
        with self._changed:
            looks = tuple(self._looks)
        self._report(self._driver.poll())
        self._seen(looks)

    def _seen(self, looks: Sequence[Callable[[], None]]) -> None:
        with self._changed:
            del self._looks[: len(looks)]
        for seen in looks:
            seen()

    def _serve(self) -> None:
        job = self._next_job(self._poll_s)
        if job is None:
            if not self._stopping:
                self._poll()
            return
        try:
            result = self._driver.perform(job.device_id, job.body)
        except Exception as error:
            self._refuse(job, error if isinstance(error, HardwareError) else HardwareError(str(error)))
            raise
        job.answer(result)

    def _next_job(self, wait_s: float) -> Job[J, R] | None:
        with self._changed:
            job = self._mailbox.take()
            if job is None and wait_s > 0 and not self._stopping and not self._looks:
                self._changed.wait(wait_s)
                job = self._mailbox.take()
            return job

    def _failed(self, error: HardwareError, device: Device) -> None:
        """Says so, lets go of the port at once (a held one makes the kernel hand out another name), waits."""
        self._driver.close()
        self._failures += 1
        self._report({each: Status(device, detail=str(error)) for each in self._driver.ids})
        with self._changed:
            self._has_news, looks = False, tuple(self._looks)
        self._seen(looks)
        if not self._mailbox.keeps_jobs:
            self._refuse_waiting(error)
        with self._changed:
            if not self._stopping and not self._has_news:
                self._changed.wait(self._backoff.pause_s(self._failures))

    def _refuse_waiting(self, error: HardwareError) -> None:
        while (job := self._next_job(0)) is not None:
            self._refuse(job, error)

    def _refuse(self, job: Job[J, R], error: HardwareError) -> None:
        job.answer(self._driver.refuse(job.device_id, job.body, error))

    def _report(self, states: Mapping[str, Status]) -> None:
        with self._changed:
            news = {each: status for each, status in states.items() if self._states.get(each) != status}
            self._states.update(news)
        for device_id, status in news.items():
            _log.info("%s is %s, paper %s %s", device_id, status.device, status.paper, status.detail)
            self._on_status(device_id, status)
