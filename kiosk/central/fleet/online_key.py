"""The key that central signs with, and what a root said about it (``kiosk.config.signed``, rule 1).

Central holds no root key: that one stays offline, and signs an online key for a time. Whoever breaks into central can
sign until the key expires or the root signs another; machines then never take the old one again.
"""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.config.signed import Command, OnlineKey, Settings, sign_command, sign_online_key, sign_settings
from kiosk.errors import ConfigError

DAY_MS = 24 * 3_600_000
DOCUMENT_DAYS = 60  #: a document that nobody delivered in this time is not taken up any more
ROOT_BYTES = 32


class _KeyFile(msgspec.Struct, frozen=True):
    """What ``fleet.key_file`` holds; ``roots``: public keys that hubs are told at their enrolment."""

    private: bytes
    key: bytes
    key_signature: bytes
    roots: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class OnlineSigner:
    """``roots``: base64, as hubs are told."""

    city: str
    roots: tuple[str, ...]
    expires_ms: int
    number: int
    _private: Ed25519PrivateKey
    _signed_key: tuple[bytes, bytes]

    def document(self, centre: str, version: int, tree: bytes, now_ms: int) -> bytes:
        """Good for ``DOCUMENT_DAYS`` from now."""
        settings = Settings(
            version=version,
            city=self.city,
            centre=centre,
            issued_ms=now_ms,
            expires_ms=now_ms + DOCUMENT_DAYS * DAY_MS,
            tree=msgspec.Raw(tree),
        )
        return sign_settings(self._private, self._signed_key, settings)

    def command(self, command: Command) -> bytes:
        return sign_command(self._private, self._signed_key, command)


def read_signer(path: Path) -> OnlineSigner:
    """Raises ConfigError when the file cannot be read or others may read it too."""
    try:
        mode, text = path.stat().st_mode, path.read_bytes()
        if mode & 0o077:
            raise ConfigError(f"{path}: others may read this key; expected a file that only its owner can read")
        file = msgspec.json.decode(text, type=_KeyFile)
        key = msgspec.json.decode(file.key, type=OnlineKey)
        private = Ed25519PrivateKey.from_private_bytes(file.private)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(f"{path}: is no key of `kiosk central online-key`: {error}") from error
    roots = tuple(base64.b64encode(root).decode() for root in file.roots)
    return OnlineSigner(key.city, roots, key.expires_ms, key.number, private, (file.key, file.key_signature))


def make_root(path: Path) -> str:
    """A new root key in ``path``, for its owner alone; base64 of its public half. Raises ConfigError."""
    private = Ed25519PrivateKey.generate()
    write_secret(path, base64.b64encode(private.private_bytes_raw()) + b"\n", replace=False)
    return base64.b64encode(private.public_key().public_bytes_raw()).decode()


def make_online_key(path: Path, root_file: Path, city: str, days: int, now_ms: int) -> OnlineSigner:
    """A new online key in ``path``, signed by the root; its number is above that of the one it replaces."""
    root = _read_root(root_file)
    number = read_signer(path).number + 1 if path.exists() else 1
    private = Ed25519PrivateKey.generate()
    public_root = root.public_key().public_bytes_raw()
    key = OnlineKey(
        number=number,
        city=city,
        public_key=private.public_key().public_bytes_raw(),
        issued_ms=now_ms,
        expires_ms=now_ms + days * DAY_MS,
    )
    payload, signature = sign_online_key(root, key)
    file = _KeyFile(private.private_bytes_raw(), payload, signature, (public_root,))
    write_secret(path, msgspec.json.encode(file), replace=True)
    return read_signer(path)


def _read_root(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes().strip(), validate=True))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: is no key of `kiosk central root-key`") from error


def write_secret(path: Path, content: bytes, *, replace: bool) -> None:
    """For its owner alone, whole or not at all. Raises ConfigError."""
    if path.exists() and not replace:
        raise ConfigError(f"{path}: is there already; a key is not overwritten")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error
