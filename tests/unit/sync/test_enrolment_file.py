"""The device's key: made once, kept from others, usable as long as it was read once."""

import stat
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.hub.sync.enrolment import (
    FILE,
    DeviceKey,
    Enrolment,
    EnrolmentFile,
    pending_key,
    read_enrolment,
    write_enrolment,
)
from kiosk.hub.sync.health import temperature_c


def enrolled(folder: Path, device: str = "device-1") -> Enrolment:
    enrolment = Enrolment("https://city.test", device, "phuong-thu", pending_key(folder))
    write_enrolment(folder, enrolment)
    return enrolment


def test_it_comes_back_as_it_was_written_and_only_the_hub_may_read_it(tmp_path: Path) -> None:
    before = enrolled(tmp_path)
    after = read_enrolment(tmp_path)
    assert after is not None
    assert (after.url, after.device, after.centre) == (before.url, before.device, before.centre)
    assert after.key.public() == before.key.public()
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_what_it_signs_is_verified_by_the_public_key(tmp_path: Path) -> None:
    key = pending_key(tmp_path)
    Ed25519PublicKey.from_public_bytes(b64decode(key.public())).verify(b64decode(key.sign(b"text")), b"text")


def test_a_try_that_was_not_answered_is_repeated_with_the_same_key(tmp_path: Path) -> None:
    first = pending_key(tmp_path)
    assert pending_key(tmp_path).public() == first.public()
    enrolled(tmp_path)
    assert pending_key(tmp_path).public() != first.public()


def test_a_spoilt_file_is_refused_without_showing_what_stood_in_it(tmp_path: Path) -> None:
    for spoilt in (b"", b"{}", b'{"key":"c2VjcmV0"}', b'{"key":"no base64"}', b"\xff"):
        (tmp_path / FILE).write_bytes(spoilt)
        with pytest.raises(ValueError, match=FILE) as refused:
            read_enrolment(tmp_path)
        assert "c2Vj" not in str(refused.value)


def test_a_file_that_is_lost_or_replaced_while_the_hub_runs(tmp_path: Path) -> None:
    file = EnrolmentFile(tmp_path)
    assert file.look() == (None, False)
    enrolled(tmp_path)
    first, is_new = file.look()
    assert first is not None
    assert is_new
    (tmp_path / FILE).unlink()
    assert file.look() == (first, False), "what was read stays in use"
    enrolled(tmp_path, "device-2")
    second, is_new = file.look()
    assert second is not None
    assert (second.device, is_new) == ("device-2", True)


def test_a_key_does_not_show_itself() -> None:
    key = DeviceKey.made()
    assert key.private() not in f"{key!r}{key}"


def test_the_hottest_zone_counts_and_nonsense_does_not(tmp_path: Path) -> None:
    assert temperature_c(tmp_path) is None
    for zone, text in enumerate(("45500", "61000", "-273000", "0", "2000000", "", "hot")):
        (tmp_path / f"thermal_zone{zone}").mkdir()
        (tmp_path / f"thermal_zone{zone}" / "temp").write_text(text)
    assert temperature_c(tmp_path) == 61.0
