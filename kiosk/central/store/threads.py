"""The threads that carry out jobs on a database, with group commit.

1. Jobs that are waiting share one transaction and one sync to disk; each runs in a savepoint of its own, so that a job
   that fails leaves nothing behind and does not touch its neighbours.
2. An answer is released only after the commit, never before.
3. Where another transaction stood in the way, the same jobs are carried out again. When the database cannot go on,
   nothing is stored, everybody is told ``StoreUnavailable``, and the next jobs try a new connection.
"""

import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from kiosk.central.ports import Transaction
from kiosk.central.store.engine import Engine, Failure, Session
from kiosk.errors import StoreUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")
_MAX_SHARING = 256
_TRIES = 6
_PAUSE_S = 0.05  #: at most, before the jobs are tried again


class _Job:
    """A function to run in a transaction, and where its result goes."""

    __slots__ = ("_error", "_result", "_run", "alone", "future")

    def __init__(self, run: Callable[[Transaction], Any], alone: bool) -> None:
        self._run, self.alone = run, alone
        self.future: Future[Any] = Future()
        self.future.set_running_or_notify_cancel()

    def run(self, engine: Engine, session: Session) -> None:
        """Raises only what concerns the whole transaction."""
        self._error: Exception | None = None
        self._result: Any = None
        if not self.alone:
            session.savepoint()
        try:
            self._result = self._run(session)
        except Exception as error:
            if engine.failure(error) in (Failure.AGAIN, Failure.UNAVAILABLE):
                raise
            self._error = error
            if self.alone:
                session.rollback()
                return
            session.rollback_to_savepoint()
        if not self.alone:
            session.release_savepoint()

    @property
    def has_failed(self) -> bool:
        return self._error is not None

    def release(self) -> None:
        if self._error is not None:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(self._result)


class JobThreads:
    """``count`` threads, each with a connection of its own, that take jobs from one queue."""

    def __init__(self, engine: Engine, count: int, *, read_only: bool) -> None:
        self._engine, self._read_only = engine, read_only
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        name = "central-reader" if read_only else "central-writer"
        self._threads = [threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(count)]
        self._gate = threading.Lock()
        self._closing = False

    def open(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Finish what was submitted, then stop. What comes later is refused."""
        with self._gate:
            if self._closing:
                return
            self._closing = True
            for _ in self._threads:
                self._jobs.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def submit(self, run: Callable[[Transaction], T], *, alone: bool = False) -> "Future[T]":
        """From any thread; the result or the error of ``run`` when what it did is safely on disk."""
        job = _Job(run, alone or self._read_only)
        with self._gate:
            if self._closing:
                job.future.set_exception(StoreUnavailable("Central is closing"))
            else:
                self._jobs.put(job)
        return job.future

    def are_alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        session: Session | None = None
        left_over: _Job | None = None
        while True:
            jobs, left_over = self._next_jobs(left_over)
            if not jobs:
                break
            session = self._carry_out(jobs, session)
        if session is not None:
            session.close()

    def _next_jobs(self, first: _Job | None) -> tuple[list[_Job], _Job | None]:
        """What can share a transaction, and a job found behind it that wants one of its own; no jobs: the end."""
        first = first or self._jobs.get()
        if first is None or first.alone:
            return [first] if first else [], None
        jobs = [first]
        while len(jobs) < _MAX_SHARING:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            if job.alone:
                return jobs, job
            jobs.append(job)
        return jobs, None

    def _carry_out(self, jobs: list[_Job], session: Session | None) -> Session | None:
        """The connection to go on with; None when it was given up."""
        for left in reversed(range(_TRIES)):
            try:
                session = self._begun(session)
                self._attempt(jobs, session)
            except Exception as error:  # noqa: BLE001  a thread that dies would leave all callers waiting
                failure = self._engine.failure(error)
                _forget(session)
                session = None
                if failure is Failure.AGAIN and left:
                    time.sleep(random.uniform(0, _PAUSE_S))
                    continue
                _refuse(jobs, error, failure, self._engine.address)
                return None
            for job in jobs:
                job.release()
            return session
        raise AssertionError("the last try ends in an answer or in a refusal")

    def _begun(self, session: Session | None) -> Session:
        """In a transaction. A connection that broke while nobody used it is replaced: nothing was lost with it."""
        if session is not None:
            try:
                session.begin(read_only=self._read_only)
            except Exception as error:
                if self._engine.failure(error) is not Failure.UNAVAILABLE:
                    raise
                _forget(session)
            else:
                return session
        session = self._engine.connect(read_only=self._read_only)
        try:
            session.begin(read_only=self._read_only)
        except BaseException:
            session.close()
            raise
        return session

    def _attempt(self, jobs: list[_Job], session: Session) -> None:
        for job in jobs:
            job.run(self._engine, session)
        if not (jobs[0].alone and jobs[0].has_failed):  # then it has been rolled back
            session.commit()


def _forget(session: Session | None) -> None:
    """Closing rolls back, and a fresh connection starts clean whatever happened on this one."""
    if session is not None:
        session.close()


def _refuse(jobs: list[_Job], error: Exception, failure: Failure | None, address: str) -> None:
    told: Exception = error
    if failure in (Failure.AGAIN, Failure.UNAVAILABLE):
        told = StoreUnavailable(f"{address}: {error}")
        told.__cause__ = error
        log.error("The database cannot be used now: %s", told)
    else:
        log.error("A transaction failed", exc_info=error)
    for job in jobs:
        job.future.set_exception(told)
