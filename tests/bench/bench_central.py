"""Central under load: from HTTP request to validated, stored once, durable and acknowledged, with alarms on.

Run: ``make bench``; for the five minutes of the figure ``CENTRAL_SECONDS=300``. One worker process, one load process,
PostgreSQL where it is one, all on the same cores. Limits: 40,000 events a second; on PostgreSQL 40 % of what a bare
COPY of the same rows into the same table reaches in the same run; 130 bytes an event there, 70 on SQLite.
"""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import msgspec
import psycopg
import pytest

from kiosk.fleet.keys import DeviceKey
from tests.architecture.tree import ROOT
from tests.bench.batch_load import ROWS, Load, Outcome, first_day_ms
from tests.fakes.postgres import PostgresServer
from tests.fakes.real_central import RealCentral, make_real_central

pytestmark = pytest.mark.bench

SECONDS = float(os.environ.get("CENTRAL_SECONDS", "40"))
CENTRES, CONNECTIONS = 3139, 24
EVENTS_S, OF_BARE_COPY = 40_000, 0.40
POSTGRESQL_BYTES, SQLITE_BYTES = 130, 70
WORKER_MB = 150
_FASTEST = 130_000  #: events a second that the load is made for
_COPIED = 150_000  #: rows of the bare COPY
_BACK_DAYS = 58  #: central does not believe what is older than 60 days


def run_load(central: RealCentral, keys: list[DeviceKey]) -> Outcome:
    rounds = 2 + round(SECONDS * _FASTEST / CENTRES / ROWS)
    load = Load(central.url, keys, CONNECTIONS, SECONDS, rounds, first_day_ms(_BACK_DAYS))
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.batch_load"],
        input=msgspec.json.encode(load),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Outcome)


def ingest(folder: Path, url: str) -> Outcome:
    """Prints what it took and checks what is the same on both databases."""
    central = make_real_central(folder, url)
    keys = central.enrol([str(1000 + n) for n in range(CENTRES)], first_day_ms(0))
    central.start()
    try:
        began_s = central.processor_s()
        outcome = run_load(central, list(keys.values()))
        used_s, resident_mb = central.processor_s() - began_s, central.resident_mb()
    finally:
        central.stop()
    took = sorted(outcome.took_s)
    rate = outcome.events / outcome.seconds
    print(f"\n{rate:,.0f} events/s for {outcome.seconds:.0f} s, {outcome.events:,} events, {outcome.refused} refused")
    print(f"a POST of {ROWS}: p50 {took[len(took) // 2] * 1e3:.0f} ms, p99 {took[len(took) * 99 // 100] * 1e3:.0f} ms")
    per_event = 1e6 / outcome.events
    print(f"processor per event: worker {used_s * per_event:.1f} us, load {outcome.processor_s * per_event:.1f} us")
    print(f"worker: {resident_mb:.0f} MB")
    assert outcome.refused == 0
    assert resident_mb <= WORKER_MB
    return outcome


def test_sqlite_takes_forty_thousand_events_a_second(tmp_path: Path) -> None:
    path = tmp_path / "central.db"
    outcome = ingest(tmp_path, f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        stored = connection.execute("SELECT count(*) FROM event").fetchone()[0]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall())
    size = pages["event"] / stored
    print(f"{size:.0f} bytes an event, {path.stat().st_size / stored:.0f} with everything else")
    assert stored == outcome.events
    assert size <= SQLITE_BYTES
    assert outcome.events / outcome.seconds >= EVENTS_S


def test_postgresql_takes_forty_thousand_events_a_second(tmp_path: Path) -> None:
    with PostgresServer() as server, server.database() as url:
        before_s = postgresql_s(server)
        outcome = ingest(tmp_path, url)
        used_s = postgresql_s(server) - before_s
        with psycopg.connect(url, autocommit=True) as connection:
            stored, size, everything = connection.execute(SIZES).fetchone() or (0, 0, 0)
            print(f"processor per event: PostgreSQL {used_s / outcome.events * 1e6:.1f} us")
            print(f"{size / stored:.0f} bytes an event, {everything / stored:.0f} with everything else")
            bare = bare_copy(connection)
    rate = outcome.events / outcome.seconds
    print(f"bare COPY of the same rows: {bare:,.0f} events/s; ingest reaches {rate / bare:.0%} of it")
    assert stored == outcome.events
    assert size / stored <= POSTGRESQL_BYTES
    assert rate >= EVENTS_S
    assert rate / bare >= OF_BARE_COPY


SIZES = """
SELECT (SELECT count(*) FROM event),
    (SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'event'::regclass),
    pg_database_size(current_database())
"""


def bare_copy(connection: "psycopg.Connection[tuple[object, ...]]") -> float:
    """Rows a second of a COPY of rows that are in the table, into the table, with its index and partitions.

    Durable as often as ingest is: a transaction for as many rows as wait together there. The bytes are made before.
    """
    columns = "at_ms, seq, ticket, centre, epoch, kind, service, counter, detail"
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {columns} FROM event LIMIT {_COPIED}) TO STDOUT (FORMAT BINARY)") as copy:
            blocks = _blocks(b"".join(bytes(block) for block in copy), CONNECTIONS * ROWS // 2)
        began_s = time.monotonic()
        for block in blocks:
            with cursor.copy(f"COPY event ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(block)
        return _COPIED / (time.monotonic() - began_s)


_HEAD, _TRAILER = 19, b"\xff\xff"  #: of a binary COPY (PostgreSQL manual, COPY, Binary Format)
_BEFORE_DETAIL = 2 + 3 * (4 + 8) + (4 + 4) + 4 * (4 + 2)  #: bytes of a row before its last field


def _blocks(stream: bytes, rows: int) -> list[bytes]:
    """The same rows as streams of ``rows`` each."""
    head, blocks, start, place, count = stream[:_HEAD], [], _HEAD, _HEAD, 0
    while stream[place : place + 2] != _TRAILER:
        place += _BEFORE_DETAIL
        place += 4 + int.from_bytes(stream[place : place + 4], "big")
        count += 1
        if count % rows == 0:
            blocks.append(head + stream[start:place] + _TRAILER)
            start = place
    blocks.append(head + stream[start:place] + _TRAILER)
    assert count == _COPIED, f"{count} rows are stored; run for longer"
    return blocks


def postgresql_s(server: PostgresServer) -> float:
    """Processor time of the server: its first process with all that ended, and those that run."""
    assert server._process is not None
    main, total = server._process.pid, 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == main:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == main:
            total += sum(map(int, fields[11:13]))
    return total / os.sysconf("SC_CLK_TCK")
