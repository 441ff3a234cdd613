"""Who is at the page: sign-in with argon2, sessions kept on the server, roles.

1. The cookie holds a random token, the store its SHA-256: a stolen database opens no session.
2. Over TLS the cookie has the ``__Host-`` prefix, on a plain http LAN a plain name; always HttpOnly, SameSite=Strict.
3. Passwords are verified in a thread, two at a time (64 MiB and 180 ms of CPU each), and an unknown name costs as
   much as a known one.
4. After ``FREE_TRIES`` wrong passwords for a name it must wait, longer each time.
"""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.requests import Request
from starlette.responses import Response

from kiosk.clock import Clock
from kiosk.web.ports import Session, Staff, StaffDirectory

FREE_TRIES = 5
WAIT_S = 10
MAX_WAIT_S = 300
REMEMBERED_NAMES = 1000


class SignInNeeded(Exception):
    """Nobody is signed in; the error table answers with the sign-in page or with 401."""


class RoleNeeded(Exception):
    """Somebody is signed in who may not do this: 403."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The sign-in did not succeed; ``wait_s`` is 0 unless the name must wait before the next try."""

    wait_s: int = 0


@dataclass(slots=True)
class _Tries:
    failed: int = 0
    until_s: float = 0.0


@dataclass(slots=True)
class _Lockout:
    """Wrong passwords by name, in memory: a restart forgives."""

    names: dict[str, _Tries] = field(default_factory=dict)

    def wait_s(self, name: str, now_s: float) -> int:
        tries = self.names.get(name)
        return max(0, round(tries.until_s - now_s)) if tries else 0

    def failed(self, name: str, now_s: float) -> None:
        if name not in self.names and len(self.names) >= REMEMBERED_NAMES:
            self.names.pop(next(iter(self.names)))
        tries = self.names.setdefault(name, _Tries())
        tries.failed += 1
        if tries.failed >= FREE_TRIES:
            tries.until_s = now_s + min(MAX_WAIT_S, WAIT_S * 2 ** (tries.failed - FREE_TRIES))


class SignIn:
    """Sessions of one process. ``cookie`` keeps the cookies of two programs on one address apart ("hub", "central")."""

    def __init__(
        self, directory: StaffDirectory, clock: Clock, cookie: str, hasher: PasswordHasher | None = None
    ) -> None:
        self._directory, self._clock, self._cookie = directory, clock, cookie
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(2)
        self._lockout = _Lockout()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    async def sign_in(self, name: str, password: str) -> str | Refused:
        """A new session token to be set with ``set_cookie``, or why not."""
        wait_s = self._lockout.wait_s(name, self._clock.monotonic_s())
        if wait_s:
            return Refused(wait_s)
        staff = self._directory.staff(name)
        async with self._slots:
            right = await asyncio.to_thread(self._verify, staff.password_hash if staff else self._nobody, password)
        if staff is None or not right:
            self._lockout.failed(name, self._clock.monotonic_s())
            return Refused(self._lockout.wait_s(name, self._clock.monotonic_s()))
        self._lockout.names.pop(name, None)
        token = secrets.token_urlsafe(32)
        await asyncio.to_thread(self._directory.start_session, token_hash(token), name, self._clock.now_ms())
        return token

    async def sign_out(self, request: Request) -> None:
        token = request.cookies.get(self.cookie_name(request))
        if token:
            await asyncio.to_thread(self._directory.end_session, token_hash(token))

    def session(self, request: Request) -> Session | None:
        token = request.cookies.get(self.cookie_name(request))
        return self._directory.session(token_hash(token), self._clock.now_ms()) if token else None

    def staff(self, request: Request, *roles: str) -> Staff:
        """Who is signed in. Raises SignInNeeded, or RoleNeeded when ``roles`` are given and theirs is none of them."""
        session = self.session(request)
        if session is None:
            raise SignInNeeded
        if roles and session.staff.role not in roles:
            raise RoleNeeded
        return session.staff

    def cookie_name(self, request: Request) -> str:
        return cookie_name(request, f"{self._cookie}_session")

    def set_cookie(self, request: Request, response: Response, token: str) -> None:
        set_cookie(request, response, self.cookie_name(request), token)

    def clear_cookie(self, request: Request, response: Response) -> None:
        secure = request.url.scheme == "https"
        response.delete_cookie(self.cookie_name(request), path="/", secure=secure, httponly=True, samesite="strict")

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def token_hash(token: str) -> str:
    """How a random token is kept in the store. Tokens have 256 bits, so a plain hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(request: Request, name: str) -> str:
    return f"__Host-{name}" if request.url.scheme == "https" else name


def set_cookie(request: Request, response: Response, name: str, value: str, max_age_s: int | None = None) -> None:
    """A cookie that scripts cannot read and that no other site's request carries."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age_s, path="/", secure=secure, httponly=True, samesite="strict")
