"""What the page kit needs from a store."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who may sign in. ``role``: "officer" or "supervisor" at a hub; central has its own."""

    name: str
    display_name: str
    role: str
    password_hash: str  #: argon2id; never leaves the process


@dataclass(frozen=True, slots=True)
class Session:
    staff: Staff
    created_ms: int
    seen_ms: int


class StaffDirectory(Protocol):
    """Sessions are rows on the server; the cookie holds a random token and the row its SHA-256."""

    def staff(self, name: str) -> Staff | None: ...

    def start_session(self, token_hash: str, name: str, now_ms: int) -> None: ...

    def session(self, token_hash: str, now_ms: int) -> Session | None:
        """None when unknown, ended, idle for too long or too old."""

    def end_session(self, token_hash: str) -> None: ...


class TokenDirectory(Protocol):
    """Kiosks and hall screens carry a token of their own; the store keeps its SHA-256."""

    def token(self, token_hash: str) -> tuple[str, str] | None:
        """(kind, name), e.g. ("kiosk", "kiosk-1") or ("hall", "hall-1")."""
