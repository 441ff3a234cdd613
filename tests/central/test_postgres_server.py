"""The PostgreSQL that the tests bring along is a real one and keeps what it confirmed."""

import psycopg

from tests.fakes.postgres import PostgresServer


def test_each_test_finds_an_empty_database(postgres: PostgresServer) -> None:
    for _ in range(2):
        with postgres.database() as url, psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE something (id integer)")


def test_it_syncs_to_disk_as_in_earnest(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchall() == [("on",)]


def test_a_killed_server_comes_back_with_what_was_committed() -> None:
    with PostgresServer() as server, server.database() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
        server.kill()
        server.start_again()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT value FROM kept").fetchall() == [(7,)]
