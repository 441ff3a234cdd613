"""A real PostgreSQL for the tests: one server for a whole run, an empty database for each test that asks.

The programs are those of Debian's package; no cluster of the machine is used or touched. PostgreSQL refuses to run as
root, so it runs as ``postgres`` then. It syncs to disk as in earnest.
"""

import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

OWNER = "kiosk"
START_S = 60.0
STOP_S = 60.0
UNPRIVILEGED = ("postgres", "nobody")


class PostgresServer:
    """A context manager; everything that it wrote is gone afterwards."""

    def __init__(self) -> None:
        self._bin = _newest_programs()
        self._who: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = next(name for name in UNPRIVILEGED if name in {entry.pw_name for entry in pwd.getpwall()})
            self._who = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        self._password = secrets.token_hex(16)
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "PostgresServer":
        # Not pytest's folder: another user has no way into that.
        self._folder = Path(tempfile.mkdtemp(prefix="kiosk-postgres-"))
        try:
            self._make_cluster()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(STOP_S)
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def database(self) -> Iterator[str]:
        """An empty database of its own; yields its URL. What is still connected at the end is cut off."""
        name = f"test_{next(self._numbers)}"
        with self._admin() as admin:
            admin.execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            with self._admin() as admin:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, database: str) -> str:
        return f"postgresql://{OWNER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def kill(self) -> None:
        """As a power cut would: at once, without a word to anybody."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(STOP_S)

    def start_again(self) -> None:
        """After ``kill``, on the same port."""
        self._start()

    def _make_cluster(self) -> None:
        if self._who:
            shutil.chown(self._folder, self._who["user"], self._who["group"])
        words = self._folder / "password"
        words.write_text(self._password)
        words.chmod(0o600)
        if self._who:
            shutil.chown(words, self._who["user"])
        self._run("initdb", "-D", "data", "-U", OWNER, "-A", "scram-sha-256", "--pwfile=password", "-E", "UTF8", "-N")
        self.port = _free_port()

    def _start(self) -> None:
        """``setpriv`` lets the server end with the tests, also when those are killed."""
        settings = ("listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self._folder}")
        command = ["setpriv", "--pdeathsig", "INT", str(self._bin / "postgres"), "-D", "data"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *(word for setting in settings for word in ("-c", setting))],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                **self._who,
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"PostgreSQL did not start:\n{(self._folder / 'log').read_text()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            self._admin().close()
        except psycopg.OperationalError:
            return False
        return True

    def _admin(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [self._bin / program, *words], cwd=self._folder, capture_output=True, text=True, check=False, **self._who
        )
        if done.returncode:
            raise AssertionError(f"{program}: {done.stdout}{done.stderr}")


def _newest_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL is not installed: .setup/setup.sh installs it"
    return found[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server of this run; starts when the first test asks for it."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgresql_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty database on a real PostgreSQL."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once on each engine: what central does must be the same on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'central.db'}"
    return str(request.getfixturevalue("postgresql_url"))
