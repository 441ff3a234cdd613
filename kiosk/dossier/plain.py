"""Everyday words for what the catalogue says to officials: ``assets/catalogue/plain.toml``.

They stand for one text, letter by letter: when a newer catalogue says something else, citizens read that.
"""

from collections.abc import Mapping

import msgspec

from kiosk.words import Words


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    of: tuple[str, ...]
    vi: str
    en: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    said: tuple[_Said, ...]


class PlainWords:
    def __init__(self, said: Mapping[str, Words]) -> None:
        self._said = said

    def of(self, text: str) -> Words:
        """What citizens read for ``text``: the text itself where nobody has put it in plain words."""
        return self._said.get(text) or Words(text, text)


def read_plain_words(content: bytes) -> PlainWords:
    """Of a file of plain words (TOML). Raises ValueError naming what is wrong."""
    said: dict[str, Words] = {}
    for each in msgspec.toml.decode(content, type=_File).said:
        for text in each.of:
            if text in said:
                raise ValueError(f"said twice: {text}")
            said[text] = Words(each.vi, each.en)
    return PlainWords(said)
