"""Staff, their sessions, and the tokens of kiosks and hall screens. Passwords and tokens are kept as hashes only."""

import sqlite3
from dataclasses import dataclass

from kiosk.hub.store import queries
from kiosk.web.ports import Session, Staff

_SQL = queries.load("access.sql")


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody as the administrator sees them."""

    name: str
    display_name: str
    role: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    kind: str
    name: str
    created_ms: int


class AccessBook:
    """Reads on any connection; the methods that change something need the one of the write thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute

    def staff(self, name: str) -> Staff | None:
        row = self._run(_SQL["staff"], {"name": name}).fetchone()
        return Staff(*row) if row else None

    def all_staff(self) -> list[StaffLine]:
        return [StaffLine(name, shown, role, bool(off)) for name, shown, role, off in self._run(_SQL["all_staff"])]

    def add_staff(self, staff: Staff) -> bool:
        """False when the name is taken."""
        values = {
            "name": staff.name,
            "display_name": staff.display_name,
            "role": staff.role,
            "password_hash": staff.password_hash,
        }
        try:
            self._run(_SQL["add_staff"], values)
        except sqlite3.IntegrityError:
            return False
        return True

    def set_password(self, name: str, password_hash: str) -> bool:
        """Ends all sessions of that person; False when there is nobody of that name."""
        found = self._run(_SQL["set_password"], {"name": name, "password_hash": password_hash}).rowcount == 1
        self._run(_SQL["end_sessions_of"], {"name": name})
        return found

    def disable_staff(self, name: str) -> bool:
        """Ends all sessions of that person; False when there is nobody of that name."""
        found = self._run(_SQL["disable_staff"], {"name": name}).rowcount == 1
        self._run(_SQL["end_sessions_of"], {"name": name})
        return found

    def session(self, token_hash: str, seen_since_ms: int, created_since_ms: int) -> Session | None:
        values = {
            "token_hash": token_hash,
            "seen_since_ms": seen_since_ms,
            "created_since_ms": created_since_ms,
        }
        row = self._run(_SQL["session"], values).fetchone()
        return Session(Staff(*row[:4]), row["created_ms"], row["seen_ms"]) if row else None

    def start_session(self, token_hash: str, name: str, now_ms: int, created_since_ms: int) -> None:
        self._run(_SQL["forget_sessions"], {"created_since_ms": created_since_ms})
        self._run(_SQL["start_session"], {"token_hash": token_hash, "name": name, "now_ms": now_ms})

    def touch_session(self, token_hash: str, now_ms: int) -> None:
        self._run(_SQL["touch_session"], {"token_hash": token_hash, "now_ms": now_ms})

    def end_session(self, token_hash: str) -> None:
        self._run(_SQL["end_session"], {"token_hash": token_hash})

    def token(self, token_hash: str) -> tuple[str, str] | None:
        row = self._run(_SQL["token"], {"token_hash": token_hash}).fetchone()
        return (row["kind"], row["name"]) if row else None

    def all_tokens(self) -> list[TokenLine]:
        return [TokenLine(*row) for row in self._run(_SQL["all_tokens"])]

    def add_token(self, token_hash: str, kind: str, name: str, now_ms: int) -> None:
        """A new token of a kiosk or screen replaces its old one."""
        self.revoke_token(kind, name, now_ms)
        values = {"token_hash": token_hash, "kind": kind, "name": name, "now_ms": now_ms}
        self._run(_SQL["add_token"], values)

    def revoke_token(self, kind: str, name: str, now_ms: int) -> bool:
        """False when there is no such token."""
        return self._run(_SQL["revoke_token"], {"kind": kind, "name": name, "now_ms": now_ms}).rowcount == 1
