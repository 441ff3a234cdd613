"""Starts, watches, stops and kills the programs of the demonstration; each writes its log to a file."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kiosk.errors import KioskError

PAUSE_S = 0.05


class DemoFailed(KioskError):
    """Something that the demonstration needs did not come about; the message says what and where to look."""


class Program:
    """One child process. ``start`` may be called again after ``stop`` or ``kill``."""

    def __init__(self, name: str, argv: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self.name, self.log = name, log
        self._argv, self._env = list(argv), {**os.environ, **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            # A group of its own: Ctrl-C at the terminal reaches the demo alone, which then stops the others in order.
            self._process = subprocess.Popen(
                self._argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=self._env, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait(self) -> int:
        """Until it ends by itself; its exit code."""
        return self._process.wait() if self._process else 0

    def stop(self, timeout_s: float = 15.0) -> None:
        """Asks it to end, and insists after ``timeout_s``."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As the power would."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.is_running() and self._process is not None:
            os.killpg(self._process.pid, number)

    def await_true(self, what: str, condition: Callable[[], bool], timeout_s: float) -> None:
        """Until ``condition``; DemoFailed when the program ends before, or in ``timeout_s``."""
        await_true(f"{what} (see {self.log})", lambda: self._alive() and condition(), timeout_s)

    def _alive(self) -> bool:
        if self.is_running():
            return True
        raise DemoFailed(f"{self.name} has ended; see {self.log}:\n{tail(self.log)}")


def end_in_order_on_sigterm() -> None:
    """A demonstration that is told to stop stops what it started, as with Ctrl-C."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def kiosk_command(*words: str) -> list[str]:
    """The ``kiosk`` command of this very installation."""
    return [sys.executable, "-m", "kiosk", *words]


def run_kiosk(*words: str, typed: str = "") -> str:
    """Runs a short ``kiosk`` command and gives what it printed; DemoFailed when it fails."""
    done = subprocess.run(kiosk_command(*words), input=typed, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise DemoFailed(f"kiosk {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def await_true(what: str, condition: Callable[[], bool], timeout_s: float) -> None:
    """Until ``condition`` of another process is so; DemoFailed after ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise DemoFailed(f"waited {timeout_s:.0f} s in vain: {what}")
        time.sleep(PAUSE_S)


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
