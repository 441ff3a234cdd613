"""What a kiosk does with a draft. Every method blocks (disk) and is called in a thread.

Raises DraftGone for a draft that is not there or not this kiosk's, DraftSent for one that is being submitted or was,
VaultFull; then nothing was changed.
"""

import hmac
import secrets
from collections import deque
from pathlib import Path

import msgspec

from kiosk.clock import Clock, local
from kiosk.dossier.form import FormField, check_all
from kiosk.hub.dossiers.ages import DraftAges
from kiosk.hub.dossiers.draft import Draft, Found, PaperDraft, PhoneLink, Waiting, state_of
from kiosk.hub.dossiers.forms import ProcedureForms
from kiosk.hub.dossiers.inbox import Inbox
from kiosk.hub.dossiers.intake import PaperIntake
from kiosk.hub.dossiers.shelf import DraftGone, DraftSent, DraftShelf
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.papers.vault import PaperLost
from kiosk.wire.common import Text
from kiosk.wire.submission_api import (
    DRAFT_LIFE_H,
    RESUME_MIN,
    RESUME_TRIES,
    AdmitPhone,
    AnswersChecked,
    DraftState,
    PutAnswers,
    ResumedDraft,
    ResumeDraft,
    SetWay,
    StartDraft,
    WrongAnswer,
)

PHONE_MIN = 15
_SILENT_MIN = 15  #: a kiosk that shows a draft asks for it all the time
_MAX_DRAFTS = 50
MAX_OF_KIOSK = 5  #: it shows one; the others are those that a crash left
_SENT_LINKS = 200  #: of phones that are still told so
_BAD_WARD = Text(vi="Chọn một phường, xã trong danh sách.", en="Choose a ward of the list.")


class Drafts:
    def __init__(
        self, shelf: DraftShelf, inbox: Inbox, intake: PaperIntake, forms: ProcedureForms, centre: Centre, clock: Clock
    ) -> None:
        self.shelf, self.inbox, self.forms = shelf, inbox, forms
        self._intake, self._centre, self._clock = intake, centre, clock
        self._ages = DraftAges(clock)
        self._sending: set[str] = set()
        self._sent_links: deque[str] = deque(maxlen=_SENT_LINKS)

    def start(self, kiosk: str, asked: StartDraft) -> DraftState | Refused:
        for known in self.shelf.all():
            if known.kiosk == kiosk and known.request_id == asked.request_id:
                return self._state(known)
        if self.forms.form(asked.procedure) is None:
            return Refused(Why.UNKNOWN_PROCEDURE)
        if not self.forms.can_submit(asked.procedure):
            return Refused(Why.CANNOT_SUBMIT)
        self._make_room_for(kiosk)
        if len(self.shelf.all()) >= _MAX_DRAFTS:
            return Refused(Why.BUSY)
        now_ms = self._clock.now_ms()
        draft = Draft(
            id=secrets.token_hex(16),
            kiosk=kiosk,
            request_id=asked.request_id,
            procedure=asked.procedure,
            language=asked.language,
            ticket=asked.ticket,
            made_ms=now_ms,
            touched_ms=now_ms,
            papers={paper.id: PaperDraft() for paper in self.forms.papers(asked.procedure) if not paper.show_only},
        )
        self.shelf.put(draft)
        self._ages.heard(draft)
        return self._state(draft)

    def owned(self, kiosk: str, draft: str) -> Draft:
        found = self.shelf.find(draft)
        if found is None or found.kiosk != kiosk:
            raise DraftGone(draft)
        self._ages.heard(found)
        return found

    def know_ages(self) -> None:
        """Of the drafts that were found at the start."""
        for draft in self.shelf.all():
            self._ages.age_s(draft)

    def begin_sending(self, kiosk: str, draft: str) -> Draft:
        """As it is handed in: from now on nothing is added to it, and who tries is told."""
        self.owned(kiosk, draft)
        with self.shelf.change(draft) as found:
            self._sending.add(draft)
        return found

    def end_sending(self, draft: str) -> None:
        """It was refused, and can be changed again."""
        self._sending.discard(draft)

    def note_sent(self, draft: Draft) -> None:
        if draft.phone is not None:
            self._sent_links.append(draft.phone.token)

    def is_sent_link(self, token: str) -> bool:
        return any([hmac.compare_digest(each.encode(), token.encode()) for each in self._sent_links])

    def _must_be_open(self, draft: Draft) -> None:
        """Inside of a change, so that it cannot be handed in meanwhile."""
        if draft.id in self._sending:
            raise DraftSent(draft.id)

    def _make_room_for(self, kiosk: str) -> None:
        """The draft that was shown longest ago goes: one kiosk does not use up the centre."""
        mine = sorted((each for each in self.shelf.all() if each.kiosk == kiosk), key=self._ages.silent_s)
        for each in mine[MAX_OF_KIOSK - 1 :]:
            if each.id not in self._sending:
                self.wipe(each.id)

    def show(self, kiosk: str, draft: str) -> DraftState:
        return self._state(self.owned(kiosk, draft))

    def put_answers(self, kiosk: str, draft: str, given: PutAnswers) -> AnswersChecked:
        """What was typed is kept as it is, so that it can be shown again; it is checked once more at the end."""
        fields = self.forms.fields(self.owned(kiosk, draft).procedure)
        today = local(self._clock.now_ms()).date()
        _, wrong = check_all(fields, given.answers, today)
        answers = [WrongAnswer(field=each.field, words=Text(vi=each.words.vi, en=each.words.en)) for each in wrong]
        if not self.forms.is_handler(given.handled_by):
            answers.append(WrongAnswer(field="handled_by", words=_BAD_WARD))
        asked = {field.id for field in fields}
        with self.shelf.change(draft) as changed:
            self._must_be_open(changed)
            changed.answers = {name: text for name, text in given.answers.items() if name in asked}
            changed.handled_by = given.handled_by
            self._touch(changed)
        return AnswersChecked(wrong=answers)

    def may_add(self, draft: Draft, paper: str) -> Refused | None:
        """Asked before a byte of a file is read."""
        if paper not in draft.papers:
            return Refused(Why.UNKNOWN_PAPER)
        if draft.is_full():
            return Refused(Why.TOO_MANY_FILES)
        if not self.shelf.has_room():
            return Refused(Why.NO_SPACE)
        return Refused(Why.BUSY) if draft.is_busy() or self._intake.is_full() else None

    def add_file(self, draft: str, paper: str, way: Found, upload: str, path: Path) -> DraftState:
        """A whole file that came in. The same ``upload`` twice is one file."""
        found = self.shelf.find(draft)
        if found is None:
            raise DraftGone(draft)
        if upload in found.uploads:
            return self._state(found)
        name = self.shelf.new_name(draft)
        with path.open("rb") as file:
            self.shelf.vault.put(name, file, is_named_later=True)
        try:
            with self.shelf.change(draft) as changed:
                self._must_be_open(changed)
                self._note_file(changed, paper, way, Waiting(name, upload))
        except BaseException:
            self.shelf.vault.remove(name)
            raise
        self._intake.take(draft, paper, name)
        return self._state(changed)

    def _note_file(self, changed: Draft, name: str, way: Found, waiting: Waiting) -> None:
        paper = changed.papers[name]
        if not paper.waiting:
            paper.refusal = None
        paper.way = way
        paper.waiting.append(waiting)
        changed.uploads.append(waiting.upload)
        self._touch(changed)

    def clear(self, kiosk: str, draft: str, paper: str) -> DraftState | Refused:
        return self._reset(kiosk, draft, paper, "")

    def set_way(self, kiosk: str, draft: str, paper: str, wanted: SetWay) -> DraftState | Refused:
        return self._reset(kiosk, draft, paper, wanted.way)

    def _reset(self, kiosk: str, draft: str, paper: str, way: str) -> DraftState | Refused:
        if paper not in self.owned(kiosk, draft).papers:
            return Refused(Why.UNKNOWN_PAPER)
        with self.shelf.change(draft) as changed:
            self._must_be_open(changed)
            files = changed.papers[paper].files()
            changed.papers[paper] = PaperDraft(way="counter" if way == "counter" else "")
            self._touch(changed)
        for name in files:
            self.shelf.vault.remove(name)
        return self._state(changed)

    def page(self, kiosk: str, draft: str, paper: str, number: int) -> bytes | Refused:
        """A small picture (JPEG) of a page, from 1."""
        return self.page_of(self.owned(kiosk, draft), paper, number)

    def page_of(self, draft: Draft, paper: str, number: int) -> bytes | Refused:
        known = draft.papers.get(paper)
        for part in known.parts if known else ():
            if 1 <= number <= part.pages:
                try:
                    pictures = msgspec.msgpack.decode(self.shelf.vault.read(part.thumbnails), type=list[bytes])
                except PaperLost:
                    return Refused(Why.UNKNOWN_PAGE)  # cleared in this very moment
                return pictures[number - 1]
            number -= part.pages
        return Refused(Why.UNKNOWN_PAGE)

    def ask_phone(self, kiosk: str, draft: str) -> DraftState:
        """A new link; the one before is over."""
        self.owned(kiosk, draft)
        with self.shelf.change(draft) as changed:
            changed.phone = PhoneLink(secrets.token_urlsafe(18), self._clock.now_ms() + PHONE_MIN * 60_000)
            self._touch(changed)
        return self._state(changed)

    def admit_phone(self, kiosk: str, draft: str, asked: AdmitPhone) -> DraftState | Refused:
        """The phone that shows this number is the citizen's: it is let in, and others that wait are sent away.

        Asked again, as after a lost answer, it is in.
        """
        self.owned(kiosk, draft)
        with self.shelf.change(draft) as changed:
            link = changed.phone
            if link is None or self._clock.now_ms() > link.until_ms:
                return Refused(Why.LINK_OVER)
            if link.number == asked.number:
                return self._state(changed)
            knock = next((each for each in link.knocks if each.number == asked.number), None)
            if knock is None:
                return Refused(Why.OTHER_PHONE)
            link.seat, link.number, link.knocks = knock.seat, knock.number, []
            self._touch(changed)
        return self._state(changed)

    def leave(self, kiosk: str, draft: str) -> None:
        self.owned(kiosk, draft)
        self.wipe(draft)

    def resume(self, kiosk: str, draft: str, given: ResumeDraft) -> ResumedDraft | Refused:
        found = self.shelf.find(draft)
        if found is None or found.kiosk != kiosk:
            raise DraftGone(draft)
        if self._ages.silent_s(found) > RESUME_MIN * 60:
            self.wipe(draft)
            raise DraftGone(draft)
        ends = _ends(self.forms.fields(found.procedure), found.answers)
        if any([hmac.compare_digest(given.last4, end) for end in ends]):
            with self.shelf.change(draft) as changed:
                changed.wrong_resumes = 0
                self._touch(changed)
            return ResumedDraft(state=self._state(changed), answers=changed.answers)
        with self.shelf.change(draft) as changed:
            changed.wrong_resumes += 1
        if changed.wrong_resumes >= RESUME_TRIES:
            self.wipe(draft)
            raise DraftGone(draft)
        return Refused(Why.NOT_YOURS)

    def wipe(self, draft: str, kept: frozenset[str] = frozenset()) -> None:
        self.shelf.wipe(draft, kept)
        self._ages.forget(draft)
        self._sending.discard(draft)

    def wipe_old(self) -> None:
        """Those that nobody shows any more, and those of yesterday."""
        for draft in self.shelf.all():
            is_old = self._ages.age_s(draft) > DRAFT_LIFE_H * 3600
            if (is_old or self._ages.silent_s(draft) > _SILENT_MIN * 60) and draft.id not in self._sending:
                self.wipe(draft.id)

    def _touch(self, draft: Draft) -> None:
        draft.touched_ms = self._clock.now_ms()
        self._ages.heard(draft)

    def _state(self, draft: Draft) -> DraftState:
        return state_of(draft, self._centre.public_url)


def _ends(fields: tuple[FormField, ...], answers: dict[str, str]) -> list[str]:
    """Last four digits of the numbers that only their owner knows."""
    numbers = [answers.get(field.id, "") for field in fields if field.kind in ("personal_id", "phone")]
    digits = ["".join(c for c in number if c.isascii() and c.isdigit()) for number in numbers]
    return [number[-4:] for number in digits if len(number) >= 4]
