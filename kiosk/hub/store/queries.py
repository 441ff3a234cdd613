"""Named queries. Each stands in a ``.sql`` file under ``-- name: purpose``; one that is missing fails at import."""

import re
from importlib.resources import files

_HEAD = re.compile(r"^-- (?P<name>[a-z0-9_]+): (?P<purpose>.+)$", re.MULTILINE)


def load(file: str) -> dict[str, str]:
    """The queries of one ``.sql`` file of this package by name; raises ValueError for text before the first name."""
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    if not heads or text[: heads[0].start()].strip():
        raise ValueError(f"{file}: expected '-- name: purpose' before the first statement")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {head["name"]: text[head.end() : end].strip() for head, end in zip(heads, ends, strict=True)}
