"""How a device comes to be trusted, and how it stops.

1. The key is made on the device; central learns its public half and never the other.
2. A code works once and for a day. Only its digest is kept. A device whose answer was lost may ask again with the same
   key: it gets the same name, and nobody else gets in with that code.
3. A revoked device never comes back: it enrols anew, with a new key.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.central.dossiers.agencies import claim_agency
from kiosk.central.ports import Transaction
from kiosk.wire.central_api import EnrolRequest

#: No letter that is taken for another or for a digit; 12 of 31 are 59 bits.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS, _OF_GROUP = 3, 4
_KEY_BYTES = 32
_MAP_WIDTH = 14


@dataclass(frozen=True, slots=True)
class CentreEntry:
    """A line of a list of centres. ``place``: column and row on the map; None: where there is room."""

    code: str
    name_vi: str
    name_en: str
    group: str = ""
    place: tuple[int, int] | None = None


class EnrolRefused(Enum):
    UNKNOWN_CODE = "unknown_code"  #: never given, used by another key, or too old
    BAD_KEY = "bad_key"  #: not 32 bytes, or the proof was not made with it
    REVOKED = "revoked"  #: this very key was revoked
    AGENCY_TAKEN = "agency_taken"  #: another centre has it; the code stays good


@dataclass(frozen=True, slots=True)
class Newcomer:
    device: str
    centre: int
    code: str  #: of the centre


def put_centres(tx: Transaction, entries: Sequence[CentreEntry]) -> int:
    """New centres and new words for known ones; none is taken away. How many are new."""
    known = {code for _, code, *_ in tx.rows("fleet.centres")}
    next_id = tx.rows("fleet.last_centre")[0][0] + 1
    tx.many("fleet.put_group", [{"id": group} for group in sorted({entry.group for entry in entries} - {""})])
    values = []
    for index, entry in enumerate(entries):
        x, y = entry.place or (index % _MAP_WIDTH, index // _MAP_WIDTH)
        values.append(
            {
                "id": next_id + index,
                "code": entry.code,
                "name_vi": entry.name_vi,
                "name_en": entry.name_en,
                "group_id": entry.group,
                "grid_x": x,
                "grid_y": y,
            }
        )
    tx.many("fleet.put_centre", values)
    return len({entry.code for entry in entries} - known)


def make_code(tx: Transaction, centre_code: str, now_ms: int, valid_ms: int) -> str | None:
    """A code for one device of the centre; None when there is no such centre."""
    found = tx.rows("fleet.centre_by_code", code=centre_code)
    if not found:
        return None
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_OF_GROUP)) for _ in range(_GROUPS))
    tx.run("fleet.add_code", code_sha256=_digest(code), centre=found[0][0], expires_ms=now_ms + valid_ms)
    return code


def enrol(tx: Transaction, ask: EnrolRequest, now_ms: int) -> Newcomer | EnrolRefused:
    key = _proven_key(ask)
    if key is None:
        return EnrolRefused.BAD_KEY
    device, digest = device_id(key), _digest(ask.code)
    before = tx.rows("fleet.device", id=device)
    if before:
        centre, revoked_ms, code, code_sha256 = before[0]
        if revoked_ms is not None:
            return EnrolRefused.REVOKED
        return Newcomer(device, centre, code) if code_sha256 == digest else EnrolRefused.UNKNOWN_CODE
    wanted = tx.rows("fleet.code_centre", code_sha256=digest, now_ms=now_ms)
    if wanted and ask.agency and claim_agency(tx, wanted[0][0], ask.agency, now_ms):
        return EnrolRefused.AGENCY_TAKEN
    taken = tx.rows("fleet.use_code", code_sha256=digest, now_ms=now_ms)
    if not taken:
        return EnrolRefused.UNKNOWN_CODE
    centre = taken[0][0]
    tx.run("fleet.add_device", id=device, centre=centre, public_key=key, enrolled_ms=now_ms, code_sha256=digest)
    tx.run("fleet.add_link", centre=centre, now_ms=now_ms)
    return Newcomer(device, centre, tx.rows("fleet.centre_code", centre=centre)[0][0])


def revoke(tx: Transaction, device: str, now_ms: int) -> bool:
    """Whether there was such a device that was not revoked yet."""
    return tx.run("fleet.revoke", id=device, now_ms=now_ms) == 1


def device_id(public_key: bytes) -> str:
    """The name of a device follows from its key, so that asking twice gives it once."""
    return f"d-{hashlib.sha256(public_key).hexdigest()[:16]}"


def _proven_key(ask: EnrolRequest) -> bytes | None:
    """The public key, when the proof shows that the asker has the private one."""
    try:
        key = base64.b64decode(ask.public_key, validate=True)
        proof = base64.b64decode(ask.proof, validate=True)
        if len(key) != _KEY_BYTES:
            return None
        Ed25519PublicKey.from_public_bytes(key).verify(proof, ask.code.encode())
    except (binascii.Error, ValueError, InvalidSignature):
        return None
    return key


def _digest(code: str) -> str:
    """Of the letters alone: a person reads it from paper."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()
