"""Named queries. Each stands in a ``.sql`` file of this package under ``-- name: purpose``.

``alarms.sql`` is for both databases. ``alarms.postgresql.sql`` and ``alarms.sqlite.sql`` hold what one of them wants
said differently, query by query; a query may also stand only there, in both. Parameters are written ``:name``.
"""

import re
from importlib.resources import files
from typing import Literal

EngineName = Literal["sqlite", "postgresql"]
ENGINES: tuple[EngineName, ...] = ("sqlite", "postgresql")
_HEAD = re.compile(r"^-- (?P<name>[a-z0-9_]+): (?P<purpose>.+)$", re.MULTILINE)
#: ``:name``, but neither the cast ``::type`` nor a time of day.
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")


def load(engine: EngineName) -> dict[str, str]:
    """All queries of the package as that database reads them, by "file.name"; ValueError for a file out of order."""
    found: dict[str, str] = {}
    # "alarms.postgresql.sql" has to win, so it comes after "alarms.sql".
    for path in sorted(files(__package__).iterdir(), key=lambda path: path.name.count(".")):
        room, *rest = path.name.split(".")
        if rest in (["sql"], [engine, "sql"]):
            queries = _split(path.name, path.read_text(encoding="utf-8"))
            found |= {f"{room}.{name}": text for name, text in queries.items()}
    return {name: _for_psycopg(text) for name, text in found.items()} if engine == "postgresql" else found


def _split(file: str, text: str) -> dict[str, str]:
    heads = list(_HEAD.finditer(text))
    if not heads or text[: heads[0].start()].strip():
        raise ValueError(f"{file}: expected '-- name: purpose' before the first statement")
    names = [head["name"] for head in heads]
    if len(set(names)) < len(names):
        raise ValueError(f"{file}: a name stands there twice")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {head["name"]: text[head.end() : end].strip() for head, end in zip(heads, ends, strict=True)}


def _for_psycopg(text: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))
