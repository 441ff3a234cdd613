"""Brings a database up to the version of this product. Workers may start at once: one migrates, the others wait.

A migration ``0002_alarms.sql`` is for both databases; ``0002_alarms.postgresql.sql`` and ``0002_alarms.sqlite.sql``,
where there are any, are carried out after it.
"""

import logging
from importlib.resources import files

from kiosk.central.store.engine import Engine, Session
from kiosk.central.store.queries import EngineName
from kiosk.errors import SchemaTooNew

log = logging.getLogger(__name__)

Migrations = dict[int, str]


def shipped_migrations(engine: EngineName) -> Migrations:
    """The scripts for that database, by number."""
    found: Migrations = {}
    folder = files(__package__).joinpath("migrations")
    for file in sorted(folder.iterdir(), key=lambda file: (file.name[:4], file.name.count("."))):
        if file.name.split(".")[1:] in (["sql"], [engine, "sql"]):
            number = int(file.name[:4])
            found[number] = found.get(number, "") + file.read_text(encoding="utf-8")
    return found


def migrate(engine: Engine, migrations: Migrations | None = None) -> None:
    """All that are missing, in one transaction. Raises SchemaTooNew, and what the driver raises."""
    scripts = migrations or shipped_migrations(engine.name)
    session = engine.connect()
    try:
        session.begin(read_only=False)
        engine.lock_for_migration(session)
        _carry_out_missing(engine, session, scripts)
        session.commit()
    finally:
        session.close()


def _carry_out_missing(engine: Engine, session: Session, scripts: Migrations) -> None:
    version, newest = engine.version(session), max(scripts)
    if version > newest:
        raise SchemaTooNew(
            f"{engine.address} has schema {version}, this version of kiosk knows {newest}. "
            "Install the newer version again, or restore a backup."
        )
    for number, script in sorted(scripts.items()):
        if number > version:
            session.script(script)
            engine.set_version(session, number)
            log.info("The database was brought to version %d", number)
