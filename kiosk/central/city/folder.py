"""The city's own system by files in a folder that both sides see.

    out/      a file for each change, named by its number: 000000000017-H29-261122-0001.json (or .csv)
    in/       status files that the other side puts there; read when they have rested for ``SETTLE_S``
    done/     what was read; refused/: what could not be, with the reason beside it

1. A file in out/ appears whole and synced. The same change is the same file, however often it is written.
2. A file in in/ goes to done/ only after what it says is stored. A power cut in between: it is read again, and nothing
   in it is new.
3. Only plain files are read: a link could lead to what is central's own, a pipe would never end.
4. Names and numbers of citizens are in out/: only central and the other side may read the folder.
"""

import csv
import io
import logging
import os
import stat
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.central.city.deliveries import NotReached, Outcome, Told
from kiosk.central.city.national_messages import dossier_item, progress_item
from kiosk.central.city.ports import Said, Telling
from kiosk.central.city.status_files import MAX_BYTES, read_statuses
from kiosk.central.spreadsheet import guarded

log = logging.getLogger(__name__)

SETTLE_S = 10.0
FILES_AT_ONCE = 20
_PARTS = ("out", "in", "done", "refused")
_READ = (".csv", ".json")


class FolderSystem:
    """``seconds``: the time of the machine that files are stamped with."""

    name = "folder"
    brings = True

    def __init__(self, path: Path, form: Literal["json", "csv"], seconds: Callable[[], float] = time.time) -> None:
        self._path, self._form, self._seconds = path, form, seconds
        self._read: list[Path] = []

    def tell(self, tellings: Sequence[Telling]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for telling in tellings:
            try:
                self._make_folders()
                self._write(telling)
            except OSError as error:
                problem = NotReached(f"the folder cannot be written: {error.strerror or type(error).__name__}")
                return [*outcomes, *([problem] * (len(tellings) - len(outcomes)))]
            outcomes.append(Told())
        return outcomes

    def bring(self) -> list[Said]:
        said: list[Said] = []
        self._read = []
        for file in self._waiting():
            try:
                said += read_statuses(file.name, _plain(file))
            except ValueError as error:
                self._refuse(file, str(error))
            except OSError as error:
                log.warning("%s cannot be read: %s", file.name, error)
            else:
                self._read.append(file)
        return said

    def settled(self) -> None:
        for file in self._read:
            self._move(file, "done")
        self._read = []

    def ask(self, codes: Sequence[str]) -> list[Said]:
        """A folder cannot be asked."""
        del codes
        return []

    def keep_report(self, day: int, content: bytes) -> None:
        target = self._path / "reports" / f"doi-soat-{day}.csv"
        try:
            target.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            log.warning("The reconciliation cannot be written into the folder: %s", error)

    def _make_folders(self) -> None:
        for part in _PARTS:
            (self._path / part).mkdir(mode=0o770, parents=True, exist_ok=True)

    def _write(self, telling: Telling) -> None:
        target = self._path / "out" / f"{telling.change.number:012d}-{telling.dossier.code}.{self._form}"
        unfinished = target.with_name(f".{target.name}.part")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660), "wb") as file:
            file.write(_content(telling, self._form))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)

    def _waiting(self) -> list[Path]:
        """What has rested: a file that still grows is left alone."""
        try:
            files = sorted(each for each in (self._path / "in").iterdir() if each.suffix.lower() in _READ)
            looks = [(each, each.lstat()) for each in files]
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                log.warning("The folder of the city's system cannot be read: %s", error)
            return []
        good = list[Path]()
        for file, look in looks:
            if self._seconds() - look.st_mtime < SETTLE_S:
                continue
            if not stat.S_ISREG(look.st_mode):
                self._refuse(file, "no plain file")
            elif look.st_size > MAX_BYTES:
                self._refuse(file, f"more than {MAX_BYTES} bytes")
            else:
                good.append(file)
        return good[:FILES_AT_ONCE]

    def _refuse(self, file: Path, why: str) -> None:
        log.warning("A status file was refused: %s: %s", file.name, why)
        moved = self._move(file, "refused")
        if moved is None:
            return
        try:
            moved.with_name(f"{moved.name}.txt").write_text(f"{why}\n", encoding="utf-8")
        except OSError as error:
            log.warning("The reason cannot be put beside %s: %s", moved.name, error)

    def _move(self, file: Path, part: str) -> Path | None:
        """Under a name that is free: what was there before stays."""
        target, number = self._path / part / file.name, 1
        while target.exists():
            number += 1
            target = self._path / part / f"{file.stem}-{number}{file.suffix}"
        try:
            target.parent.mkdir(mode=0o770, exist_ok=True)
            os.replace(file, target)
        except OSError as error:
            log.warning("%s cannot be moved: %s", file.name, error)
            return None
        return target


def _plain(file: Path) -> bytes:
    """Raises OSError, ValueError: it became something else since it was looked at."""
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise ValueError("no plain file")
        return opened.read(MAX_BYTES + 1)


def _content(telling: Telling, form: str) -> bytes:
    number = {"SoThuTu": str(telling.change.number), "LoaiThongTin": "moi" if telling.change.is_new else "tien-do"}
    if form == "json":
        whole = number | {"HoSo": dossier_item(telling, {}), "TienDo": progress_item(telling)}
        return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
    plain = {name: value for name, value in dossier_item(telling, {}).items() if isinstance(value, str)}
    text = io.StringIO()
    lines = csv.DictWriter(text, [*number, *plain, "NoiDungXuLy", "NguoiXuLy"])
    lines.writeheader()
    progress = progress_item(telling)
    line = number | plain | {name: progress[name] for name in ("NoiDungXuLy", "NguoiXuLy")}
    lines.writerow({name: guarded(cell) for name, cell in line.items()})
    return text.getvalue().encode()
