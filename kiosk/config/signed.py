"""Settings that can be trusted whatever the network does (the rules of TUF, without all of it).

1. A pinned root key, kept offline, signs the online key for a time; the online key signs the settings.
2. A document is for one city and one centre; another one's changes nothing.
3. The version only goes up, and is remembered on disk before it is applied: a replayed old document changes nothing.
   So does the number of the online key: a key that was replaced cannot come back.
4. A document that is past its time is not taken up. A clock that stands before what is already known (1970 after a flat
   battery) is not believed: the newest instant that a trusted signature vouched for counts instead.
5. Every refusal is a value with a reason for the person who looks; the last good settings go on.
6. A command is signed by the same key for a purpose of its own, so that neither can be taken for the other. Its number
   only goes up for a centre; whoever carries it out remembers the number first, and does not after ``expires_ms``.
"""

import base64
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.wire.fleet_api import CommandKind

MAX_DOCUMENT = 1 << 20  #: bytes; a centre's settings with its texts take some 30 kB
_KEY_PURPOSE = b"kiosk online key 1\n"
_SETTINGS_PURPOSE = b"kiosk settings 1\n"
_COMMAND_PURPOSE = b"kiosk command 1\n"

Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Instant = Annotated[int, msgspec.Meta(ge=946_684_800_000, le=4_102_444_800_000)]


class _Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class OnlineKey(_Signed, frozen=True):
    """Signed by the root: who may sign settings, from when until when.

    ``roots``: when a root is replaced, those that are to be pinned from now on instead.
    """

    number: Number  #: only goes up
    city: str
    public_key: bytes  #: 32 bytes
    issued_ms: Instant
    expires_ms: Instant
    roots: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=4)] = ()


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


class Command(_Signed, frozen=True):
    """``target``: "hub", or the id of a kiosk or of one of the centre's devices. ``by``: the account that asked."""

    number: Number
    city: str
    centre: str
    kind: CommandKind
    target: str
    by: str
    issued_ms: Instant
    expires_ms: Instant


class SignedCommand(_Signed, frozen=True):
    """What travels, as ``Document``."""

    key: bytes
    key_signature: bytes
    command: bytes  #: JSON of Command
    command_signature: bytes


@dataclass(frozen=True, slots=True)
class Trust:
    """What was put on the machine at its set-up. ``roots``: 32-byte public keys; two while one replaces another."""

    roots: tuple[bytes, ...]
    city: str
    centre: str


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """Kept on disk. ``seen_ms``: the newest instant that a trusted signature vouched for.

    ``command``: the number of the newest command that was taken up.
    """

    version: int = 0
    key_number: int = 0
    seen_ms: int = 0
    command: int = 0


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
    DONE_BEFORE = "done_before"  #: a command with this number was taken up already
    EXPIRED = "expired"
    # What a machine finds out after the signature was good:
    NO_ROOT = "no_root"  #: nobody has told it whom to trust
    SENSELESS = "senseless"
    NOT_SAVED = "not_saved"  #: the disk is full or broken
    KEPT_BROKEN = "kept_broken"  #: what it had kept cannot be read or trusted any more
    CRASHED = "crashed"  #: it began too often with them
    ILL = "ill"  #: it did not become well in time


@dataclass(frozen=True, slots=True)
class Refused:
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Trusted:
    """``remember`` goes to disk before ``settings`` is applied. ``roots``: to be pinned from now on."""

    settings: Settings
    remember: Remembered
    roots: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class TrustedCommand:
    """``remember`` goes to disk before ``command`` is carried out."""

    command: Command
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


def sign_command(online: Ed25519PrivateKey, signed_key: tuple[bytes, bytes], command: Command) -> bytes:
    """As a hub gets it in ``kiosk.wire.fleet_api.Desired``."""
    payload = msgspec.json.encode(command)
    signature = online.sign(_COMMAND_PURPOSE + payload)
    return msgspec.json.encode(
        SignedCommand(key=signed_key[0], key_signature=signed_key[1], command=payload, command_signature=signature)
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
    key = _online_key(document.key, document.key_signature, trust, remembered, now_ms)
    if isinstance(key, Refused):
        return key
    settings = _settings(document, key, trust, remembered, now_ms)
    if isinstance(settings, Refused):
        return settings
    seen_ms = max(remembered.seen_ms, key.issued_ms, settings.issued_ms)
    known = msgspec.structs.replace(remembered, version=settings.version, key_number=key.number, seen_ms=seen_ms)
    return Trusted(settings, known, key.roots or trust.roots)


def verify_command(received: bytes, trust: Trust, remembered: Remembered, now_ms: int) -> TrustedCommand | Refused:
    """Whether ``received`` may be carried out by this centre, which happens once."""
    try:
        signed = msgspec.json.decode(received, type=SignedCommand)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Refused(Reason.NOT_A_DOCUMENT, str(error))
    now_ms = max(now_ms, remembered.seen_ms)
    key = _online_key(signed.key, signed.key_signature, trust, remembered, now_ms)
    if isinstance(key, Refused):
        return key
    if not _is_signed(key.public_key, _COMMAND_PURPOSE + signed.command, signed.command_signature):
        return Refused(Reason.BROKEN_SIGNATURE)
    try:
        command = msgspec.json.decode(signed.command, type=Command)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Refused(Reason.NOT_A_DOCUMENT, str(error))
    refused = _elsewhere(command, trust)
    if refused is not None:
        return refused
    if command.number <= remembered.command:
        return Refused(Reason.DONE_BEFORE, f"command {command.number}, {remembered.command} is known")
    if now_ms > command.expires_ms:
        return Refused(Reason.EXPIRED)
    seen_ms = max(remembered.seen_ms, key.issued_ms, command.issued_ms)
    known = msgspec.structs.replace(remembered, command=command.number, key_number=key.number, seen_ms=seen_ms)
    return TrustedCommand(command, known)


def _elsewhere(signed: Settings | Command, trust: Trust) -> Refused | None:
    if signed.city != trust.city:
        return Refused(Reason.OTHER_CITY, signed.city)
    if signed.centre != trust.centre:
        return Refused(Reason.OTHER_CENTRE, signed.centre)
    return None


def _online_key(
    payload: bytes, signature: bytes, trust: Trust, remembered: Remembered, now_ms: int
) -> OnlineKey | Refused:
    if not any(_is_signed(root, _KEY_PURPOSE + payload, signature) for root in trust.roots):
        return Refused(Reason.UNKNOWN_KEY, "no pinned root signed the key")
    try:
        key = msgspec.json.decode(payload, type=OnlineKey)
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
    refused = _elsewhere(settings, trust)
    if refused is not None:
        return refused
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
