"""What may be shown or kept of a person: masks, and a keyed hash. Law 91/2025/QH15: no more than the purpose needs."""

import hmac
from dataclasses import dataclass

KEY_BYTES = 32


def mask_number(digits: str) -> str:
    """``079*****0011``: first three and last four, as on receipts; too short a number is hidden whole."""
    return digits[:3] + "*" * (len(digits) - 7) + digits[-4:] if len(digits) >= 9 else "*" * len(digits)


def mask_name(name: str) -> str:
    """``N. V. Mẫu``: enough to know oneself by, too little for the person behind."""
    *others, last = name.split() or [""]
    return " ".join([*(f"{word[0]}." for word in others), last])


@dataclass(frozen=True, slots=True)
class CitizenMark:
    """What the queue may keep of a person: who was here twice, not who it was."""

    keyed_hash: str  #: HMAC-SHA256 in hex
    last4: str


@dataclass(frozen=True, slots=True, repr=False)
class PersonalId:
    """The 12-digit personal number (TT 59/2021/TT-BCA art. 4). ``digits`` is the only way to the number itself."""

    digits: str

    @property
    def masked(self) -> str:
        return mask_number(self.digits)

    def __repr__(self) -> str:
        return f"PersonalId({self.masked})"

    def __str__(self) -> str:
        return self.masked

    def mark(self, key: bytes) -> CitizenMark:
        """``key`` belongs to one centre. Without a key anybody could try all numbers: there are only 10^12."""
        if len(key) < KEY_BYTES:
            raise ValueError(f"the key of personal hashes has {len(key)} bytes, expected at least {KEY_BYTES}")
        return CitizenMark(hmac.digest(key, self.digits.encode(), "sha256").hex(), self.digits[-4:])
