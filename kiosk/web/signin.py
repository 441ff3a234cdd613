"""Who is at the page: sign-in with argon2, sessions kept on the server, roles.

1. The cookie holds a random token, the store its SHA-256: a stolen database opens no session.
2. Over TLS the cookie has the ``__Host-`` prefix, on a plain http LAN a plain name; always HttpOnly, SameSite=Strict.
3. Passwords are verified in a thread, two at a time (64 MiB and 180 ms of CPU each), and an unknown name costs as
   much as a known one.
4. After ``FREE_TRIES`` wrong passwords for a name from one address, or more for any names, that address must wait,
   longer each time. Only that address: somebody who guesses must not keep the supervisor out.
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
FREE_TRIES_OF_AN_ADDRESS = 20  #: several people may sit behind one address
WAIT_S = 10
MAX_WAIT_S = 300
REMEMBERED = 1000


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
    """Wrong passwords by name or by address, in memory: a restart forgives."""

    free_tries: int
    known: dict[str, _Tries] = field(default_factory=dict)

    def wait_s(self, who: str, now_s: float) -> int:
        tries = self.known.get(who)
        return max(0, round(tries.until_s - now_s)) if tries else 0

    def failed(self, who: str, now_s: float) -> None:
        if who not in self.known and len(self.known) >= REMEMBERED:
            self.known.pop(next(iter(self.known)))
        tries = self.known.setdefault(who, _Tries())
        tries.failed += 1
        if tries.failed >= self.free_tries:
            tries.until_s = now_s + min(MAX_WAIT_S, WAIT_S * 2 ** min(tries.failed - self.free_tries, 10))


class PasswordCheck:
    """Rules 3 and 4, for one process."""

    def __init__(self, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._clock, self._hasher = clock, hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(2)
        self._names, self._addresses = _Lockout(FREE_TRIES), _Lockout(FREE_TRIES_OF_AN_ADDRESS)
        self._nobody = ""

    async def check(self, password_hash: str | None, name: str, password: str, address: str) -> Refused | None:
        """None when the password is right. ``password_hash``: None for a name that nobody has."""
        async with self._slots:
            # Asked here and not before the queue: a hundred tries at once are a hundred tries.
            wait_s = self._wait_s(name, address)
            if wait_s:
                return Refused(wait_s)
            if not await asyncio.to_thread(self._verify, password_hash, password):
                self._names.failed(_at(name, address), self._clock.monotonic_s())
                self._addresses.failed(address, self._clock.monotonic_s())
                return Refused(self._wait_s(name, address))
        self._names.known.pop(_at(name, address), None)
        return None

    def _wait_s(self, name: str, address: str) -> int:
        now_s = self._clock.monotonic_s()
        return max(self._names.wait_s(_at(name, address), now_s), self._addresses.wait_s(address, now_s))

    def _verify(self, password_hash: str | None, password: str) -> bool:
        if password_hash is None and not self._nobody:
            self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        try:
            return self._hasher.verify(password_hash or self._nobody, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """Rule 2. ``program`` keeps the cookies of two programs on one address apart ("hub", "central")."""

    program: str

    def name(self, request: Request) -> str:
        return cookie_name(request, f"{self.program}_session")

    def token_hash(self, request: Request) -> str | None:
        """None without a cookie."""
        token = request.cookies.get(self.name(request))
        return token_hash(token) if token else None

    def set(self, request: Request, response: Response, token: str) -> None:
        set_cookie(request, response, self.name(request), token)

    def clear(self, request: Request, response: Response) -> None:
        secure = request.url.scheme == "https"
        response.delete_cookie(self.name(request), path="/", secure=secure, httponly=True, samesite="strict")


class SignIn:
    """Sessions of a process whose directory answers at once, from memory or from a database beside it."""

    def __init__(
        self, directory: StaffDirectory, clock: Clock, cookie: str, hasher: PasswordHasher | None = None
    ) -> None:
        self._directory, self._clock = directory, clock
        self._passwords, self.cookie = PasswordCheck(clock, hasher), SessionCookie(cookie)

    async def sign_in(self, name: str, password: str, address: str = "") -> str | Refused:
        """A new session token to be set with ``cookie.set``, or why not. ``address``: where the request came from."""
        staff = self._directory.staff(name)
        refused = await self._passwords.check(staff.password_hash if staff else None, name, password, address)
        if refused is not None:
            return refused
        token = secrets.token_urlsafe(32)
        await asyncio.to_thread(self._directory.start_session, token_hash(token), name, self._clock.now_ms())
        return token

    async def sign_out(self, request: Request) -> None:
        token = self.cookie.token_hash(request)
        if token:
            await asyncio.to_thread(self._directory.end_session, token)

    async def is_signed_in(self, request: Request) -> bool:
        return self.session(request) is not None

    def session(self, request: Request) -> Session | None:
        token = self.cookie.token_hash(request)
        return self._directory.session(token, self._clock.now_ms()) if token else None

    def staff(self, request: Request, *roles: str) -> Staff:
        """Who is signed in. Raises SignInNeeded, or RoleNeeded when ``roles`` are given and theirs is none of them."""
        session = self.session(request)
        if session is None:
            raise SignInNeeded
        if roles and session.staff.role not in roles:
            raise RoleNeeded
        return session.staff


def _at(name: str, address: str) -> str:
    return f"{address} {name}"


def token_hash(token: str) -> str:
    """How a random token is kept in the store. Tokens have 256 bits, so a plain hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(request: Request, name: str) -> str:
    return f"__Host-{name}" if request.url.scheme == "https" else name


def set_cookie(request: Request, response: Response, name: str, value: str, max_age_s: int | None = None) -> None:
    """A cookie that scripts cannot read and that no other site's request carries."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age_s, path="/", secure=secure, httponly=True, samesite="strict")
