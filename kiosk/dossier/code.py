"""Dossier codes and the secret that goes with one.

1. A code is given once: agency, day of receipt, serial of that day (Thông tư 01/2018/TT-VPCP, điều 19).
2. Codes of other systems are accepted as they are: old ones with an agency path, new ones with an eight-digit day.
3. A code alone shows nothing personal; whoever asks for more also knows the secret printed on the receipt.
"""

import re
from dataclasses import dataclass
from datetime import date

#: Without vowels and without what looks alike on paper (0 O, 1 I L, 2 Z, 5 S, 8 B).
SECRET_LETTERS = "34679CDFGHJKMNPQRTVWX"
SECRET_LENGTH = 6  #: 86 million secrets; guesses are limited per code and per kiosk
MAX_SERIAL = 9_999

AGENCY = r"(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{1,3}){0,3}"
_AGENCY = re.compile(AGENCY)
_CODE = re.compile(rf"(?P<agency>{_AGENCY.pattern})-(?P<day>\d{{6}}|\d{{8}})-(?P<serial>\d{{3,7}})", re.ASCII)
_MAX_TYPED = 64


@dataclass(frozen=True, slots=True)
class DossierCode:
    """``text`` is the whole code, e.g. "000.00.01.H29-261122-0001"."""

    text: str
    agency: str
    day: int  #: of receipt, like 20261122
    serial: int

    def __str__(self) -> str:
        return self.text


def make_code(agency: str, day: int, serial: int) -> DossierCode:
    """The code of the ``serial``-th dossier (from 1) that ``agency`` received on ``day``.

    Raises ValueError when the agency is none or the serial does not fit the four digits.
    """
    if not _AGENCY.fullmatch(agency):
        raise ValueError(f"{agency!r} is not the code of an agency")
    if not 1 <= serial <= MAX_SERIAL:
        raise ValueError(f"serial {serial} does not fit into four digits")
    return DossierCode(f"{agency}-{day % 1_000_000:06d}-{serial:04d}", agency, day, serial)


def read_code(typed: str) -> DossierCode | None:
    """What somebody typed or a QR held; blanks, lower case and unusual dashes are forgiven. None: no dossier code."""
    if len(typed) > _MAX_TYPED:
        return None
    text = re.sub(r"\s+", "", typed).upper().translate(_DASHES)
    match = _CODE.fullmatch(text)
    if match is None:
        return None
    digits = match["day"]
    day = int(digits) if len(digits) == 8 else 20_000_000 + int(digits)
    return DossierCode(text, match["agency"], day, int(match["serial"])) if _is_day(day) else None


def make_secret(random_bytes: bytes) -> str:
    """A secret from at least 16 random bytes (the caller brings them: this room has no chance of its own)."""
    if len(random_bytes) < 16:
        raise ValueError("16 random bytes make the letters equally likely")
    number, letters = int.from_bytes(random_bytes, "big"), []
    for _ in range(SECRET_LENGTH):
        number, place = divmod(number, len(SECRET_LETTERS))
        letters.append(SECRET_LETTERS[place])
    return "".join(letters)


def read_secret(typed: str) -> str | None:
    """The secret as stored, from what was typed; None when it cannot be one."""
    text = re.sub(r"[\s-]+", "", typed[:_MAX_TYPED]).upper()
    return text if len(text) == SECRET_LENGTH and set(text) <= set(SECRET_LETTERS) else None


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−_", "-"))


def _is_day(day: int) -> bool:
    try:
        date(day // 10_000, day // 100 % 100, day % 100)
    except ValueError:
        return False
    return True
