"""What citizens may ask: how it stands, and the result. Whoever guesses is counted before anything is looked at.

1. Who guesses at a dossier is stopped, and not its owner: everybody waits only when many guess together.
2. The end of a phone number has only ten thousand forms, so a card has a limit a day, too. Somebody who knows the
   number of a card may use it up; the code and secret of the receipt open the dossier all the same.
"""

import hmac
from dataclasses import dataclass

from kiosk.central.dossiers.papers import papers_of
from kiosk.central.dossiers.parts import Office, names, read
from kiosk.central.dossiers.showing import Beside, status
from kiosk.central.ports import Transaction
from kiosk.central.sealing import Seal
from kiosk.dossier.code import read_code, read_secret
from kiosk.wire.dossier_api import DossierStatus, FetchResult, LookUp, LookUpReply, PaperInfo

TRIES_PER_CODE = 10  #: of one kiosk in ``WINDOW_MIN``
TRIES_PER_CODE_OF_ALL = 100  #: a secret has 86 million forms
TRIES_PER_PERSON = 10  #: of all in ``WINDOW_MIN``
WRONG_PER_PERSON_A_DAY = 30
TRIES_PER_KIOSK = 60
WINDOW_MIN = 10
_KEPT_MIN = 60
_FOUND_LIMIT = 5
_NO_SECRET = "0" * 64
_DAY_MIN = 24 * 60


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
        if _is_by_card(asked):
            statuses = self._of_person(tx, asked, now_ms)
            if statuses:
                tx.run("dossiers.forgive_tries", who=self._day_of_person(asked))
            return LookUpReply(found=statuses)
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
        minute, kiosk = now_ms // 60_000, f"{office.code} {asked.kiosk}"
        limits = [(f"kiosk {kiosk}", TRIES_PER_KIOSK)]
        if _is_by_card(asked):
            limits.append((f"dossier {self.seal.hash('tries', asked.personal_id)}", TRIES_PER_PERSON))
        else:
            code = read_code(asked.code)
            what = f"dossier {code.text if code else self.seal.hash('tries', asked.code)}"
            limits += [(what, TRIES_PER_CODE_OF_ALL), (f"{what} {kiosk}", TRIES_PER_CODE)]
        over = [_count(tx, who, minute, minute - WINDOW_MIN) > limit for who, limit in limits]
        tx.run("dossiers.forget_tries", before=minute - _KEPT_MIN)
        if any(over):
            return WINDOW_MIN * 60
        return self._wait_a_day_s(tx, asked, minute) if _is_by_card(asked) else 0

    def _wait_a_day_s(self, tx: Transaction, asked: LookUp, minute: int) -> int:
        """Counted under the last minute of the day, which is forgotten after it."""
        last = minute // _DAY_MIN * _DAY_MIN + _DAY_MIN - 1
        tries = _count(tx, self._day_of_person(asked), last, last - 1)
        return (last - minute + 1) * 60 if tries > WRONG_PER_PERSON_A_DAY else 0

    def _day_of_person(self, asked: LookUp) -> str:
        return f"day {self.seal.hash('tries', asked.personal_id)}"


def _is_by_card(asked: LookUp) -> bool:
    return bool(asked.personal_id and asked.phone_end)


def _count(tx: Transaction, who: str, minute: int, since: int) -> int:
    """How many, this one included."""
    tx.run("dossiers.count_try", who=who, minute=minute)
    return int(tx.rows("dossiers.tries", who=who, since=since)[0][0])
