"""Drafts on the disk: sealed, each change whole or not at all, found again after a crash.

1. The state of a draft is one sealed file, its papers are others; all begin with the draft's id.
2. A change is on the disk before anybody hears of it.
3. Wiping takes the state first: whatever is cut off in between is swept away at the next start.
4. Papers never take the last of the disk: tickets are stored on it too, and without them nobody is served.
"""

import logging
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kiosk.hub.dossiers.draft import Draft
from kiosk.papers.vault import KEY_BYTES, PaperLost, Vault, make_key

log = logging.getLogger(__name__)

KEY_FILE, FOLDER = "papers.key", "papers"
_STATE = "-draft"
#: What papers leave to the queue: so much, or on a small disk so large a part of it.
_QUEUE_BYTES, _QUEUE_PART = 1 << 30, 10


class DraftGone(Exception):
    """It was wiped, never was, or belongs to somebody else."""


class DraftSent(Exception):
    """It is being handed in or was: nothing is added to it any more."""


class DraftShelf:
    """From any thread. What ``find`` gives must not be changed: ``change`` gives a copy that may.

    ``space``: of the disk of a folder: all of it, used and free bytes.
    """

    def __init__(self, folder: Path, space: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage) -> None:
        self._folder, self._space = folder, space
        self._gate = threading.RLock()
        self._drafts: dict[str, Draft] = {}
        self._vault: Vault | None = None

    @property
    def vault(self) -> Vault:
        assert self._vault is not None  # opened
        return self._vault

    def open(self) -> None:
        """Raises OSError."""
        self._vault = Vault(self._folder / FOLDER, {1: _key(self._folder)})
        self._vault.open()
        for cut_off in (self._folder / FOLDER).glob("*.part"):
            cut_off.unlink(missing_ok=True)  # this folder is ours alone: nobody is writing there
        for name in self._vault.names():
            if name.endswith(_STATE):
                self._read(name)

    def sweep(self, kept: Iterable[str], ended: Iterable[str]) -> None:
        """Away with the drafts in ``ended`` and with every file that neither a draft nor ``kept`` names."""
        with self._gate:
            for draft in ended:
                self._drafts.pop(draft, None)
            named = {*kept, *(name for draft in self._drafts.values() for name in (draft.id + _STATE, *draft.files()))}
            for name in self.vault.names():
                if name not in named:
                    self.vault.remove(name)

    def all(self) -> tuple[Draft, ...]:
        with self._gate:
            return tuple(self._drafts.values())

    def find(self, draft: str) -> Draft | None:
        return self._drafts.get(draft)

    def put(self, draft: Draft) -> None:
        """Raises VaultFull, OSError: then it is as it was."""
        with self._gate:
            self.vault.put(draft.id + _STATE, msgspec.msgpack.encode(draft))
            self._drafts[draft.id] = draft

    @contextmanager
    def change(self, draft: str) -> Iterator[Draft]:
        """A copy that is kept when the block ends well. Raises DraftGone, VaultFull, OSError."""
        with self._gate:
            before = self._drafts.get(draft)
            if before is None:
                raise DraftGone(draft)
            changed = msgspec.msgpack.decode(msgspec.msgpack.encode(before), type=Draft)
            yield changed
            if changed != before:
                self.put(changed)

    def has_room(self) -> bool:
        """Whether more files may come (rule 4)."""
        total, _used, free = self._space(self._folder)
        return free > min(_QUEUE_BYTES, total // _QUEUE_PART)

    def new_name(self, draft: str) -> str:
        """For a file of that draft."""
        return f"{draft}-{secrets.token_hex(8)}"

    def wipe(self, draft: str, kept: Iterable[str] = ()) -> None:
        """With all its files but ``kept``."""
        spared = frozenset(kept)
        with self._gate:
            self._drafts.pop(draft, None)
            self.vault.remove(draft + _STATE)
            for name in self.vault.names():
                if name.startswith(f"{draft}-") and name not in spared:
                    self.vault.remove(name)

    def _read(self, name: str) -> None:
        try:
            draft = msgspec.msgpack.decode(self.vault.read(name), type=Draft)
        except (PaperLost, msgspec.DecodeError) as error:
            log.warning("A draft cannot be read any more and is wiped: %s", type(error).__name__)
            return
        self._drafts[draft.id] = draft


def _key(folder: Path) -> bytes:
    """Made aside: a power cut at the first start must not leave half a key."""
    path = folder / KEY_FILE
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        make_key(unfinished)
        os.replace(unfinished, path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OSError(f"{path}: holds no key of {KEY_BYTES} bytes")
    return key
