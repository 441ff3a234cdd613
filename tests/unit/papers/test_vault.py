"""Files of citizens on disk: encrypted, bound to their name, whole or not at all."""

import io
import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.papers.vault import CHUNK, KEY_BYTES, PaperLost, Vault, VaultFull, make_key

KEY = secrets.token_bytes(KEY_BYTES)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "papers", {1: KEY})
    vault.open()
    return vault


def file_of(vault: Vault, name: str) -> Path:
    return vault._folder / f"{name}.paper"


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_put_in_comes_out(vault: Vault, length: int) -> None:
    content = os.urandom(length)
    assert vault.put("a", content) == length
    assert vault.read("a") == content
    assert vault.put("b", io.BytesIO(content)) == length
    assert vault.read("b") == content
    assert vault.names() == ("a", "b")


def test_nothing_readable_is_on_the_disk_and_only_the_owner_may_look(vault: Vault) -> None:
    vault.put("a", "Nguyễn Văn Mẫu".encode() * 100)
    assert b"Nguy" not in file_of(vault, "a").read_bytes()
    assert stat.S_IMODE(file_of(vault, "a").stat().st_mode) == 0o600


def test_encryption_costs_little_space(vault: Vault) -> None:
    vault.put("a", bytes(20 * CHUNK))
    assert file_of(vault, "a").stat().st_size < 20 * CHUNK * 1.01


@pytest.mark.parametrize(
    "harm",
    [
        lambda sealed: sealed[:-1],
        lambda sealed: sealed[: -CHUNK - 16],
        lambda sealed: sealed + b"x",
        lambda sealed: sealed[:20],
        lambda sealed: b"",
        lambda sealed: sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:],
        lambda sealed: sealed[:64] + sealed[64 + CHUNK + 16 : 64 + 2 * (CHUNK + 16)] + sealed[64 : 64 + CHUNK + 16],
    ],
)
def test_a_file_that_was_cut_or_changed_is_refused(vault: Vault, harm: object) -> None:
    vault.put("a", os.urandom(3 * CHUNK))
    file_of(vault, "a").write_bytes(harm(file_of(vault, "a").read_bytes()))  # type: ignore[operator]
    with pytest.raises(PaperLost):
        vault.read("a")


def test_one_file_in_the_place_of_another_is_refused(vault: Vault) -> None:
    vault.put("a", b"one")
    vault.put("b", b"two")
    file_of(vault, "a").write_bytes(file_of(vault, "b").read_bytes())
    with pytest.raises(PaperLost):
        vault.read("a")


def test_a_foreign_key_reads_nothing_and_an_older_one_is_still_read(tmp_path: Path, vault: Vault) -> None:
    vault.put("a", b"content")
    with pytest.raises(PaperLost):
        Vault(tmp_path / "papers", {1: secrets.token_bytes(KEY_BYTES)}).read("a")
    renewed = Vault(tmp_path / "papers", {1: KEY, 2: secrets.token_bytes(KEY_BYTES)})
    assert renewed.read("a") == b"content"


def test_what_is_not_there_is_said_to_be_lost_and_removed_twice_is_once(vault: Vault) -> None:
    vault.put("a", b"content")
    vault.remove("a")
    vault.remove("a")
    with pytest.raises(PaperLost):
        vault.read("a")


@pytest.mark.parametrize("name", ["", "../a", "a/b", "a.b", "ă", "x" * 101])
def test_a_name_leads_nowhere_else(vault: Vault, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        vault.put(name, b"")


def test_what_a_power_cut_left_half_written_is_swept_away(vault: Vault) -> None:
    half = file_of(vault, "a").with_suffix(".part")
    half.write_bytes(b"half")
    vault.open()
    assert half.exists(), "somebody else may be writing it just now"
    os.utime(half, (0, 0))
    vault.open()
    assert not half.exists()
    assert vault.names() == ()


def test_a_full_disk_leaves_the_old_file_and_nothing_half(tmp_path: Path, vault: Vault) -> None:
    """In a process of its own whose files may not grow beyond 100 kB."""
    vault.put("a", b"old")
    code = f"""
import resource, signal
from pathlib import Path
from kiosk.papers.vault import Vault, VaultFull
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
vault = Vault(Path({str(tmp_path / "papers")!r}), {{1: bytes.fromhex({KEY.hex()!r})}})
try:
    vault.put("a", bytes(1_000_000))
except VaultFull:
    print("full")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "full\n"
    assert vault.read("a") == b"old"
    assert list((tmp_path / "papers").iterdir()) == [file_of(vault, "a")]
    assert issubclass(VaultFull, Exception)


def test_a_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert len((tmp_path / "key").read_bytes()) == KEY_BYTES
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "key")


@given(st.binary(max_size=300), st.integers(0), st.integers(1, 255))
def test_no_bit_of_a_stored_file_can_change_unseen(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, place: int, flip: int
) -> None:
    vault = Vault(tmp_path_factory.mktemp("v"), {1: KEY})
    vault.put("a", content)
    sealed = bytearray(file_of(vault, "a").read_bytes())
    sealed[place % len(sealed)] ^= flip
    file_of(vault, "a").write_bytes(bytes(sealed))
    with pytest.raises(PaperLost):
        vault.read("a")
