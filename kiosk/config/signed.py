"""Settings that can be trusted whatever the network does (the rules of TUF, without all of it).

1. A pinned root key, kept offline, signs the online key for a time; the online key signs the settings.
2. A document is for one city and one centre; another one's changes nothing.
3. The version only goes up, and is remembered on disk before it is applied: a replayed old document changes nothing.
   So does the number of the online key: a key that was replaced cannot come back.
4. A document that is past its time is not taken up. A clock that stands before what is already known (1970 after a flat
   battery) is not believed: the newest instant that a trusted signature vouched for counts instead.
5. Every refusal is a value with a reason for the person who looks; the last good settings go on.
"""

import base64
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAX_DOCUMENT = 1 << 20  #: bytes; a centre's settings with its texts take some 30 kB
_KEY_PURPOSE = b"kiosk online key 1\n"
_SETTINGS_PURPOSE = b"kiosk settings 1\n"

Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Instant = Annotated[int, msgspec.Meta(ge=946_684_800_000, le=4_102_444_800_000)]


class _Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class OnlineKey(_Signed, frozen=True):
    """Signed by the root: who may sign settings, from when until when."""

    number: Number  #: only goes up
    city: str
    public_key: bytes  #: 32 bytes
    issued_ms: Instant
    expires_ms: Instant


class Settings(_Signed, frozen=True):
    """Signed by the online key. ``tree``: the merged settings of this centre, checked after the signature."""

    version: Number  #: only goes up, per centre
    city: str
    centre: str
    issued_ms: Instant
    expires_ms: Instant
    tree: msgspec.Raw


class Document(_Signed, frozen=True):
    """What travels: both payloads exactly as they were signed."""

    key: bytes  #: JSON of OnlineKey
    key_signature: bytes  #: 64 bytes, by the root
    settings: bytes  #: JSON of Settings
    settings_signature: bytes  #: 64 bytes, by the online key


@dataclass(frozen=True, slots=True)
class Trust:
    """What was put on the machine at its set-up. ``roots``: 32-byte public keys; two while one replaces another."""

    roots: tuple[bytes, ...]
    city: str
    centre: str


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """Kept on disk. ``seen_ms``: the newest instant that a trusted signature vouched for."""

    version: int = 0
    key_number: int = 0
    seen_ms: int = 0


class Reason(StrEnum):
    TOO_LARGE = "too_large"
    NOT_A_DOCUMENT = "not_a_document"
    UNKNOWN_KEY = "unknown_key"
    KEY_REPLACED = "key_replaced"
    KEY_EXPIRED = "key_expired"
    BROKEN_SIGNATURE = "broken_signature"
    OTHER_CITY = "other_city"
    OTHER_CENTRE = "other_centre"
    OLDER_VERSION = "older_version"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Refused:
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Trusted:
    """``remember`` goes to disk before ``settings`` is applied."""

    settings: Settings
    remember: Remembered


def sign_online_key(root: Ed25519PrivateKey, key: OnlineKey) -> tuple[bytes, bytes]:
    """(payload, signature); done offline."""
    payload = msgspec.json.encode(key)
    return payload, root.sign(_KEY_PURPOSE + payload)


def sign_settings(online: Ed25519PrivateKey, signed_key: tuple[bytes, bytes], settings: Settings) -> bytes:
    """The document to publish."""
    payload = msgspec.json.encode(settings)
    signature = online.sign(_SETTINGS_PURPOSE + payload)
    return msgspec.json.encode(
        Document(key=signed_key[0], key_signature=signed_key[1], settings=payload, settings_signature=signature)
    )


def verify(received: bytes, trust: Trust, remembered: Remembered, now_ms: int) -> Trusted | Refused:
    """Whether ``received`` may be taken up by this centre. The same version again is trusted, and changes nothing."""
    if len(received) > MAX_DOCUMENT:
        return Refused(Reason.TOO_LARGE, f"{len(received)} bytes; at most {MAX_DOCUMENT}")
    try:
        document = msgspec.json.decode(received, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Refused(Reason.NOT_A_DOCUMENT, str(error))
    now_ms = max(now_ms, remembered.seen_ms)
    key = _online_key(document, trust, remembered, now_ms)
    if isinstance(key, Refused):
        return key
    settings = _settings(document, key, trust, remembered, now_ms)
    if isinstance(settings, Refused):
        return settings
    seen_ms = max(remembered.seen_ms, key.issued_ms, settings.issued_ms)
    return Trusted(settings, Remembered(version=settings.version, key_number=key.number, seen_ms=seen_ms))


def _online_key(document: Document, trust: Trust, remembered: Remembered, now_ms: int) -> OnlineKey | Refused:
    if not any(_is_signed(root, _KEY_PURPOSE + document.key, document.key_signature) for root in trust.roots):
        return Refused(Reason.UNKNOWN_KEY, "no pinned root signed the key")
    try:
        key = msgspec.json.decode(document.key, type=OnlineKey)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Refused(Reason.NOT_A_DOCUMENT, str(error))
    if key.city != trust.city:
        return Refused(Reason.OTHER_CITY, key.city)
    if key.number < remembered.key_number:
        return Refused(Reason.KEY_REPLACED, f"key {key.number}, {remembered.key_number} is known")
    if now_ms > key.expires_ms:
        return Refused(Reason.KEY_EXPIRED)
    return key


def _settings(
    document: Document, key: OnlineKey, trust: Trust, remembered: Remembered, now_ms: int
) -> Settings | Refused:
    if not _is_signed(key.public_key, _SETTINGS_PURPOSE + document.settings, document.settings_signature):
        return Refused(Reason.BROKEN_SIGNATURE)
    try:
        settings = msgspec.json.decode(document.settings, type=Settings)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Refused(Reason.NOT_A_DOCUMENT, str(error))
    if settings.city != trust.city:
        return Refused(Reason.OTHER_CITY, settings.city)
    if settings.centre != trust.centre:
        return Refused(Reason.OTHER_CENTRE, settings.centre)
    if settings.version < remembered.version:
        return Refused(Reason.OLDER_VERSION, f"version {settings.version}, {remembered.version} is known")
    if now_ms > settings.expires_ms:
        return Refused(Reason.EXPIRED)
    return settings


def _is_signed(public_key: bytes, content: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public_key: bytes) -> str:
    """How people compare keys: base64 without padding."""
    return base64.b64encode(public_key).decode().rstrip("=")
