"""A trigger pressed twice, or two cards in the reader's light: the one card out of several scans run together."""

import re

from kiosk.identity.card import Doubt

_BEGIN = re.compile(r"[0-9]{12}\|(?:[0-9]{9}|[0-9]{12})?\|[^|]{1,80}\|[0-9]{4,8}\|")
_NUMBER_AND_MARK = 13
_SHORTEST_CARD = 40
_MOST_MARKS = 10


def single_scan(text: str, doubts: set[Doubt]) -> str | None:
    """``text``, or the one card that it holds several times, whole or in part; None for two different cards."""
    starts = [match.start() for match in _BEGIN.finditer(text)]
    if not starts:
        return text
    before = text[: starts[0]]
    parts = [text[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
    scans = [_without_new_beginning(part) for part in parts]
    longest = max(scans, key=len)
    if any(not longest.startswith(scan) for scan in scans):
        return None
    if "|" in before:
        if not longest.startswith(before.strip()):
            return None
    elif scans == parts and len(scans) == 1:
        return text
    else:
        longest = before + longest
    doubts.add(Doubt.DUPLICATE_SCAN)
    return longest


def _without_new_beginning(scan: str) -> str:
    """``scan`` without the beginning of itself that follows it."""
    again = scan.find(scan[:_NUMBER_AND_MARK], _SHORTEST_CARD)
    if again < 0 or not scan.startswith(scan[again:]):
        return scan
    is_trailing_field = scan[again - 1] == "|" and scan.count("|") <= _MOST_MARKS
    return scan if is_trailing_field else scan[:again].strip()
