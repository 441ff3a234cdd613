"""Documents and commands as a city's central signs them, with keys made for the test."""

from dataclasses import dataclass, field

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.config.kept import Pinned
from kiosk.config.signed import Command, OnlineKey, Settings, sign_command, sign_online_key, sign_settings
from kiosk.wire.fleet_api import CommandKind

DAY_MS = 86_400_000


@dataclass
class Signer:
    """``now_ms``: when it signs. What it says is good for 30 days, its key for 90."""

    now_ms: int
    city: str = "hcmc"
    centre: str = "phuong-thu"
    key_number: int = 1
    root: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    online: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    next_roots: tuple[bytes, ...] = ()

    def pinned(self) -> Pinned:
        return Pinned(roots=(public(self.root),), city=self.city, centre=self.centre)

    def key(self) -> tuple[bytes, bytes]:
        key = OnlineKey(
            number=self.key_number,
            city=self.city,
            public_key=public(self.online),
            issued_ms=self.now_ms - DAY_MS,
            expires_ms=self.now_ms + 90 * DAY_MS,
            roots=self.next_roots,
        )
        return sign_online_key(self.root, key)

    def document(self, version: int, tree: object, *, centre: str = "", lasts_ms: int = 30 * DAY_MS) -> bytes:
        settings = Settings(
            version=version,
            city=self.city,
            centre=centre or self.centre,
            issued_ms=self.now_ms,
            expires_ms=self.now_ms + lasts_ms,
            tree=msgspec.Raw(msgspec.json.encode(tree)),
        )
        return sign_settings(self.online, self.key(), settings)

    def command(self, number: int, kind: CommandKind, target: str, *, lasts_ms: int = 60_000) -> bytes:
        command = Command(
            number=number,
            city=self.city,
            centre=self.centre,
            kind=kind,
            target=target,
            by="admin",
            issued_ms=self.now_ms,
            expires_ms=self.now_ms + lasts_ms,
        )
        return sign_command(self.online, self.key(), command)


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
