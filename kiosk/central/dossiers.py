"""Dossiers of the city: taken in once, acted on by officers, looked up by citizens.

1. What is personal is sealed before it reaches the database.
2. A look-up costs the same whether there is such a dossier or not, and is counted per kiosk and per code.
3. An officer opens what his centre received or handles, and nothing else.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from kiosk.central.ports import Transaction
from kiosk.central.sealing import Seal
from kiosk.dossier.code import read_code, read_secret
from kiosk.dossier.deadline import TimeLimit, WorkCalendar
from kiosk.dossier.dossier import Act, Deed, Dossier, NotAllowed, allowed, carry_out, late, submitted
from kiosk.dossier.status import CLOCK_STANDS, PLAIN_WORDS, Status
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import (
    ActOn,
    Applicant,
    DossierReply,
    DossierStatus,
    HistoryLine,
    LookUp,
    LookUpReply,
    Stored,
    Submission,
    WorkLine,
    WorkListReply,
)
from kiosk.words import Words

TRIES_PER_CODE = 10  #: in ``WINDOW_MIN``; a secret has 86 million forms
TRIES_PER_KIOSK = 60
WINDOW_MIN = 10
_KEPT_MIN = 60
_FOUND_LIMIT = 5
_WORK_LIMIT = 500
_NO_SECRET = "0" * 64


class _Sealed(msgspec.Struct, frozen=True):
    applicant: Applicant
    answers: dict[str, str]
    consents: list[str]
    ticket: str


@dataclass(frozen=True, slots=True)
class OtherContent:
    """The code is taken by another submission."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """There is no such dossier, or it is not this centre's business."""


@dataclass(frozen=True, slots=True)
class Office:
    """``centre``: central's number of it; ``code``: what it is called by."""

    centre: int
    code: str


@dataclass(frozen=True, slots=True)
class Dossiers:
    seal: Seal
    calendar: WorkCalendar

    def submit(self, tx: Transaction, office: Office, given: Submission, now_ms: int) -> Stored | OtherContent:
        """Stored, or found stored already."""
        digest = hashlib.sha256(msgspec.json.encode(given)).hexdigest()
        limit = None if given.limit_days is None else TimeLimit(given.limit_days, given.limit_in_working_days)
        new = Dossier(given.code, given.procedure, office.code, given.handled_by, limit)
        dossier = submitted(new, min(given.submitted_ms, now_ms))
        person, phone = given.applicant.personal_id, given.applicant.phone
        content = _Sealed(given.applicant, given.answers, given.consents, given.ticket)
        stored = tx.rows(
            "dossiers.put",
            **_columns(dossier),
            centre=office.centre,
            handled_by=given.handled_by,
            procedure=given.procedure,
            submitted_ms=dossier.submitted_ms,
            digest=self.seal.hash("digest", digest),
            secret_hash=self.seal.hash("secret", given.code, given.secret),
            person_hash=self.seal.hash("person", person) if person else "",
            phone_hash=self.seal.hash("phone", person, phone[-4:]) if person and phone else "",
            sealed=self.seal.close(given.code, msgspec.json.encode(content)),
        )
        if stored:
            return Stored(code=given.code, revision=dossier.revision)
        known, state = tx.rows("dossiers.digest", code=given.code)[0]
        if known != self.seal.hash("digest", digest):
            return OtherContent()
        return Stored(code=given.code, revision=_read(state).revision)

    def open(self, tx: Transaction, office: Office, code: str, now_ms: int) -> DossierReply | Unknown:
        found = tx.rows("dossiers.open", code=code)
        if not found or not _may(office, found[0]):
            return Unknown()
        return self._reply(_read(found[0][0]), found[0][3], now_ms)

    def act(self, tx: Transaction, office: Office, wanted: ActOn, now_ms: int) -> DossierReply | NotAllowed | Unknown:
        found = tx.rows("dossiers.open_for_change", code=wanted.code)
        if not found or not _may(office, found[0]):
            return Unknown()
        deed = Deed(Act(wanted.act), wanted.seen, wanted.by, now_ms, wanted.note)
        changed = carry_out(_read(found[0][0]), deed, self.calendar)
        if isinstance(changed, NotAllowed):
            return changed
        tx.run("dossiers.change", **_columns(changed))
        return self._reply(changed, found[0][3], now_ms)

    def work_list(self, tx: Transaction, office: Office, now_ms: int) -> WorkListReply:
        here = tx.rows("dossiers.work_here", centre=office.centre, limit=_WORK_LIMIT)
        sent = tx.rows("dossiers.work_from_elsewhere", handled_by=office.code, centre=office.centre, limit=_WORK_LIMIT)
        dossiers = [_read(row[0]) for row in (*here, *sent)]
        dossiers.sort(key=lambda each: (each.due_ms is None, each.due_ms or each.submitted_ms))
        return WorkListReply(lines=[_work_line(each, now_ms) for each in dossiers])

    def look_up(self, tx: Transaction, office: Office, asked: LookUp, now_ms: int) -> LookUpReply:
        """By code and secret, else by card and phone."""
        wait_s = self._wait_s(tx, office, asked, now_ms)
        if wait_s:
            return LookUpReply(found=[], wait_s=wait_s)
        if asked.personal_id and asked.phone_end:
            phone_hash = self.seal.hash("phone", asked.personal_id, asked.phone_end)
            rows = tx.rows("dossiers.by_person", phone_hash=phone_hash, limit=_FOUND_LIMIT)
            return LookUpReply(found=[_status(_read(row[0]), now_ms) for row in rows])
        code, secret = read_code(asked.code), read_secret(asked.secret) or ""
        known = code.text if code else ""
        rows = tx.rows("dossiers.by_code", code=known)
        expected, state = rows[0] if rows else (_NO_SECRET, "")
        fits = hmac.compare_digest(expected, self.seal.hash("secret", known, secret))
        return LookUpReply(found=[_status(_read(state), now_ms)] if fits else [])

    def _wait_s(self, tx: Transaction, office: Office, asked: LookUp, now_ms: int) -> int:
        """0, or how long who asked too often must wait. Counted before anything is looked at."""
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

    def _reply(self, dossier: Dossier, sealed: bytes, now_ms: int) -> DossierReply:
        content = msgspec.json.decode(self.seal.open(dossier.code, bytes(sealed)), type=_Sealed)
        return DossierReply(
            status=_status(dossier, now_ms, for_staff=True),
            revision=dossier.revision,
            acts=[act.value for act in allowed(dossier)],
            applicant=content.applicant,
            answers=content.answers,
            ticket=content.ticket,
        )


def _may(office: Office, row: Sequence[object]) -> bool:
    return row[1] == office.centre or row[2] == office.code


def _columns(dossier: Dossier) -> dict[str, object]:
    return {
        "code": dossier.code,
        "status": dossier.status.value,
        "due_ms": dossier.due_ms,
        "ended_ms": dossier.ended_ms if dossier.status is not Status.DONE else None,  # it still waits to be fetched
        "state": msgspec.json.encode(dossier).decode(),
    }


def _read(state: str) -> Dossier:
    return msgspec.json.decode(state, type=Dossier)


def _work_line(dossier: Dossier, now_ms: int) -> WorkLine:
    return WorkLine(
        code=dossier.code,
        procedure=dossier.procedure,
        status=dossier.status.value,
        due_ms=dossier.due_ms,
        submitted_ms=dossier.submitted_ms,
        late=late(dossier, now_ms),
    )


def _status(dossier: Dossier, now_ms: int, *, for_staff: bool = False) -> DossierStatus:
    history = [
        HistoryLine(
            at_ms=line.at_ms,
            status=line.status.value,
            words=_text(PLAIN_WORDS[line.status]),
            note=line.note,
            by=line.by if for_staff else "",
        )
        for line in dossier.history
    ]
    return DossierStatus(
        code=dossier.code,
        procedure=dossier.procedure,
        status=dossier.status.value,
        words=_text(PLAIN_WORDS[dossier.status]),
        next_step=_text(_next_step(dossier)),
        due_ms=dossier.due_ms,
        why_due=[_text(words) for words in dossier.why_due],
        late=late(dossier, now_ms),
        history=history,
    )


def _text(words: Words) -> Text:
    return Text(vi=words.vi, en=words.en)


def _next_step(dossier: Dossier) -> Words:
    if dossier.status in CLOCK_STANDS:
        return _YOURS[dossier.status]
    return _OURS.get(dossier.status, Words("", ""))


_YOURS = {
    Status.SUPPLEMENT_ASKED: Words(
        "Mời quý vị mang giấy tờ còn thiếu đến trung tâm.", "Please bring the missing papers to the centre."
    ),
    Status.PAYMENT_ASKED: Words("Mời quý vị nộp phí tại trung tâm.", "Please pay the fee at the centre."),
}
_OURS = {
    Status.REGISTERED: Words(
        "Cán bộ sẽ kiểm tra giấy tờ. Quý vị chưa cần làm gì.",
        "An officer will check the papers. Nothing for you to do.",
    ),
    Status.ACCEPTED: Words("Cán bộ đang giải quyết. Quý vị chưa cần làm gì.", "It is being handled. Nothing to do."),
    Status.IN_PROGRESS: Words("Cán bộ đang giải quyết. Quý vị chưa cần làm gì.", "It is being handled. Nothing to do."),
    Status.WITHDRAWAL_ASKED: Words("Cán bộ sẽ trả lời quý vị.", "An officer will answer you."),
    Status.DONE: Words(
        "Mời quý vị đến nhận kết quả, mang theo giấy tiếp nhận và căn cước.",
        "Please collect the result; bring the receipt and your ID card.",
    ),
    Status.REFUSED: Words("Mời quý vị xem lý do bên dưới.", "Please read the reason below."),
    Status.STOPPED: Words("Mời quý vị xem lý do bên dưới.", "Please read the reason below."),
}
