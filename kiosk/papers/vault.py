"""Files of citizens on disk, encrypted and whole.

1. Every file has a key of its own (AES-256-GCM), wrapped by a master key that is not kept in the same place.
2. A file is bound to its name: one put in another's place, cut short, or with chunks swapped is refused.
3. A file is there whole or not at all: written aside, synced, renamed. A full disk leaves nothing behind.

Layout: magic, key id, nonce, wrapped key; then chunks of ``CHUNK`` bytes, each with a 16-byte tag; the tag of the last
one also covers that it is the last (NIST SP 800-38D; the chunking is that of STREAM, Hoang et al. 2015).
"""

import contextlib
import errno
import os
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.clock import SystemClock
from kiosk.errors import KioskError

CHUNK = 64 * 1024
KEY_BYTES = 32
_MAGIC = b"KPV1"
_TAG = 16
_NONCE = 12
_WRAPPED = KEY_BYTES + _TAG
_HEAD = struct.Struct(f">4sI{_NONCE}s{_WRAPPED}s")
_ENDING = ".paper"
_ASIDE = ".part"
_LEFT_MS = 3_600_000  #: nobody writes at one file for so long


class VaultFull(KioskError):
    """There is no space; nothing of the file was kept."""


class PaperLost(KioskError):
    """The file is missing, was damaged or was tampered with."""


def make_key(path: Path) -> None:
    """A new master key in a file that only its owner can read. Raises FileExistsError: a key is never overwritten."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())


class Vault:
    """``keys``: master keys by id; the highest encrypts, all of them decrypt, so that keys can be changed."""

    def __init__(self, folder: Path, keys: Mapping[int, bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError(f"expected at least one master key of {KEY_BYTES} bytes")
        self._folder, self._keys, self._newest = folder, dict(keys), max(keys)

    def open(self) -> None:
        """Makes the folder; sweeps away what a power cut left half written, but not what another process is writing."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        now_ms = SystemClock().now_ms()
        for left in self._folder.glob(f"*{_ASIDE}"):
            with contextlib.suppress(FileNotFoundError):
                if now_ms - left.stat().st_mtime * 1000 > _LEFT_MS:
                    left.unlink()

    def put(self, name: str, content: BinaryIO | bytes, *, is_named_later: bool = False) -> int:
        """Keep ``content`` under ``name``, replacing what was there; its length in bytes. Raises VaultFull.

        ``is_named_later``: nothing names it before another ``put`` into this vault, which syncs the folder for both.
        """
        place = self._place(name)
        aside = place.with_suffix(f".{secrets.token_hex(8)}{_ASIDE}")  # two may write the same paper at once
        try:
            with open(aside, "wb", opener=_private) as file:
                length = self._write(file, name, _chunks(content))
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, place)
            if not is_named_later:
                _sync_folder(self._folder)
        except OSError as error:
            aside.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise VaultFull(f"no space for {length_of(content)} bytes in {self._folder}") from error
            raise
        return length

    def read(self, name: str) -> bytes:
        """The whole file. Raises PaperLost."""
        return b"".join(self.stream(name))

    def stream(self, name: str) -> Iterator[bytes]:
        """Chunk by chunk, each checked before it is given out, at the end that none is missing. Raises PaperLost."""
        try:
            with self._place(name).open("rb") as file:
                key = self._unwrap(name, file.read(_HEAD.size))
                yield from _decrypted(AESGCM(key), file)
        except FileNotFoundError as error:
            raise PaperLost(f"{name} is not in the vault") from error
        except (InvalidTag, struct.error) as error:
            raise PaperLost(f"{name} is damaged or not what it says") from error

    def remove(self, name: str) -> None:
        """Gone, and nothing to say when it was gone already."""
        self._place(name).unlink(missing_ok=True)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in self._folder.glob(f"*{_ENDING}")))

    def _place(self, name: str) -> Path:
        if not name or not all(c.isascii() and (c.isalnum() or c in "-_") for c in name) or len(name) > 100:
            raise ValueError(f"{name!r} cannot be the name of a paper")
        return self._folder / f"{name}{_ENDING}"

    def _write(self, file: BinaryIO, name: str, chunks: Iterable[tuple[bytes, bool]]) -> int:
        key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(_NONCE)
        wrapped = AESGCM(self._keys[self._newest]).encrypt(nonce, key, name.encode())
        file.write(_HEAD.pack(_MAGIC, self._newest, nonce, wrapped))
        cipher, length = AESGCM(key), 0
        for number, (chunk, last) in enumerate(chunks):
            file.write(cipher.encrypt(_nonce_of(number), chunk, _LAST if last else _MORE))
            length += len(chunk)
        return length

    def _unwrap(self, name: str, head: bytes) -> bytes:
        magic, key_id, nonce, wrapped = _HEAD.unpack(head)
        if magic != _MAGIC or key_id not in self._keys:
            raise InvalidTag
        return AESGCM(self._keys[key_id]).decrypt(nonce, wrapped, name.encode())


_LAST, _MORE = b"last", b"more"


def _nonce_of(number: int) -> bytes:
    """The key is used for one file only, so a counter never repeats under it."""
    return number.to_bytes(_NONCE, "big")


def _chunks(content: BinaryIO | bytes) -> Iterator[tuple[bytes, bool]]:
    """(chunk, whether it is the last); an empty file is one empty chunk."""
    if isinstance(content, bytes):
        pieces = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)] or [b""]
        yield from ((piece, place == len(pieces) - 1) for place, piece in enumerate(pieces))
        return
    piece = content.read(CHUNK)
    while True:
        following = content.read(CHUNK) if len(piece) == CHUNK else b""
        yield piece, not following
        if not following:
            return
        piece = following


def _decrypted(cipher: AESGCM, file: BinaryIO) -> Iterator[bytes]:
    sealed, number = file.read(CHUNK + _TAG), 0
    while True:
        following = file.read(CHUNK + _TAG)
        yield cipher.decrypt(_nonce_of(number), sealed, _MORE if following else _LAST)
        if not following:
            return
        sealed, number = following, number + 1


def length_of(content: BinaryIO | bytes) -> int:
    """In bytes, as far as it is known."""
    return len(content) if isinstance(content, bytes) else os.fstat(content.fileno()).st_size


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
