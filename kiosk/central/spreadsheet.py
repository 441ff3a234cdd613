"""Cells that a spreadsheet opens. Pure.

What hubs and other systems sent may begin like a formula. In CSV such a text is led by an apostrophe, as OWASP advises
("CSV Injection"); what reads such a file takes it off again.
"""

from typing import TypeVar

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARD = "'"
Other = TypeVar("Other", float, None)


def guarded(cell: str | Other) -> str | Other:
    """A text that a spreadsheet would take for a formula, made harmless; anything else as it is."""
    return f"{_GUARD}{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def unguarded(text: str) -> str:
    """As it was before ``guarded``."""
    return text[1:] if text.startswith(_GUARD) and text[1:].startswith(FORMULA) else text
