"""What hubs send in and what officers do with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from kiosk.central.dossiers.agencies import other_owner
from kiosk.central.dossiers.papers import add_declared, check_paper, papers_of
from kiosk.central.dossiers.parts import Found, Office, Sealed, Unknown, columns, find, note_change, read
from kiosk.central.dossiers.showing import reply, unsealed, work_line
from kiosk.central.ports import Transaction
from kiosk.central.sealing import Seal
from kiosk.dossier.code import read_code
from kiosk.dossier.deadline import Due, TimeLimit, WorkCalendar, due
from kiosk.dossier.dossier import CHANGED_MEANWHILE, Act, Deed, Dossier, NotAllowed, apologise, carry_out, submitted
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import (
    ActOn,
    Apologise,
    CheckPaper,
    DossierReply,
    FindDossiers,
    Stored,
    Submission,
    WorkLine,
    WorkListReply,
)
from kiosk.words import Words

_WORK_LIMIT = 500
_OF_PERSON_LIMIT = 20


@dataclass(frozen=True, slots=True)
class OtherContent:
    """The code is taken by another submission."""


@dataclass(frozen=True, slots=True)
class OtherAgency:
    """The code begins with what belongs to another centre."""

    owner: Text


@dataclass(frozen=True, slots=True)
class Dossiers:
    seal: Seal
    calendar: WorkCalendar

    def submit(
        self, tx: Transaction, office: Office, given: Submission, now_ms: int
    ) -> Stored | OtherContent | OtherAgency:
        """Stored, or found stored already."""
        code = read_code(given.code)
        if code and (owner := other_owner(tx, office.centre, code.agency)):
            return OtherAgency(owner)
        tx.rows("dossiers.lock_changes")
        digest = self.seal.hash("digest", hashlib.sha256(msgspec.json.encode(given)).hexdigest())
        dossier = self._submitted(office, given, now_ms)
        if tx.rows("dossiers.put", **columns(dossier), **self._found_by(office, given, digest, dossier.submitted_ms)):
            add_declared(tx, given)
            note_change(tx, dossier, "submit")
            return Stored(code=given.code, revision=dossier.revision)
        known, state = tx.rows("dossiers.digest", code=given.code)[0]
        return Stored(code=given.code, revision=read(state).revision) if known == digest else OtherContent()

    def open(self, tx: Transaction, office: Office, code: str, now_ms: int) -> DossierReply | Unknown:
        found = find(tx, office, code)
        return found if isinstance(found, Unknown) else self._reply(tx, found, now_ms)

    def act(self, tx: Transaction, office: Office, wanted: ActOn, now_ms: int) -> DossierReply | NotAllowed | Unknown:
        found = find(tx, office, wanted.code, for_change=True)
        if isinstance(found, Unknown):
            return found
        deed = Deed(Act(wanted.act), wanted.seen, wanted.by, now_ms, wanted.note, wanted.fee_vnd)
        return self._changed(tx, found, carry_out(found.dossier, deed, self.calendar), wanted.act)

    def apologise(
        self, tx: Transaction, office: Office, wanted: Apologise, now_ms: int
    ) -> DossierReply | NotAllowed | Unknown:
        found = find(tx, office, wanted.code, for_change=True)
        if isinstance(found, Unknown):
            return found
        later = self._put_off(found.dossier, wanted.working_days)
        changed = apologise(found.dossier, later, wanted.seen, now_ms, wanted.by, wanted.note)
        return self._changed(tx, found, changed, "apologise")

    def check(
        self, tx: Transaction, office: Office, wanted: CheckPaper, now_ms: int
    ) -> DossierReply | NotAllowed | Unknown:
        """No step of the dossier, so the citizen's time line has no line of it; but the next one must have seen it."""
        found = find(tx, office, wanted.code, for_change=True)
        if isinstance(found, Unknown):
            return found
        if wanted.seen != found.dossier.revision:
            return CHANGED_MEANWHILE
        if not check_paper(tx, wanted, now_ms):
            return Unknown()
        checked = replace(found.dossier, revision=found.dossier.revision + 1)
        tx.run("dossiers.change", **columns(checked))
        return self._reply(tx, replace(found, dossier=checked), now_ms)

    def work_list(self, tx: Transaction, office: Office, now_ms: int) -> WorkListReply:
        here = tx.rows("dossiers.work_here", centre=office.centre, limit=_WORK_LIMIT)
        sent = tx.rows("dossiers.work_from_elsewhere", handled_by=office.code, centre=office.centre, limit=_WORK_LIMIT)
        lines = self._lines((*here, *sent), now_ms)
        lines.sort(key=lambda each: (each.due_ms is None, each.due_ms or each.submitted_ms))
        return WorkListReply(lines=lines)

    def of_person(self, tx: Transaction, office: Office, wanted: FindDossiers, now_ms: int) -> WorkListReply:
        rows = tx.rows(
            "dossiers.of_person",
            person_hash=self.seal.hash("person", wanted.personal_id),
            centre=office.centre,
            handled_by=office.code,
            limit=_OF_PERSON_LIMIT,
        )
        return WorkListReply(lines=self._lines(rows, now_ms))

    def _submitted(self, office: Office, given: Submission, now_ms: int) -> Dossier:
        limit = None if given.limit_days is None else TimeLimit(given.limit_days, given.limit_in_working_days)
        new = Dossier(given.code, given.procedure, office.code, given.handled_by, limit)
        return submitted(new, min(given.submitted_ms, now_ms))

    def _found_by(self, office: Office, given: Submission, digest: str, submitted_ms: int) -> dict[str, Any]:
        """The columns that only a submission sets."""
        seal, person, phone = self.seal, given.applicant.personal_id, given.applicant.phone
        content = Sealed(given.applicant, given.answers, given.consents, given.ticket, given.contact)
        return {
            "centre": office.centre,
            "handled_by": given.handled_by,
            "procedure": given.procedure,
            "submitted_ms": submitted_ms,
            "digest": digest,
            "secret_hash": seal.hash("secret", given.code, given.secret),
            "person_hash": seal.hash("person", person) if person else "",
            "phone_hash": seal.hash("phone", person, phone[-4:]) if person and phone else "",
            "sealed": seal.close(given.code, msgspec.json.encode(content)),
        }

    def _changed(
        self, tx: Transaction, found: Found, changed: Dossier | NotAllowed, act: str
    ) -> DossierReply | NotAllowed:
        if isinstance(changed, NotAllowed):
            return changed
        tx.run("dossiers.change", **columns(changed))
        note_change(tx, changed, act)
        return self._reply(tx, replace(found, dossier=changed), changed.history[-1].at_ms)

    def _put_off(self, dossier: Dossier, working_days: int) -> Due:
        """Counted from the day that was promised; a dossier without one is not put off (``apologise`` says so)."""
        why = Words(f"Gia hạn thêm {working_days} ngày làm việc.", f"Put off by {working_days} working days.")
        if dossier.due_ms is None:
            return Due(0, (why,))
        return replace(due(dossier.due_ms, TimeLimit(working_days), self.calendar), why=(why,))

    def _reply(self, tx: Transaction, found: Found, now_ms: int) -> DossierReply:
        return reply(found, papers_of(tx, found.dossier.code), self.seal, now_ms)

    def _lines(self, rows: Sequence[Sequence[Any]], now_ms: int) -> list[WorkLine]:
        dossiers = [(read(state), sealed) for state, sealed in rows]
        return [work_line(each, unsealed(self.seal, each.code, sealed), now_ms) for each, sealed in dossiers]
