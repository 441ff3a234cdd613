"""What one citizen sends, however much or hard it is, leaves room for the others and for the queue."""

import time
from pathlib import Path

import pytest

from kiosk.hub.dossiers.draft import MAX_WAITING, Draft, PaperDraft, Waiting
from kiosk.hub.dossiers.drafting import Drafts
from kiosk.hub.dossiers.inbox import MAX_OF_ONE, MOST_OF_ONE, Inbox, NoRoom
from kiosk.hub.dossiers.intake import PaperIntake
from kiosk.hub.dossiers.shelf import DraftShelf
from kiosk.hub.dossiers.turns import Turns
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.papers.kinds import Refusal
from tests.fakes.clock import FakeClock
from tests.fakes.papers import photo
from tests.hub.dossiers.conftest import DossierKiosk

PAPER = "ly-hon-chung-tu"
GIB = 1 << 30


def test_drafts_take_turns_so_that_many_files_of_one_hold_up_nobody() -> None:
    turns: Turns[str] = Turns()
    for number in range(3):
        turns.put("many", f"many-{number}")
    turns.put("one", "one-0")
    assert len(turns) == 4
    assert [turns.get() for _ in range(4)] == ["many-0", "one-0", "many-1", "many-2"]
    turns.close()
    assert turns.get() is None


def test_one_phone_cannot_take_the_room_of_all_uploads(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, FakeClock())
    inbox.open()
    try:
        greedy = inbox.at("greedy/upload-1", MAX_OF_ONE + 1)
        inbox.add(greedy, bytes(MAX_OF_ONE))
        with pytest.raises(NoRoom):
            inbox.add(greedy, b"x")
        inbox.add(inbox.at("other/upload-1", 10), b"x")
    finally:
        inbox.close()


def test_one_phone_cannot_begin_uploads_without_end(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, FakeClock())
    inbox.open()
    try:
        for number in range(MOST_OF_ONE):
            inbox.at(f"greedy/upload-{number}", 10)
        with pytest.raises(NoRoom):
            inbox.at("greedy/upload-more", 10)
        inbox.at("greedy/upload-0", 10)
        inbox.at("other/upload-0", 10)
    finally:
        inbox.close()


@pytest.mark.parametrize(
    ("total", "free", "has_room"),
    [(32 * GIB, 2 * GIB, True), (32 * GIB, GIB, False), (4 * GIB, GIB // 2, True), (4 * GIB, GIB // 4, False)],
)
def test_papers_leave_the_last_of_the_disk_to_the_queue(
    kiosk: DossierKiosk, tmp_path: Path, total: int, free: int, has_room: bool
) -> None:
    parts, paper = kiosk.running.hub.dossiers.room.parts, {PAPER: PaperDraft()}
    shelf = DraftShelf(tmp_path, lambda _folder: (total, total - free, free))
    drafts = Drafts(shelf, parts.inbox, parts.intake, parts.forms, kiosk.running.hub.centre, FakeClock())
    assert drafts.may_add(_draft(paper), PAPER) == (None if has_room else Refused(Why.NO_SPACE))


def test_who_has_many_files_waiting_waits_until_some_are_done(kiosk: DossierKiosk) -> None:
    drafts = kiosk.running.hub.dossiers.room.parts.drafts
    waiting = [Waiting(f"file-{number}", f"upload-{number}") for number in range(MAX_WAITING)]
    assert drafts.may_add(_draft({PAPER: PaperDraft(waiting=waiting)}), PAPER) == Refused(Why.BUSY)
    assert drafts.may_add(_draft({PAPER: PaperDraft(waiting=waiting[1:])}), PAPER) is None


def test_after_three_files_that_are_too_hard_nothing_more_is_worked_on(tmp_path: Path) -> None:
    """A file may cost the machine a minute and a half; without an end one phone would keep it for an hour."""
    shelf, inbox = DraftShelf(tmp_path), Inbox(tmp_path, FakeClock())
    shelf.open()
    inbox.open()
    shelf.vault.put("d1-file", photo())
    draft = _draft({PAPER: PaperDraft(waiting=[Waiting("d1-file", "upload-4")])})
    draft.refused = {f"upload-{number}": Refusal.TOO_HARD for number in range(3)}
    shelf.put(draft)
    intake = PaperIntake(shelf, inbox)
    intake.start()
    deadline = time.monotonic() + 20.0
    while (after := shelf.find("d1")) is not None and after.papers[PAPER].waiting:
        assert time.monotonic() < deadline
    intake.stop()
    inbox.close()
    assert after is not None
    assert after.refused["upload-4"] is Refusal.TOO_HARD
    assert after.papers[PAPER].parts == []
    assert after.is_full()
    assert shelf.vault.names() == ("d1-draft",)


def _draft(papers: dict[str, PaperDraft]) -> Draft:
    return Draft("d1", "kiosk-1", "request-1", "1.004873", "vi", None, 0, 0, papers)
