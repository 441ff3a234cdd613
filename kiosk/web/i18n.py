"""Words of the pages, from ``assets/locales/<set>.<language>.toml``. Vietnamese comes first, English second.

1. Both languages have the same keys and the same placeholders (checked when they are loaded).
2. An unknown key is an error, never an empty place on a page.
3. A key with ``one`` and ``other`` is chosen by ``n``.
"""

import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, get_args

from kiosk.errors import ConfigError
from kiosk.wire.common import Text

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


class Words:
    """All sentences of one language; call it with a key and the values of its placeholders."""

    def __init__(self, language: Language, table: Mapping[str, str]) -> None:
        self.language = language
        self._table = table

    def __call__(self, key: str, **values: object) -> str:
        if key not in self._table and "n" in values:
            key = f"{key}.one" if values["n"] == 1 else f"{key}.other"
        return self._table[key].format(**values)

    def has(self, key: str) -> bool:
        return key in self._table

    def say(self, text: Text) -> str:
        """The words of a bilingual text; the other language where this one is empty."""
        return (text.vi if self.language == "vi" else text.en) or text.vi or text.en


def load_words(folder: Path, sets: tuple[str, ...]) -> dict[Language, Words]:
    """Raises ConfigError when a file is missing or the two languages differ in keys or placeholders."""
    tables = {language: _read(folder, sets, language) for language in LANGUAGES}
    for key in tables["vi"].keys() | tables["en"].keys():
        fields = [_placeholders(table[key]) if key in table else None for table in tables.values()]
        if fields[0] != fields[1]:
            raise ConfigError(f"{folder}: the key {key!r} is not the same in every language of {', '.join(sets)}")
    return {language: Words(language, table) for language, table in tables.items()}


def as_language(value: str | None) -> Language:
    return "en" if value == "en" else "vi"


def _read(folder: Path, sets: tuple[str, ...], language: Language) -> dict[str, str]:
    table: dict[str, str] = {}
    for name in sets:
        file = folder / f"{name}.{language}.toml"
        try:
            table |= dict(_flat(tomllib.loads(file.read_text(encoding="utf-8")), ""))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{file}: {error}") from error
    return table


def _flat(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


def _placeholders(sentence: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)
