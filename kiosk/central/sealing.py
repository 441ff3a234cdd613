"""Personal data in the database: sealed, and found again only by keyed hashes.

The key is not in the database: whoever steals a copy of it reads no name and cannot try out the 10^12 personal numbers.
Each purpose has a key of its own, derived from the one in the file (HKDF, RFC 5869).
"""

import hmac
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.errors import ConfigError, KioskError

KEY_BYTES = 32
_NONCE = 12


class SealBroken(KioskError):
    """A sealed row was changed, moved to another dossier, or sealed with another key."""


class Seal:
    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key has {len(key)} bytes, expected {KEY_BYTES}")
        self._cipher = AESGCM(_derived(key, b"seal"))
        self._hash_key = _derived(key, b"hash")
        self.paper_key = _derived(key, b"papers")  #: of the vault

    def close(self, code: str, content: bytes) -> bytes:
        """Readable only together with ``code``."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, code.encode())

    def open(self, code: str, sealed: bytes) -> bytes:
        """Raises SealBroken."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], code.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"what was sealed for {code} cannot be opened") from error

    def hash(self, purpose: str, *parts: str) -> str:
        """Equal for equal parts of one purpose, and nothing else can be learnt from it; hex."""
        text = "\0".join((purpose, *parts))
        return hmac.digest(self._hash_key, text.encode(), "sha256").hex()


def read_seal(path: Path) -> Seal:
    """Raises ConfigError when the file cannot be read, has another length, or others may read it too."""
    try:
        mode, key = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    if mode & 0o077:
        raise ConfigError(f"{path}: others may read this key; expected a file that only its owner can read")
    if len(key) != KEY_BYTES:
        raise ConfigError(f"{path}: {len(key)} bytes; expected a key of {KEY_BYTES} random bytes")
    return Seal(key)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"kiosk dossier " + purpose).derive(key)
