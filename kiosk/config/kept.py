"""Settings that came from outside, on this machine's disk. Rules 1 to 3 hold wherever the power is cut.

1. A document is whole and synced before anything names it; what names it is one small file, replaced as a whole.
2. A version is remembered before it is applied (TUF 5.3.6: an attacker gains nothing by cutting the power).
3. The last good document stays until the one on trial has proved itself.
4. When a write fails, nothing has changed: the disk is full, and the last good settings go on.
"""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from kiosk.config.signed import MAX_DOCUMENT, Remembered, Trust

STANDING, PINNED = "settings.state", "settings.roots"
_DOCUMENT = "settings.{}.json"
_MAX_STANDING = 4_096
MAX_WORDS = 500  #: of a reason; a report has room for no more (``Detail`` of ``kiosk.wire.fleet_api``)


class Standing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Versions; 0 is none. ``good`` 0: the machine's own file alone. ``starts``: of the program during the trial."""

    remembered: Remembered = Remembered()
    good: int = 0
    trial: int = 0
    starts: int = 0
    failed: int = 0  #: the newest version that was given up here
    reason: str = ""
    detail: str = ""


class Pinned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom this machine trusts. ``former``: roots that were replaced, and may have signed what is kept here."""

    roots: tuple[bytes, ...]
    city: str
    centre: str
    former: tuple[bytes, ...] = ()

    def trust(self) -> Trust:
        return Trust(self.roots, self.city, self.centre)

    def trust_of_kept(self) -> Trust:
        return Trust(self.roots + self.former, self.city, self.centre)


class Disk:
    """What is done to files, one step each, so that a test can cut the power between any two. All raise OSError."""

    def write(self, path: Path, payload: bytes) -> None:
        """A file beside others that nothing names yet, synced; readable for its owner only."""
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
            if os.geteuid() == 0:  # an administrator's command; the program itself must be able to read it
                owner = path.parent.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)

    def replace(self, unfinished: Path, path: Path) -> None:
        os.replace(unfinished, path)

    def sync(self, folder: Path) -> None:
        """The names in the folder."""
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)


class KeptSettings:
    """One folder; used by one process, one thread at a time."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.folder, self._disk = folder, disk or Disk()
        self.standing = Standing()

    def read(self) -> bool:
        """Take in what stands there; False when it cannot be read, and is to be made anew from the documents."""
        try:
            self.standing = self.peek()
        except (OSError, ValueError):  # msgspec's errors are ValueErrors
            return False
        if not (self.folder / STANDING).exists():
            return not self.versions()
        self._sweep()
        return True

    def peek(self) -> Standing:
        """What stands there, for another program than the one that uses the folder: nothing is changed, and nothing
        swept. Raises OSError, ValueError."""
        raw = _limited(self.folder / STANDING, _MAX_STANDING)
        return Standing() if raw is None else msgspec.json.decode(raw, type=Standing)

    def document(self, version: int) -> bytes | None:
        """None when it is not there or cannot be read."""
        try:
            return _limited(self._path(version), MAX_DOCUMENT) if version else None
        except (OSError, ValueError):
            return None

    def versions(self) -> list[int]:
        """Of the documents in the folder, upwards."""
        found = (path.name.split(".")[1] for path in self.folder.glob(_DOCUMENT.format("*")))
        return sorted(int(name) for name in found if name.isascii() and name.isdecimal())

    def pinned(self) -> Pinned | None:
        """None while nobody has told this machine whom to trust, or when that cannot be read."""
        try:
            raw = _limited(self.folder / PINNED, _MAX_STANDING)
            return None if raw is None else msgspec.json.decode(raw, type=Pinned)
        except (OSError, ValueError):
            return None

    def pin(self, pinned: Pinned) -> None:
        """Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._put(self.folder / PINNED, msgspec.json.encode(pinned))

    def begin_trial(self, document: bytes, remember: Remembered) -> None:
        """From here on the next start of the program is with ``document``. Raises OSError, and nothing has changed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._put(self._path(remember.version), document)
        before = self.standing
        self.write(Standing(remembered=remember, good=before.good, trial=remember.version, failed=before.failed))

    def note_command(self, remember: Remembered) -> None:
        """Before it is carried out. Raises OSError, and nothing has changed."""
        self.write(msgspec.structs.replace(self.standing, remembered=remember))

    def note_start(self) -> None:
        """The program begins with what is on trial. Raises OSError."""
        self.write(msgspec.structs.replace(self.standing, starts=self.standing.starts + 1))

    def note_clean_end(self) -> None:
        """It was told to stop: that is no fault of what is on trial. Raises OSError."""
        if self.standing.starts:
            self.write(msgspec.structs.replace(self.standing, starts=0))

    def end_trial(self) -> None:
        """What is on trial is good. Raises OSError."""
        now = self.standing
        self.write(Standing(remembered=now.remembered, good=now.trial, failed=now.failed))

    def give_up(self, reason: str, detail: str) -> None:
        """The last good one counts again; the version stays remembered. Raises OSError."""
        now = self.standing
        words = detail[:MAX_WORDS]
        self.write(
            Standing(
                remembered=now.remembered, good=now.good, failed=now.trial or now.failed, reason=reason, detail=words
            )
        )

    def write(self, standing: Standing) -> None:
        """Raises OSError, and nothing has changed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._put(self.folder / STANDING, msgspec.json.encode(standing))
        self.standing = standing
        self._sweep()

    def _sweep(self) -> None:
        """What nothing names does no harm, and goes when it can."""
        with suppress(OSError):
            for version in self.versions():
                if version not in (self.standing.good, self.standing.trial):
                    self._disk.remove(self._path(version))

    def _put(self, path: Path, payload: bytes) -> None:
        unfinished = path.with_name(f"{path.name}.part")
        try:
            self._disk.write(unfinished, payload)
            self._disk.replace(unfinished, path)
        except OSError:
            with suppress(OSError):
                self._disk.remove(unfinished)
            raise
        self._disk.sync(self.folder)

    def _path(self, version: int) -> Path:
        return self.folder / _DOCUMENT.format(version)


def _limited(path: Path, most: int) -> bytes | None:
    """The file, None when there is none; raises ValueError when it is longer than it can be, OSError."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except FileNotFoundError:
        return None
    if len(raw) > most:
        raise ValueError(f"{path.name}: more than {most} bytes")
    return raw
