"""The one thread that writes, with group commit.

1. All jobs that are waiting share one transaction and one sync to disk; each runs in a savepoint of its own.
2. An answer is released only after the commit, never before.
3. When the disk is full or fails, nothing of the batch is stored, everybody in it is told ``StoreUnavailable``, and the
   next batch tries again: the hub resumes by itself when there is space.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Generic, TypeVar

from kiosk.errors import StoreUnavailable
from kiosk.hub.store.connection import connect, emptied_log, store_failed
from kiosk.hub.usecases.refused import Refused

log = logging.getLogger(__name__)

T = TypeVar("T")
Released = Callable[[], None]
_MAX_BATCH = 256
_TOLD = "The database cannot store anything now"


class _Job(Generic[T]):
    """A function to run in the write transaction, and where its result goes."""

    __slots__ = ("_error", "_result", "_run", "future", "is_quiet")

    def __init__(self, run: Callable[[sqlite3.Connection], T], future: "Future[T]", is_quiet: bool) -> None:
        self._run, self.future, self.is_quiet = run, future, is_quiet
        self._result: T | None = None
        self._error: Exception | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        """In a savepoint: a job that fails or is refused leaves nothing behind and does not touch its neighbours."""
        connection.execute("SAVEPOINT job")
        try:
            self._result = self._run(connection)
        except sqlite3.Error as error:
            if store_failed(error):
                raise
            self._refuse(connection, error)
        except Exception as error:  # noqa: BLE001  the caller gets it
            self._refuse(connection, error)
        else:
            if isinstance(self._result, Refused):
                connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")

    def _refuse(self, connection: sqlite3.Connection, error: Exception) -> None:
        self._error = error
        connection.execute("ROLLBACK TO job")

    def release(self) -> None:
        if self._error is not None:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(self._result)  # type: ignore[arg-type]  # set by run()


class WriteThread:
    """``submit`` from any thread; ``on_commit`` is called in the write thread after each batch that was stored,
    ``on_loss`` after one that was not."""

    def __init__(self, path: Path, on_commit: Released = lambda: None, on_loss: Released = lambda: None) -> None:
        self._path, self._on_commit, self._on_loss = path, on_commit, on_loss
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="hub-writer", daemon=True)
        self._connection: sqlite3.Connection | None = None
        self._gate = threading.Lock()
        self._closing = False
        self._log_is_due = True  #: to be emptied: a crash may have left in it what was to be gone

    def open(self) -> None:
        """Raises StoreUnavailable."""
        try:
            self._connection = connect(self._path)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self._path}: {error}") from error
        self._thread.start()

    def close(self) -> None:
        """Finish what was submitted, then stop. What comes later is refused."""
        with self._gate:
            if self._closing:
                return
            self._closing = True
            self._jobs.put(None)
        self._thread.join()

    def submit(self, run: Callable[[sqlite3.Connection], T], *, is_quiet: bool = False) -> "Future[T]":
        """``run`` in the next transaction; its result, or its error, when that is safely on disk.

        ``is_quiet``: it changes nothing that anybody watches, and ``on_commit`` need not be called for it.
        """
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        with self._gate:
            if self._closing:
                future.set_exception(StoreUnavailable("The hub is closing"))
            else:
                self._jobs.put(_Job(run, future, is_quiet))
        return future

    def empty_log(self) -> None:
        """From within a job: what is deleted is to be gone from the write-ahead log too, soon after the commit."""
        self._log_is_due = True

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _work(self) -> None:
        while batch := self._next_batch():
            self._store(batch)
        if self._connection is not None:
            self._connection.close()

    def _next_batch(self) -> list[_Job[Any]]:
        """Everything that waits now; empty at the end."""
        first = self._jobs.get()
        batch: list[_Job[Any]] = []
        while first is not None:
            batch.append(first)
            if len(batch) == _MAX_BATCH:
                return batch
            try:
                first = self._jobs.get_nowait()
            except queue.Empty:
                return batch
        if batch:
            self._jobs.put(None)
        return batch

    def _store(self, batch: list[_Job[Any]]) -> None:
        try:
            connection = self._ready_connection()
            connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                job.run(connection)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            log.error("%s: %s", _TOLD, error)
            self._forget_connection()
            self._on_loss()
            for job in batch:
                job.future.set_exception(StoreUnavailable(f"{_TOLD}: {error}"))
            return
        if not all(job.is_quiet for job in batch):
            self._on_commit()
        for job in batch:
            job.release()
        if self._log_is_due:
            self._log_is_due = not emptied_log(connection)

    def _ready_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self._path)
        return self._connection

    def _forget_connection(self) -> None:
        """Closing rolls back; a fresh connection holds no half-written page in its cache."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
