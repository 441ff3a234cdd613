"""Settings that can be trusted: signatures, versions, expiry, place."""

from dataclasses import dataclass, replace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.signed import (
    MAX_DOCUMENT,
    Command,
    Document,
    OnlineKey,
    Reason,
    Refused,
    Remembered,
    Settings,
    Trust,
    Trusted,
    TrustedCommand,
    sign_command,
    sign_online_key,
    sign_settings,
    verify,
    verify_command,
)

NOW = 1_795_000_000_000
DAY = 86_400_000
ROOT, ONLINE, STRANGER = (Ed25519PrivateKey.generate() for _ in range(3))
TRUST = Trust((ROOT.public_key().public_bytes_raw(),), "hcmc", "26740")
NOTHING = Remembered()


@dataclass(frozen=True)
class Made:
    """What goes into a document; each test changes one thing."""

    root: Ed25519PrivateKey = ROOT
    signer: Ed25519PrivateKey = ONLINE
    key_number: int = 1
    key_city: str = "hcmc"
    key_expires_ms: int = NOW + 90 * DAY
    version: int = 7
    city: str = "hcmc"
    centre: str = "26740"
    expires_ms: int = NOW + 30 * DAY
    next_roots: tuple[bytes, ...] = ()

    def signed_key(self) -> tuple[bytes, bytes]:
        key = OnlineKey(
            number=self.key_number,
            city=self.key_city,
            public_key=ONLINE.public_key().public_bytes_raw(),
            issued_ms=NOW - DAY,
            expires_ms=self.key_expires_ms,
            roots=self.next_roots,
        )
        return sign_online_key(self.root, key)

    def document(self) -> bytes:
        settings = Settings(
            version=self.version,
            city=self.city,
            centre=self.centre,
            issued_ms=NOW - 1_000,
            expires_ms=self.expires_ms,
            tree=msgspec.Raw(b'{"warning_min":20}'),
        )
        return sign_settings(self.signer, self.signed_key(), settings)

    def command(self) -> bytes:
        command = Command(
            number=self.version,
            city=self.city,
            centre=self.centre,
            kind="test_print",
            target="kiosk-1",
            by="lan",
            issued_ms=NOW - 1_000,
            expires_ms=self.expires_ms,
        )
        return sign_command(self.signer, self.signed_key(), command)


GOOD = Made()


def test_a_good_document_is_trusted_and_says_what_to_remember() -> None:
    result = verify(GOOD.document(), TRUST, NOTHING, NOW)
    assert isinstance(result, Trusted)
    assert bytes(result.settings.tree) == b'{"warning_min":20}'
    assert result.remember == Remembered(version=7, key_number=1, seen_ms=NOW - 1_000)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (replace(GOOD, root=STRANGER), Reason.UNKNOWN_KEY),
        (replace(GOOD, signer=STRANGER), Reason.BROKEN_SIGNATURE),
        (replace(GOOD, key_city="hanoi"), Reason.OTHER_CITY),
        (replace(GOOD, city="hanoi"), Reason.OTHER_CITY),
        (replace(GOOD, centre="26741"), Reason.OTHER_CENTRE),
        (replace(GOOD, expires_ms=NOW - 1), Reason.EXPIRED),
        (replace(GOOD, key_expires_ms=NOW - 1), Reason.KEY_EXPIRED),
    ],
)
def test_what_is_not_for_us_or_not_in_time_is_refused_with_its_reason(made: Made, reason: Reason) -> None:
    result = verify(made.document(), TRUST, NOTHING, NOW)
    assert isinstance(result, Refused)
    assert result.reason is reason


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (replace(GOOD, root=STRANGER), Reason.UNKNOWN_KEY),
        (replace(GOOD, signer=STRANGER), Reason.BROKEN_SIGNATURE),
        (replace(GOOD, city="hanoi"), Reason.OTHER_CITY),
        (replace(GOOD, centre="26741"), Reason.OTHER_CENTRE),
        (replace(GOOD, expires_ms=NOW - 1), Reason.EXPIRED),
        (replace(GOOD, key_expires_ms=NOW - 1), Reason.KEY_EXPIRED),
        (replace(GOOD, version=3), Reason.DONE_BEFORE),
    ],
)
def test_a_command_that_is_not_for_us_or_not_in_time_or_known_is_refused(made: Made, reason: Reason) -> None:
    result = verify_command(made.command(), TRUST, Remembered(command=3), NOW)
    assert isinstance(result, Refused)
    assert result.reason is reason


def test_a_command_is_carried_out_once() -> None:
    """Its number is remembered beside what is known of the settings."""
    result = verify_command(GOOD.command(), TRUST, Remembered(version=5, command=6), NOW)
    assert isinstance(result, TrustedCommand)
    assert (result.command.kind, result.command.target) == ("test_print", "kiosk-1")
    assert result.remember == Remembered(version=5, key_number=1, seen_ms=NOW - 1_000, command=7)
    again = verify_command(GOOD.command(), TRUST, result.remember, NOW)
    assert isinstance(again, Refused)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[]", b'{"key":"","key_signature":""}'])
def test_what_is_no_command_is_refused(text: bytes) -> None:
    result = verify_command(text, TRUST, NOTHING, NOW)
    assert isinstance(result, Refused)
    assert result.reason is Reason.NOT_A_DOCUMENT


def test_settings_and_commands_do_not_pass_for_each_other() -> None:
    document = msgspec.json.decode(GOOD.document(), type=Document)
    swapped = {
        "key": document.key,
        "key_signature": document.key_signature,
        "command": document.settings,
        "command_signature": document.settings_signature,
    }
    result = verify_command(msgspec.json.encode(swapped), TRUST, NOTHING, NOW)
    assert isinstance(result, Refused)
    assert result.reason is Reason.BROKEN_SIGNATURE


def test_a_pinned_root_names_those_that_replace_it() -> None:
    new = STRANGER.public_key().public_bytes_raw()
    result = verify(replace(GOOD, next_roots=(new,)).document(), TRUST, NOTHING, NOW)
    assert isinstance(result, Trusted)
    assert result.roots == (new,)


def test_what_is_taken_up_keeps_the_number_of_the_newest_command() -> None:
    result = verify(GOOD.document(), TRUST, Remembered(command=9), NOW)
    assert isinstance(result, Trusted)
    assert result.remember.command == 9
    assert result.roots == TRUST.roots


def test_an_old_document_that_is_replayed_changes_nothing() -> None:
    result = verify(GOOD.document(), TRUST, Remembered(version=8, key_number=1), NOW)
    assert isinstance(result, Refused)
    assert result.reason is Reason.OLDER_VERSION


def test_the_same_version_again_is_trusted() -> None:
    assert isinstance(verify(GOOD.document(), TRUST, Remembered(version=7, key_number=1), NOW), Trusted)


def test_a_replaced_online_key_does_not_come_back() -> None:
    result = verify(replace(GOOD, version=99).document(), TRUST, Remembered(version=8, key_number=2), NOW)
    assert isinstance(result, Refused)
    assert result.reason is Reason.KEY_REPLACED


def test_a_clock_in_1970_neither_refuses_what_is_new_nor_revives_what_is_past() -> None:
    assert isinstance(verify(GOOD.document(), TRUST, NOTHING, 0), Trusted)
    known = Remembered(version=7, key_number=1, seen_ms=NOW + 60 * DAY)
    result = verify(GOOD.document(), TRUST, known, 0)
    assert isinstance(result, Refused)
    assert result.reason is Reason.EXPIRED


def test_a_new_root_is_pinned_beside_the_old_one() -> None:
    both = replace(TRUST, roots=(STRANGER.public_key().public_bytes_raw(), *TRUST.roots))
    assert isinstance(verify(GOOD.document(), both, NOTHING, NOW), Trusted)


def test_a_signature_of_settings_does_not_pass_for_one_of_a_key() -> None:
    """A purpose is signed along, so that one payload cannot be shown as the other."""
    document = msgspec.json.decode(GOOD.document(), type=Document)
    swapped = msgspec.structs.replace(document, key=document.settings, key_signature=document.settings_signature)
    trust = replace(TRUST, roots=(ONLINE.public_key().public_bytes_raw(),))
    result = verify(msgspec.json.encode(swapped), trust, NOTHING, NOW)
    assert isinstance(result, Refused)
    assert result.reason is Reason.UNKNOWN_KEY


def test_a_document_of_fifty_megabytes_is_refused_unread() -> None:
    result = verify(b"{" + b" " * 50 * MAX_DOCUMENT, TRUST, NOTHING, NOW)
    assert isinstance(result, Refused)
    assert result.reason is Reason.TOO_LARGE


@given(st.integers(0), st.integers(0, 255))
def test_no_byte_of_a_document_can_be_changed(place: int, byte: int) -> None:
    """Half a download, a flipped bit, a rewritten word: refused, or the very same content (base64 has spare bits)."""
    document = bytearray(GOOD_DOCUMENT)
    document[place % len(document)] = byte
    result = verify(bytes(document), TRUST, NOTHING, NOW)
    assert isinstance(result, Refused) or result == verify(GOOD_DOCUMENT, TRUST, NOTHING, NOW)


@given(st.integers(0))
def test_half_a_document_is_refused(length: int) -> None:
    assert isinstance(verify(GOOD_DOCUMENT[: length % len(GOOD_DOCUMENT)], TRUST, NOTHING, NOW), Refused)


GOOD_DOCUMENT = GOOD.document()
