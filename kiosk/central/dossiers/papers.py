"""Papers of a dossier: what was announced, what came, what an officer found; and their files in the vault.

1. A file that was announced fills its place. Any other one is a new version, and changes the dossier: whoever has the
   older one on the screen is told.
2. A result is filed while the dossier is being handled; a dossier that has ended takes nothing new.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.central.dossiers.parts import Office, Unknown, columns, find
from kiosk.central.ports import Transaction
from kiosk.central.sealing import Seal
from kiosk.dossier.dossier import NOT_NOW, Dossier, NotAllowed
from kiosk.dossier.status import ENDED, Status
from kiosk.papers.vault import Vault
from kiosk.wire.dossier_api import CheckPaper, PaperInfo, PaperPut, Stored, Submission

_TAKES_RESULT = frozenset({Status.ACCEPTED, Status.IN_PROGRESS, Status.PAYMENT_ASKED, Status.DONE})


def papers_of(tx: Transaction, code: str) -> list[PaperInfo]:
    """The newest version of each."""
    return [
        PaperInfo(
            paper=paper,
            kind=kind,
            name=name,
            way=way,
            pages=pages,
            sha256=sha256,
            received_ms=received_ms,
            verdict=verdict,
            note=note,
            checked_by=checked_by,
            checked_ms=checked_ms,
        )
        for paper, kind, name, way, pages, sha256, received_ms, verdict, note, checked_by, checked_ms in tx.rows(
            "dossiers.papers", code=code
        )
    ]


def add_declared(tx: Transaction, given: Submission) -> None:
    for paper in given.papers:
        tx.run(
            "dossiers.add_paper",
            code=given.code,
            paper=paper.paper,
            kind="component",
            name=paper.name,
            way=paper.way,
            pages=paper.pages,
            sha256=paper.sha256,
            received_ms=None,
        )


def check_paper(tx: Transaction, wanted: CheckPaper, now_ms: int) -> bool:
    """Whether there is such a paper."""
    return (
        tx.run(
            "dossiers.check_paper",
            code=wanted.code,
            paper=wanted.paper,
            verdict=wanted.verdict,
            note=wanted.note.strip(),
            checked_by=wanted.by,
            checked_ms=now_ms,
        )
        > 0
    )


@dataclass(frozen=True, slots=True)
class File:
    """What is put: its bytes are not here, only what is said of them."""

    about: PaperPut
    sha256: str


def may_put(tx: Transaction, office: Office, file: File) -> Unknown | NotAllowed | None:
    """Before the disk is filled with what will be refused."""
    found = find(tx, office, file.about.code)
    if isinstance(found, Unknown):
        return found
    known = tx.rows("dossiers.paper_with", code=file.about.code, paper=file.about.paper, sha256=file.sha256)
    return None if known or _takes(found.dossier, file.about) else NOT_NOW


def note_put(tx: Transaction, office: Office, file: File, now_ms: int) -> Stored | Unknown | NotAllowed:
    """After its bytes are safe on the disk."""
    found = find(tx, office, file.about.code, for_change=True)
    if isinstance(found, Unknown):
        return found
    about, dossier = file.about, found.dossier
    key = {"code": about.code, "paper": about.paper}
    known = tx.rows("dossiers.paper_with", **key, sha256=file.sha256)
    if known:
        version, received_ms = known[0]
        if received_ms is None:
            tx.run("dossiers.paper_came", **key, version=version, pages=about.pages, received_ms=now_ms)
        return Stored(code=about.code, revision=dossier.revision)
    if not _takes(dossier, about):
        return NOT_NOW
    row = {"kind": about.kind, "name": about.name, "way": about.way, "pages": about.pages, "sha256": file.sha256}
    tx.run("dossiers.add_paper", **key, **row, received_ms=now_ms)
    changed = replace(dossier, revision=dossier.revision + 1)
    tx.run("dossiers.change", **columns(changed))
    return Stored(code=about.code, revision=changed.revision)


def _takes(dossier: Dossier, about: PaperPut) -> bool:
    return dossier.status in _TAKES_RESULT if about.kind == "result" else dossier.status not in ENDED


class PaperFiles:
    """256 vaults, because a million files in one folder are slow to list. Calls take as long as the disk."""

    def __init__(self, folder: Path, seal: Seal) -> None:
        self._folder, self._seal = folder, seal

    def open(self) -> None:
        """Makes the folders. Raises OSError."""
        for number in range(256):
            self._vault(f"{number:02x}").open()

    def put(self, file: File, content: bytes) -> None:
        """Raises VaultFull."""
        name = self._name(file.about.code, file.about.paper, file.sha256)
        self._vault(name).put(name, content)

    def read(self, code: str, paper: str, sha256: str) -> bytes:
        """Raises PaperLost."""
        name = self._name(code, paper, sha256)
        return self._vault(name).read(name)

    def remove(self, code: str, paper: str, sha256: str) -> None:
        """Gone, also when it was gone already. Raises OSError."""
        name = self._name(code, paper, sha256)
        self._vault(name).remove(name)

    def _vault(self, name: str) -> Vault:
        return Vault(self._folder / name[:2], {1: self._seal.paper_key})

    def _name(self, code: str, paper: str, sha256: str) -> str:
        return self._seal.hash("paper", code, paper, sha256)
