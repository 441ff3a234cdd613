"""The keys of simulated centres, made and enrolled as a hub's are, and kept so that a fleet can come back."""

import base64
import hashlib
from pathlib import Path
from typing import Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import __version__
from kiosk.errors import ConfigError, KioskError
from kiosk.fleet.line import CentralLine
from kiosk.wire.central_api import DEVICE, SENT, SIGNATURE, Enrolled, EnrolRequest, signed_text


class EnrolmentRefused(KioskError):
    """Central did not take the code."""


class DeviceKey(msgspec.Struct, frozen=True):
    """What one enrolled device signs with. ``secret``: base64 of the 32 bytes."""

    centre: str
    device: str
    secret: str

    def __repr__(self) -> str:
        return f"DeviceKey(centre={self.centre!r}, device={self.device!r})"


class Signer:
    """Headers for requests of one device."""

    def __init__(self, key: DeviceKey) -> None:
        self._device = key.device
        self._private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.secret))

    def headers(self, target: str, body: bytes, sent_ms: int, method: str = "POST") -> dict[str, str]:
        text = signed_text(method, target, self._device, sent_ms, hashlib.sha256(body).hexdigest())
        signature = base64.b64encode(self._private.sign(text)).decode()
        return {DEVICE: self._device, SENT: str(sent_ms), SIGNATURE: signature}


class KeyRing(msgspec.Struct, frozen=True):
    keys: tuple[DeviceKey, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Empty when there is no such file; ConfigError."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            return cls()
        except (OSError, msgspec.DecodeError) as error:
            raise ConfigError(f"{path}: {error}") from error

    def save(self, path: Path) -> None:
        """Readable by its owner alone."""
        path.touch(0o600)
        path.write_bytes(msgspec.json.encode(self))


async def enrol(line: CentralLine, code: str) -> DeviceKey:
    """A new key, enrolled with the one-time ``code``; EnrolmentRefused, CentralUnreachable."""
    private = Ed25519PrivateKey.generate()
    request = EnrolRequest(
        code=code,
        public_key=base64.b64encode(private.public_key().public_bytes_raw()).decode(),
        proof=base64.b64encode(private.sign(code.encode())).decode(),
        version=__version__,
    )
    headers = {"Content-Type": "application/json"}
    answer = await line.post("/v1/enrol", headers, msgspec.json.encode(request))
    if answer.status != 200:
        raise EnrolmentRefused(
            f"code {code[:4]}…: status {answer.status}: {answer.body[:200].decode(errors='replace')}"
        )
    enrolled = msgspec.json.decode(answer.body, type=Enrolled)
    return DeviceKey(enrolled.centre, enrolled.device, base64.b64encode(private.private_bytes_raw()).decode())
