"""The link in a message by which somebody takes an incident on without signing in. Pure.

It names a notice, so that "by whom" is known, and a last hour, and is signed with a key that the workers share. It is
32 letters, because it must fit into an SMS and may have to be typed from one; 96 of its bits are HMAC-SHA256.
"""

import base64
import hmac
from dataclasses import dataclass

_HOUR_MS = 3_600_000
_NUMBER, _HOUR, _MARK = 5, 3, 12
_LETTERS = 32
KEY_BYTES = 32
NUMBER_BITS = 8 * _NUMBER


@dataclass(frozen=True, slots=True)
class Links:
    """``root``: the address of central as people reach it, "" when there is none to give."""

    root: str
    key: bytes

    def url(self, notice: int, until_ms: int) -> str:
        return f"{self.root}/a/{sign(self.key, notice, until_ms)}" if self.root else ""


def sign(key: bytes, notice: int, until_ms: int) -> str:
    """Good until the end of the hour of ``until_ms``."""
    said = notice.to_bytes(_NUMBER, "big") + (until_ms // _HOUR_MS).to_bytes(_HOUR, "big")
    return base64.b32encode(said + _mark(key, said)).decode().lower()


def read(key: bytes, token: str, now_ms: int) -> int | None:
    """The notice; None for a token that was not made here or has ended."""
    if len(token) != _LETTERS or not token.isascii():
        return None
    try:
        raw = base64.b32decode(token, casefold=True)
    except ValueError:
        return None
    said, mark = raw[:-_MARK], raw[-_MARK:]
    if not hmac.compare_digest(mark, _mark(key, said)):
        return None
    until_h = int.from_bytes(said[_NUMBER:], "big")
    return int.from_bytes(said[:_NUMBER], "big") if now_ms // _HOUR_MS <= until_h else None


def _mark(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, b"kiosk notice " + said, "sha256")[:_MARK]
