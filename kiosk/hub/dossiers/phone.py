"""Papers from the citizen's own phone, by a link that the kiosk shows as a QR.

1. A link is good for one phone, and who photographs the kiosk's screen gains nothing: a phone that opens it shows a
   number and nothing else, until its owner has typed that number at the kiosk. The others are then sent away.
2. Files come in slices, each saying where it begins: after a lost line or a reload the phone asks what is here and
   goes on from there. A slice that is here already changes nothing.
"""

import hashlib
import hmac
import re
import secrets

from kiosk.clock import Clock
from kiosk.hub.dossiers.draft import Draft, Knock, PhoneLink, paper_state
from kiosk.hub.dossiers.drafting import Drafts
from kiosk.hub.dossiers.inbox import NoRoom, TooMuch
from kiosk.hub.dossiers.shelf import DraftGone, DraftSent
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.papers.kinds import WORDS
from kiosk.wire.common import Message, Text
from kiosk.wire.submission_api import MAX_FILE, PHONE_DIGITS, PaperState

MAX_SLICE = 1 << 20
_MOST_KNOCKS = 5
_UPLOAD = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


class RefusedUpload(Message, frozen=True):
    upload: str
    words: Text


class PhoneState(Message, frozen=True):
    """What the upload page shows. ``names``: of the papers, in their order."""

    papers: list[PaperState]
    refused: list[RefusedUpload]
    until_ms: int


class Have(Message, frozen=True):
    """``have``: bytes that are here; ``done``: the file is complete and is being worked on."""

    have: int
    done: bool


class PhoneUploads:
    """Every method blocks.

    Raises DraftGone for a link that is over, DraftSent for one whose dossier is sent, VaultFull.
    """

    def __init__(self, drafts: Drafts, clock: Clock) -> None:
        self._drafts, self._clock = drafts, clock

    def is_free(self, token: str) -> bool:
        """Whether a phone may begin."""
        found = self._of(token)
        return found is not None and found.phone is not None and _has_room(found.phone)

    def begin(self, token: str, seat: str) -> str | None:
        """The cookie of this phone (its own again); None: another one was let in, or too many wait."""
        link = self._link(token)
        if _fits(link.seat, seat) or _knock_of(link, seat) is not None:
            return seat
        fresh = secrets.token_urlsafe(18)
        with self._drafts.shelf.change(self._known(token).id) as changed:
            now = changed.phone
            if now is None or now.token != token or not _has_room(now):
                return None
            now.knocks.append(Knock(_hash(fresh), _new_number(now)))
        return fresh

    def number(self, token: str, seat: str) -> str:
        """What a phone that waits has to show; "" for the one that was let in."""
        link = self._link(token)
        if _fits(link.seat, seat):
            return ""
        knock = _knock_of(link, seat)
        if knock is None:
            raise DraftGone(token)
        return knock.number

    def seated(self, token: str, seat: str) -> Draft:
        found = self._known(token)
        if found.phone is None or not _fits(found.phone.seat, seat):
            raise DraftGone(token)
        return found

    def state(self, draft: Draft) -> PhoneState:
        return PhoneState(
            papers=[paper_state(name, paper) for name, paper in draft.papers.items()],
            refused=[
                RefusedUpload(upload=upload, words=Text(vi=WORDS[why].vi, en=WORDS[why].en))
                for upload, why in draft.refused.items()
            ],
            until_ms=draft.phone.until_ms if draft.phone else 0,
        )

    def add(self, draft: Draft, paper: str, upload: str, place: tuple[int, int], chunk: bytes) -> Have | Refused:
        """``place``: where the slice begins, and how long the file is."""
        begins, length = place
        if upload in draft.uploads:
            return Have(have=length, done=True)
        refused = self._drafts.may_add(draft, paper) or _wrong_place(upload, begins, length, chunk)
        if refused is not None:
            return refused
        key = f"{draft.id}/{upload}"
        try:
            incoming = self._drafts.inbox.at(key, length)
            if begins != incoming.size:
                return Have(have=incoming.size, done=False)
            self._drafts.inbox.add(incoming, chunk)
        except TooMuch:
            return Refused(Why.FILE_TOO_LARGE)
        except NoRoom:
            return Refused(Why.BUSY)
        if incoming.size < length:
            return Have(have=incoming.size, done=False)
        try:
            self._drafts.add_file(draft.id, paper, "phone", upload, incoming.path)
        except DraftGone as gone:
            raise self._why_gone(draft) from gone
        finally:
            self._drafts.inbox.end(key)
        return Have(have=length, done=True)

    def clear(self, draft: Draft, paper: str) -> PhoneState | Refused:
        try:
            refused = self._drafts.clear(draft.kiosk, draft.id, paper)
        except DraftGone as gone:
            raise self._why_gone(draft) from gone
        if isinstance(refused, Refused):
            return refused
        return self.state(self._drafts.shelf.find(draft.id) or draft)

    def _link(self, token: str) -> PhoneLink:
        link = self._known(token).phone
        assert link is not None  # it was found by its link
        return link

    def _why_gone(self, draft: Draft) -> DraftGone | DraftSent:
        """In the very moment it was handed in or left."""
        is_sent = draft.phone is not None and self._drafts.is_sent_link(draft.phone.token)
        return DraftSent(draft.id) if is_sent else DraftGone(draft.id)

    def _known(self, token: str) -> Draft:
        found = self._of(token)
        if found is None:
            raise DraftSent(token) if self._drafts.is_sent_link(token) else DraftGone(token)
        return found

    def _of(self, token: str) -> Draft | None:
        now_ms = self._clock.now_ms()
        for draft in self._drafts.shelf.all():
            if draft.phone is not None and hmac.compare_digest(draft.phone.token.encode(), token.encode()):
                return draft if now_ms <= draft.phone.until_ms else None
        return None


def _wrong_place(upload: str, begins: int, length: int, chunk: bytes) -> Refused | None:
    if length > MAX_FILE:
        return Refused(Why.FILE_TOO_LARGE)
    is_sense = (
        _UPLOAD.fullmatch(upload) and begins >= 0 and 0 < len(chunk) <= MAX_SLICE and begins + len(chunk) <= length
    )
    return None if is_sense else Refused(Why.MISSING_FIELD)


def _has_room(link: PhoneLink) -> bool:
    return not link.seat and len(link.knocks) < _MOST_KNOCKS


def _knock_of(link: PhoneLink, seat: str) -> Knock | None:
    return next((knock for knock in link.knocks if _fits(knock.seat, seat)), None)


def _new_number(link: PhoneLink) -> str:
    """Another one than those of the phones that wait already."""
    taken = {knock.number for knock in link.knocks}
    free = [number for number in range(10**PHONE_DIGITS) if f"{number:0{PHONE_DIGITS}}" not in taken]
    return f"{secrets.choice(free):0{PHONE_DIGITS}}"


def _hash(seat: str) -> str:
    return hashlib.sha256(seat.encode()).hexdigest()


def _fits(known: str, seat: str) -> bool:
    return bool(known) and hmac.compare_digest(known, _hash(seat))
