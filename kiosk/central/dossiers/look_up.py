"""What citizens may ask: how it stands, and the result. Whoever guesses is counted before anything is looked at."""

import hmac
from dataclasses import dataclass

from kiosk.central.dossiers.papers import papers_of
from kiosk.central.dossiers.parts import Office, names, read
from kiosk.central.dossiers.showing import Beside, status
from kiosk.central.ports import Transaction
from kiosk.central.sealing import Seal
from kiosk.dossier.code import read_code, read_secret
from kiosk.wire.dossier_api import DossierStatus, FetchResult, LookUp, LookUpReply, PaperInfo

TRIES_PER_CODE = 10  #: in ``WINDOW_MIN``; a secret has 86 million forms
TRIES_PER_KIOSK = 60
WINDOW_MIN = 10
_KEPT_MIN = 60
_FOUND_LIMIT = 5
_NO_SECRET = "0" * 64


@dataclass(frozen=True, slots=True)
class WaitBefore:
    """Asked too often."""

    wait_s: int


@dataclass(frozen=True, slots=True)
class Result:
    """What names its file."""

    code: str
    paper: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LookUps:
    seal: Seal

    def look_up(self, tx: Transaction, office: Office, asked: LookUp, now_ms: int) -> LookUpReply:
        """By code and secret, else by card and phone."""
        if wait_s := self._wait_s(tx, office, asked, now_ms):
            return LookUpReply(found=[], wait_s=wait_s)
        if asked.personal_id and asked.phone_end:
            return LookUpReply(found=self._of_person(tx, asked, now_ms))
        found = self._by_code(tx, asked.code, asked.secret, now_ms)
        return LookUpReply(found=[] if found is None else [found[0]])

    def result(self, tx: Transaction, office: Office, asked: FetchResult, now_ms: int) -> Result | WaitBefore | None:
        """The paper, if this citizen may have it; None alike for all that does not fit."""
        as_look_up = LookUp(kiosk=asked.kiosk, code=asked.code, secret=asked.secret)
        if wait_s := self._wait_s(tx, office, as_look_up, now_ms):
            return WaitBefore(wait_s)
        found = self._by_code(tx, asked.code, asked.secret, now_ms)
        if found is None or all(each.paper != asked.paper for each in found[0].results):
            return None
        sha256 = next(paper.sha256 for paper in found[1] if paper.paper == asked.paper)
        return Result(found[0].code, asked.paper, sha256)

    def _by_code(
        self, tx: Transaction, typed: str, typed_secret: str, now_ms: int
    ) -> tuple[DossierStatus, list[PaperInfo]] | None:
        code, secret = read_code(typed), read_secret(typed_secret) or ""
        known = code.text if code else ""
        rows, papers = tx.rows("dossiers.by_code", code=known), papers_of(tx, known)
        expected = rows[0][0] if rows else _NO_SECRET
        if not hmac.compare_digest(expected, self.seal.hash("secret", known, secret)):
            return None
        dossier = read(rows[0][1])
        return status(dossier, Beside(*names(dossier, rows[0][2:6]), papers), now_ms), papers

    def _of_person(self, tx: Transaction, asked: LookUp, now_ms: int) -> list[DossierStatus]:
        phone_hash = self.seal.hash("phone", asked.personal_id, asked.phone_end)
        found = []
        for code, state, *centres in tx.rows("dossiers.by_person", phone_hash=phone_hash, limit=_FOUND_LIMIT):
            dossier = read(state)
            found.append(status(dossier, Beside(*names(dossier, centres), papers_of(tx, code)), now_ms))
        return found

    def _wait_s(self, tx: Transaction, office: Office, asked: LookUp, now_ms: int) -> int:
        """0, or how long who asked too often must wait."""
        minute = now_ms // 60_000
        code = read_code(asked.code)
        what = code.text if code else self.seal.hash("tries", asked.personal_id or asked.code)
        limits = ((f"kiosk {office.code} {asked.kiosk}", TRIES_PER_KIOSK), (f"dossier {what}", TRIES_PER_CODE))
        over = False
        for who, limit in limits:
            tx.run("dossiers.count_try", who=who, minute=minute)
            over = over or tx.rows("dossiers.tries", who=who, since=minute - WINDOW_MIN)[0][0] > limit
        tx.run("dossiers.forget_tries", before=minute - _KEPT_MIN)
        return WINDOW_MIN * 60 if over else 0
