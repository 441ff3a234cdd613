"""The device's key and its name at central, in one file of the data folder that only the hub may read.

The key is made here and never leaves the machine; central knows its public half.
"""

import base64
import binascii
import os
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.wire.common import Name

FILE = "central.enrolment"
_PENDING = "central.enrolment.new"
_KEY_BYTES = 32


class _Stored(msgspec.Struct, frozen=True):
    key: Annotated[str, msgspec.Meta(max_length=64)]  #: base64 of the 32 private bytes (RFC 8032)
    url: str = ""
    device: str = ""
    centre: str = ""


class DeviceKey:
    """An Ed25519 key. It does not show itself."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def made(cls) -> "DeviceKey":
        return cls(Ed25519PrivateKey.generate())

    def sign(self, text: bytes) -> str:
        """Base64 of the 64 bytes."""
        return base64.b64encode(self._private.sign(text)).decode()

    def public(self) -> str:
        """Base64 of the 32 bytes."""
        return base64.b64encode(self._private.public_key().public_bytes_raw()).decode()

    def private(self) -> str:
        return base64.b64encode(self._private.private_bytes_raw()).decode()


class Enrolment:
    """``url``: of central, as it was when the device was enrolled."""

    def __init__(self, url: str, device: Name, centre: Name, key: DeviceKey) -> None:
        self.url, self.device, self.centre, self.key = url, device, centre, key


def read_enrolment(folder: Path) -> Enrolment | None:
    """None when this hub was never enrolled. Raises ValueError when the file is not what it was, OSError."""
    try:
        stored = _decoded((folder / FILE).read_bytes())
    except FileNotFoundError:
        return None
    return Enrolment(stored.url, stored.device, stored.centre, _key(stored))


class EnrolmentFile:
    """The file of one folder, looked at again and again. Lost while the hub runs, what was read stays in use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark: tuple[int, int] | None = None
        self._read: Enrolment | None = None

    def look(self) -> tuple[Enrolment | None, bool]:
        """The enrolment, and whether it is another than before. Raises ValueError, OSError."""
        if not self.has_changed():
            return self._read, False
        mark = self._now()
        self._read = read_enrolment(self._folder) or self._read
        self._mark = mark
        return self._read, True

    def has_changed(self) -> bool:
        now = self._now()
        return now is not None and now != self._mark

    def _now(self) -> tuple[int, int] | None:
        try:
            found = (self._folder / FILE).stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino


def write_enrolment(folder: Path, enrolment: Enrolment) -> None:
    """Synced to disk, in place of an older one. Raises OSError."""
    stored = _Stored(enrolment.key.private(), enrolment.url, enrolment.device, enrolment.centre)
    _write(folder / FILE, stored)
    (folder / _PENDING).unlink(missing_ok=True)


def pending_key(folder: Path) -> DeviceKey:
    """A new key; the same again until an enrolment with it was written, so that a lost answer costs no code."""
    try:
        return _key(_decoded((folder / _PENDING).read_bytes()))
    except (FileNotFoundError, ValueError):
        key = DeviceKey.made()
        _write(folder / _PENDING, _Stored(key.private()))
        return key


def _decoded(raw: bytes) -> _Stored:
    try:
        return msgspec.json.decode(raw, type=_Stored)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{FILE}: {error}") from error


def _key(stored: _Stored) -> DeviceKey:
    try:
        raw = base64.b64decode(stored.key, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise ValueError(f"{FILE}: holds no key")  # and its words do not belong into a log
    return DeviceKey(Ed25519PrivateKey.from_private_bytes(raw))


def _write(path: Path, stored: _Stored) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(stored))
        file.flush()
        os.fsync(file.fileno())
        if os.geteuid() == 0:  # an administrator enrolled; the hub itself must be able to read it
            owner = path.parent.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
    os.replace(unfinished, path)
