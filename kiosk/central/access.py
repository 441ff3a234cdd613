"""Who may see what of central: accounts, their roles and scopes, and who is signed in.

1. An account has one role and one scope: the city, a group of centres or one centre. What is outside of the scope
   does not exist for it: the same answer as for a centre that there is not.
2. A viewer changes nothing.
3. Sessions are rows, so that any worker knows them. They end ``SESSION_H`` after sign-in or ``IDLE_H`` after use.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from argon2 import PasswordHasher
from starlette.requests import Request

from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock
from kiosk.web.signin import PasswordCheck, Refused, RoleNeeded, SessionCookie, SignInNeeded, token_hash

SESSION_H = 12
IDLE_H = 2
HOUR_MS = 3_600_000
TOUCH_MS = 60_000  #: the use of a session is noted once a minute

ScopeKind = Literal["city", "group", "centre"]


class Role(StrEnum):
    CITY_ADMIN = "city-admin"
    GROUP_ADMIN = "group-admin"
    CENTRE_HEAD = "centre-head"
    VIEWER = "viewer"


#: What each role's scope may be.
SCOPES: dict[Role, tuple[ScopeKind, ...]] = {
    Role.CITY_ADMIN: ("city",),
    Role.GROUP_ADMIN: ("group",),
    Role.CENTRE_HEAD: ("centre",),
    Role.VIEWER: ("city", "group", "centre"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """``id``: "" for the city, else the group's id or the centre's code."""

    kind: ScopeKind
    id: str = ""

    def covers(self, centre_code: str, group: str) -> bool:
        if self.kind == "city":
            return True
        return bool(self.id) and self.id == (group if self.kind == "group" else centre_code)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in."""

    name: str
    display_name: str
    role: Role
    scope: Scope

    @property
    def may_act(self) -> bool:
        """Rule 2."""
        return self.role is not Role.VIEWER


@dataclass(frozen=True, slots=True)
class Account:
    visitor: Visitor
    password_hash: str = ""
    is_disabled: bool = False


def find_account(tx: Transaction, name: str) -> Account | None:
    """None for a name that nobody has, or nobody any more."""
    # PostgreSQL has no text with a NUL in it.
    rows = tx.rows("access.account", name=name) if name.isprintable() else []
    return Account(_visitor(*rows[0][:5]), rows[0][5]) if rows else None


def all_accounts(tx: Transaction) -> tuple[Account, ...]:
    return tuple(Account(_visitor(*row[:5]), is_disabled=bool(row[5])) for row in tx.rows("access.accounts"))


def add_account(tx: Transaction, visitor: Visitor, password_hash: str) -> bool:
    """False when the name is taken. Raises ValueError for a scope that the role cannot have or that there is not."""
    if visitor.scope.kind not in SCOPES[visitor.role]:
        raise ValueError(f"{visitor.role} is for {' or '.join(SCOPES[visitor.role])}")
    if visitor.scope.kind == "group" and not tx.rows("access.has_group", id=visitor.scope.id):
        raise ValueError(f'there is no group "{visitor.scope.id}"')
    if visitor.scope.kind == "centre" and not tx.rows("access.has_centre", code=visitor.scope.id):
        raise ValueError(f'there is no centre "{visitor.scope.id}"')
    values = {"display_name": visitor.display_name, "role": visitor.role.value, "password_hash": password_hash}
    scope = {"scope_kind": visitor.scope.kind, "scope": visitor.scope.id}
    return tx.run("access.add_account", name=visitor.name, **values, **scope) == 1


def set_password(tx: Transaction, name: str, password_hash: str) -> bool:
    """Ends all sessions of that account; False when there is none of that name."""
    tx.run("access.end_sessions_of", name=name)
    return tx.run("access.set_password", name=name, password_hash=password_hash) == 1


def disable_account(tx: Transaction, name: str) -> bool:
    """Ends all sessions of that account; False when there is none of that name."""
    tx.run("access.end_sessions_of", name=name)
    return tx.run("access.disable_account", name=name) == 1


def _visitor(name: str, display_name: str, role: str, kind: ScopeKind, scope: str) -> Visitor:
    return Visitor(name, display_name, Role(role), Scope(kind, scope))


class CentralDoor:
    """Lets people in and out; implements ``kiosk.web.entry.FrontDoor``."""

    def __init__(self, database: Database, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._database, self._clock = database, clock
        self._passwords, self.cookie = PasswordCheck(clock, hasher), SessionCookie("central")

    async def sign_in(self, name: str, password: str, address: str = "") -> str | Refused:
        account = await self._database.read(lambda tx: find_account(tx, name))
        refused = await self._passwords.check(account.password_hash if account else None, name, password, address)
        if refused is not None:
            return refused
        token, now_ms = secrets.token_urlsafe(32), self._clock.now_ms()

        def start(tx: Transaction) -> None:
            tx.run("access.forget_sessions", created_since_ms=now_ms - SESSION_H * HOUR_MS)
            tx.run("access.start_session", token=token_hash(token), name=name, now_ms=now_ms)

        await self._database.write(start)
        return token

    async def sign_out(self, request: Request) -> None:
        token = self.cookie.token_hash(request)
        if token:
            await self._database.write(lambda tx: tx.run("access.end_session", token=token))

    async def is_signed_in(self, request: Request) -> bool:
        return await self.find(request) is not None

    async def find(self, request: Request) -> Visitor | None:
        """Who is signed in; an open page counts as use."""
        token, now_ms = self.cookie.token_hash(request), self._clock.now_ms()
        if token is None:
            return None
        since = {"seen_since_ms": now_ms - IDLE_H * HOUR_MS, "created_since_ms": now_ms - SESSION_H * HOUR_MS}
        rows = await self._database.read(lambda tx: tx.rows("access.session", token=token, **since))
        if not rows:
            return None
        if now_ms - rows[0][5] >= TOUCH_MS:
            await self._database.write(lambda tx: tx.run("access.touch_session", token=token, now_ms=now_ms))
        return _visitor(*rows[0][:5])

    async def visitor(self, request: Request, *roles: Role) -> Visitor:
        """Raises SignInNeeded, or RoleNeeded when ``roles`` are given and theirs is none of them."""
        found = await self.find(request)
        if found is None:
            raise SignInNeeded
        if roles and found.role not in roles:
            raise RoleNeeded
        return found
