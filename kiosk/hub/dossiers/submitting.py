"""Submit: the draft becomes a dossier with a code, on its way to central.

1. What is personal is sealed in one file before the transaction that gives the code; the row names only the draft.
   Cut off before it, the draft is as it was; after it, the dossier is complete and is sent.
2. A draft is submitted once: asked again, whoever asks gets the same receipt.
3. The receipt stands sealed until the citizen leaves or the day is over; the files until central has them.
4. A code that central has for another dossier is exchanged for a new one, unless somebody has it in hand: then only a
   supervisor does that, who gives the new receipt.
"""

import dataclasses
import logging
import secrets
import threading
from collections.abc import Sequence

import msgspec

from kiosk.clock import Clock, local
from kiosk.dossier.code import make_code, make_secret
from kiosk.dossier.form import check_all
from kiosk.hub.dossiers.acting import Acted, note_acted
from kiosk.hub.dossiers.draft import Draft, Part
from kiosk.hub.dossiers.drafting import Drafts
from kiosk.hub.dossiers.forms import CONSENTS, EMAIL, SMS
from kiosk.hub.dossiers.ports import SubmissionBook, SubmissionLedger, Submitted
from kiosk.hub.dossiers.shelf import DraftGone
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.papers.vault import PaperLost, VaultFull
from kiosk.queueing.model import TicketId
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import Applicant, Contact, PaperDeclared, Submission
from kiosk.wire.dossier_api import Way as SentWay
from kiosk.wire.events import DossierRenumbered, DossierSubmitted
from kiosk.wire.submission_api import Receipt, ReceiptPaper, SubmitDraft, Way

log = logging.getLogger(__name__)

#: Fields of the applicant block that central knows by name; everything else is an answer.
_APPLICANT = {
    "full_name": "full_name",
    "personal_id": "personal_id",
    "born": "birth",
    "address": "address",
    "phone": "phone",
    "email": "email",
}
_SENT_WAY: dict[Way, SentWay] = {"camera": "kiosk", "scanner": "kiosk", "phone": "phone"}
_RECEIPT_H = 24


class PaperToSend(msgspec.Struct, frozen=True):
    declared: PaperDeclared
    file: str  #: in the vault; "" when there is none
    size: int
    way: Way


class Outgoing(msgspec.Struct, frozen=True):
    """All of a submission but what the row knows. ``kiosk``: where it was made; ``code`` "": not given yet."""

    kiosk: str
    submission: Submission
    papers: tuple[PaperToSend, ...]
    receipt: Receipt

    def files(self) -> tuple[PaperToSend, ...]:
        return tuple(paper for paper in self.papers if paper.file)


class _KeptReceipt(msgspec.Struct, frozen=True):
    kiosk: str
    receipt: Receipt


_OUTGOING = "-outgoing"


def outgoing_name(draft: str) -> str:
    return draft + _OUTGOING


def receipt_name(draft: str) -> str:
    return f"{draft}-receipt"


class Submitting:
    """Every method blocks. ``wake``: of whoever sends to central; ``await_s``: how long the citizen waits for it."""

    def __init__(self, drafts: Drafts, ledger: SubmissionLedger, centre: Centre, clock: Clock) -> None:
        self._drafts, self.ledger, self._centre, self._clock = drafts, ledger, centre, clock
        self._one_at_a_time = threading.Lock()
        self._renumbered: dict[str, str] = {}  #: draft by the code before, for a button that is pressed twice

    def recover(self) -> None:
        """At the start: a submission is a submission, whatever was cut off behind it or became of the database."""
        self._bring_back_lost_rows()
        kept, ended = list[str](), list[str]()
        for row in self.ledger.all():
            ended.append(row.draft)
            kept.append(receipt_name(row.draft))
            outgoing = self._outgoing(row.draft)
            if outgoing is not None and not row.done:
                kept += [outgoing_name(row.draft), *(paper.file for paper in outgoing.files())]
        self._drafts.shelf.sweep(kept, ended)

    def _bring_back_lost_rows(self) -> None:
        """Of a database that was lost. A sealed submission without a code was never given one: its draft is there."""
        known = {row.draft for row in self.ledger.all()}
        for name in self._drafts.shelf.vault.names():
            draft = name.removesuffix(_OUTGOING)
            if draft == name or draft in known:
                continue
            outgoing = self._outgoing(draft)
            if outgoing is not None and outgoing.submission.code != _NO_CODE:
                self.ledger.bring_back(draft, outgoing.submission.code, outgoing.submission.submitted_ms)
                log.warning("A submission was found that the database did not know; it is sent")

    def submit(self, kiosk: str, draft: str, asked: SubmitDraft) -> Receipt | Refused:
        with self._one_at_a_time:
            known = self.ledger.of_draft(draft)
            if known is not None:
                return self._again(kiosk, known)
            found = self._drafts.begin_sending(kiosk, draft)
            try:
                return self._hand_in(found, asked.consents)
            finally:
                self._drafts.end_sending(draft)

    def _hand_in(self, draft: Draft, consents: Sequence[str]) -> Receipt | Refused:
        """What came in until now is in it; what comes from now on is told that it is too late."""
        outgoing = self._outgoing_of(draft, consents)
        if isinstance(outgoing, Refused):
            return outgoing
        given = self._take(draft, outgoing)
        if isinstance(given, Refused):
            return given
        self._drafts.note_sent(draft)
        kept = frozenset({outgoing_name(draft.id), *(paper.file for paper in outgoing.files())})
        self._drafts.wipe(draft.id, kept)
        return given

    def receive(
        self, draft: Draft, answers: dict[str, str], consents: list[str], papers: tuple[PaperToSend, ...], counter: str
    ) -> Receipt | Refused:
        """What an officer took in at ``counter``; its draft was never on the disk."""
        with self._one_at_a_time:
            known = self.ledger.of_draft(draft.id)
            if known is not None:
                return self._again(draft.kiosk, known)
            if not self._drafts.forms.is_open:
                return Refused(Why.CANNOT_SUBMIT, _NO_AGENCY)
            return self._take(draft, self._composed(draft, answers, consents, papers), counter)

    def _take(self, draft: Draft, outgoing: Outgoing, counter: str | None = None) -> Receipt | Refused:
        """``counter``: where an officer took it in."""
        self._put(outgoing_name(draft.id), outgoing)
        submitted = self.ledger.submit(lambda book, rows: self._store(book, rows, draft, counter))
        if isinstance(submitted, Refused):
            return submitted
        self._note_code(draft.id, outgoing, submitted.code)
        return self._receipt(outgoing, submitted)

    def _note_code(self, draft: str, outgoing: Outgoing, code: str) -> None:
        """So that it can be sent even if the database is lost before."""
        try:
            self._put(outgoing_name(draft), _with_code(outgoing, code))
        except VaultFull:
            log.warning("There is no space for a second note of a code; the database has it")

    def renumber(self, row: Submitted, *, by_staff: bool = False) -> bool:
        """Whether it has another code now and can be sent again. Raises PaperLost."""
        outgoing, now_ms = self._read(row.draft), self._clock.now_ms()

        def change(book: TicketBook, rows: SubmissionBook) -> str | Refused:
            code = self._next_code(book, rows)
            if isinstance(code, Refused):
                return code
            if not rows.renumber(row, code, by_staff=by_staff):
                return Refused(Why.CHANGED_SINCE)
            book.record(DossierRenumbered(code=code, before=row.code), now_ms)
            return code

        code = self.ledger.submit(change)
        if isinstance(code, Refused):
            return False
        log.warning("Another dossier has the code %s: %s was given instead", row.code, code)
        self._note_code(row.draft, outgoing, code)
        return True

    def renumber_kept(self, code: str) -> Receipt | Refused:
        """A supervisor gives another code to a dossier that central does not take with this one: the new receipt.

        Asked again, whoever asks gets the same one.
        """
        with self._one_at_a_time:
            draft = self._renumbered.get(code)
            row = next((each for each in self.ledger.unsent() if each.code == code and each.trouble in TAKEN), None)
            if row is not None and self._drafts.forms.is_open and self.renumber(row, by_staff=True):
                draft = self._renumbered[code] = row.draft
            now = self.ledger.of_draft(draft) if draft is not None else None
            kept = self._kept_receipt(now) if now is not None else None
        return kept.receipt if kept is not None else Refused(Why.CHANGED_SINCE, _NOT_RENUMBERED)

    def receipt(self, kiosk: str, draft: str) -> Receipt | Refused:
        """As things stand now, for somebody who gets the code with it. Raises DraftGone."""
        self.ledger.note_shown(draft)
        known = self.ledger.of_draft(draft)
        if known is None:
            raise DraftGone(draft)
        return self._again(kiosk, known)

    def outgoing(self, row: Submitted) -> Outgoing:
        """With its code. Raises PaperLost when it cannot be read any more."""
        return _with_code(self._read(row.draft), row.code)

    def finish(self, row: Submitted, outgoing: Outgoing) -> None:
        """Central has everything: only the receipt stays, until nobody can ask for it any more."""
        sent = dataclasses.replace(row, acked=True)
        self._put(receipt_name(row.draft), _KeptReceipt(outgoing.kiosk, self._receipt(outgoing, sent)))
        self.ledger.note_done(row.number, self._clock.now_ms())
        self._drafts.shelf.wipe(row.draft, {receipt_name(row.draft)})

    def leave(self, kiosk: str, draft: str) -> None:
        """The citizen has the receipt in hand. What central does not have yet stays. Raises DraftGone."""
        row = self.ledger.of_draft(draft)
        if row is None or isinstance(self._again(kiosk, row), Refused):
            raise DraftGone(draft)
        if row.done:
            self._forget(row)

    def forget_old(self) -> None:
        before_ms = self._clock.now_ms() - _RECEIPT_H * 3_600_000
        for row in self.ledger.all():
            if row.done and row.submitted_ms < before_ms:
                self._forget(row)

    def _forget(self, row: Submitted) -> None:
        self._drafts.shelf.wipe(row.draft)
        self.ledger.forget(row.draft)

    def _store(self, book: TicketBook, rows: SubmissionBook, draft: Draft, counter: str | None) -> Submitted | Refused:
        now_ms, code = self._clock.now_ms(), self._next_code(book, rows)
        if isinstance(code, Refused):
            return code
        stored = rows.add(draft.id, code, now_ms)
        event = DossierSubmitted(code=code, procedure=draft.procedure, kiosk=draft.kiosk, visit=draft.ticket or 0)
        book.record(event, now_ms)
        if counter is not None:
            note_acted(book, rows, Acted(code, draft.procedure, "receive", counter, event.visit), now_ms)
        elif event.visit:
            rows.note_visit(code, event.visit)
        return stored

    def _next_code(self, book: TicketBook, rows: SubmissionBook) -> str | Refused:
        day = book.day()
        try:
            return make_code(self._centre.config.dossiers.agency, day, rows.next_serial(day)).text
        except ValueError:
            return Refused(Why.NUMBERS_USED_UP)

    def _outgoing_of(self, draft: Draft, consents: Sequence[str]) -> Outgoing | Refused:
        if not self._drafts.forms.can_submit(draft.procedure):
            return Refused(Why.CANNOT_SUBMIT)
        if any(each.required and each.id not in consents for each in CONSENTS):
            return Refused(Why.CONSENT_MISSING)
        fields, now_ms = self._drafts.forms.fields(draft.procedure), self._clock.now_ms()
        answers, wrong = check_all(fields, draft.answers, local(now_ms).date())
        if wrong or not self._drafts.forms.is_handler(draft.handled_by):
            return Refused(Why.ANSWERS_WRONG, detail=", ".join(each.field for each in wrong))
        papers = self._papers(draft)
        if isinstance(papers, Refused):
            return papers
        return self._composed(draft, answers, [each for each in consents if each in _KNOWN], papers)

    def _papers(self, draft: Draft) -> tuple[PaperToSend, ...] | Refused:
        papers = list[PaperToSend]()
        for wanted in self._drafts.forms.papers(draft.procedure):
            paper = draft.papers.get(wanted.id)
            if paper is None:
                papers.append(_to_send(wanted.id, wanted.name, "counter", None))
                continue
            if paper.waiting or paper.needs_joining():
                return Refused(Why.STILL_WORKING)
            made = paper.finished()
            if made is None and paper.way != "counter":
                if wanted.required:
                    return Refused(Why.PAPERS_MISSING, detail=wanted.id)
                continue
            papers.append(_to_send(wanted.id, wanted.name, paper.way, made))
        return tuple(papers)

    def _composed(
        self, draft: Draft, answers: dict[str, str], consents: list[str], papers: tuple[PaperToSend, ...]
    ) -> Outgoing:
        now_ms, secret = self._clock.now_ms(), make_secret(secrets.token_bytes(16))
        limit = self._drafts.forms.limit(draft.procedure)
        until = self._drafts.forms.due_if(draft.procedure, now_ms)
        applicant = Applicant(**{ours: answers.get(field, "") for field, ours in _APPLICANT.items()})
        submission = Submission(
            code=_NO_CODE,
            secret=secret,
            procedure=draft.procedure,
            handled_by=draft.handled_by,
            submitted_ms=now_ms,
            applicant=applicant,
            answers={field: text for field, text in answers.items() if field not in _APPLICANT and text},
            consents=consents,
            limit_days=limit.days if limit else None,
            limit_in_working_days=limit.in_working_days if limit else True,
            ticket=self._ticket_label(draft),
            contact=Contact(sms=SMS in consents, email=EMAIL in consents, language=draft.language),
            papers=[paper.declared for paper in papers],
        )
        receipt = Receipt(
            code=_NO_CODE,
            secret=secret,
            procedure=self._drafts.forms.name(draft.procedure),
            submitted_ms=now_ms,
            due_ms=until.due_ms,
            why_due=until.why,
            papers=self._on_receipt(draft, papers),
            kept="kept",
            look_up_url="",
            centre=self._centre.config.centre.name,
        )
        return Outgoing(draft.kiosk, submission, papers, receipt)

    def _on_receipt(self, draft: Draft, papers: tuple[PaperToSend, ...]) -> list[ReceiptPaper]:
        """In the words that the citizen read."""
        said = {each.id: each.words for each in self._drafts.forms.papers(draft.procedure)}
        names = [
            (paper, said.get(paper.declared.paper) or Text(vi=paper.declared.name, en=paper.declared.name))
            for paper in papers
        ]
        return [
            ReceiptPaper(name=name.en if draft.language == "en" else name.vi, way=paper.way) for paper, name in names
        ]

    def _ticket_label(self, draft: Draft) -> str:
        if draft.ticket is None:
            return ""
        number = TicketId(draft.ticket)
        ticket = self.ledger.submit(lambda book, _rows: book.ticket(number))
        return ticket.label if ticket else ""

    def _again(self, kiosk: str, row: Submitted) -> Receipt | Refused:
        kept = self._kept_receipt(row)
        return kept.receipt if kept is not None and kept.kiosk == kiosk else Refused(Why.UNKNOWN_DRAFT)

    def _kept_receipt(self, row: Submitted) -> _KeptReceipt | None:
        """None when it cannot be read any more."""
        outgoing = self._outgoing(row.draft)
        if outgoing is not None:
            return _KeptReceipt(outgoing.kiosk, self._receipt(outgoing, row))
        try:
            return msgspec.msgpack.decode(self._drafts.shelf.vault.read(receipt_name(row.draft)), type=_KeptReceipt)
        except PaperLost:
            return None

    def _receipt(self, outgoing: Outgoing, row: Submitted) -> Receipt:
        """The secret stands in the fragment: no server and no log ever sees it."""
        secret = outgoing.receipt.secret
        return msgspec.structs.replace(
            outgoing.receipt,
            code=row.code,
            kept="sent" if row.acked else "kept",
            look_up_url=f"{self._centre.public_url}/d#{row.code}.{secret}",
        )

    def _outgoing(self, draft: str) -> Outgoing | None:
        try:
            return self._read(draft)
        except PaperLost:
            return None

    def _read(self, draft: str) -> Outgoing:
        return msgspec.msgpack.decode(self._drafts.shelf.vault.read(outgoing_name(draft)), type=Outgoing)

    def _put(self, name: str, content: msgspec.Struct) -> None:
        self._drafts.shelf.vault.put(name, msgspec.msgpack.encode(content))


TAKEN = frozenset({"code_taken", "agency_taken"})  #: central's words: another dossier, another centre has it
_NO_AGENCY = Text(
    vi="Trung tâm chưa có mã cơ quan của mình nên chưa cấp được mã hồ sơ. Hãy báo trưởng quầy.",
    en="This centre has no agency code of its own, so no dossier gets a code. Please tell the supervisor.",
)
_NOT_RENUMBERED = Text(
    vi="Chưa cấp được mã mới: hồ sơ đã gửi xong, hoặc trung tâm chưa có mã cơ quan của mình.",
    en="No new code was given: it has been sent meanwhile, or this centre has no agency code of its own yet.",
)
_KNOWN = frozenset(each.id for each in CONSENTS)
_NO_CODE = "-" * 8  #: until the transaction gives one


def _with_code(outgoing: Outgoing, code: str) -> Outgoing:
    return msgspec.structs.replace(outgoing, submission=msgspec.structs.replace(outgoing.submission, code=code))


def _to_send(paper: str, name: str, way: Way, made: Part | None) -> PaperToSend:
    declared = PaperDeclared(
        paper=paper,
        name=name[:300],
        way=_SENT_WAY.get(way, "counter"),
        pages=made.pages if made else 0,
        sha256=made.sha256 if made else "",
    )
    return PaperToSend(declared, made.file if made else "", made.size if made else 0, way if made else "counter")
