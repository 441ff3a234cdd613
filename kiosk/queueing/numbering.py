"""Ticket numbers. They start at 1 each day for each prefix and are never given twice on one day.

Letters: without vowels (an input method turns "A105" into "Á05", "MAX" into "MÃ") and without those that look or sound
like another one or like a digit.
"""

import re

PREFIX_LETTERS = "BCDGHKLMNPTV"
LAST_NUMBER = 9999  #: more than any centre gives in a day; the slip and the number boards have room for four digits

_LABEL = re.compile(rf"([{PREFIX_LETTERS}])([0-9]{{3,4}})")


def is_prefix(text: str) -> bool:
    """Whether ``text`` can start a label: one of the allowed capital letters."""
    return len(text) == 1 and text in PREFIX_LETTERS


def next_number(last: int | None) -> int | None:
    """The number after ``last``, the highest given today with that prefix; None when the day's numbers are used up."""
    number = (last or 0) + 1
    return number if number <= LAST_NUMBER else None


def label(prefix: str, number: int) -> str:
    """As printed, shown and called: "B012"; four digits after 999."""
    return f"{prefix}{number:03d}"


def parse_label(text: str) -> tuple[str, int] | None:
    """Prefix and number of a label as typed or scanned, or None; forgives case and surrounding space."""
    match = _LABEL.fullmatch(text.strip().upper())
    if match is None or int(match[2]) == 0:
        return None
    prefix, number = match[1], int(match[2])
    return (prefix, number) if label(prefix, number) == prefix + match[2] else None
