"""What a supervisor is told of dossiers that the city does not have."""

from dataclasses import replace

from kiosk.hub.dossiers.ports import UNREADABLE, Submitted
from kiosk.hub.pages.kept_here import LISTED, PATIENCE_MS, kept_here
from tests.fakes.clock import MONDAY_9_00

ROW = Submitted(
    number=1,
    draft="d",
    code="000.00.01.H29-261123-0001",
    submitted_ms=MONDAY_9_00,
    acked=False,
    papers_sent=0,
    done=False,
)
LATER = MONDAY_9_00 + PATIENCE_MS + 1


def test_an_ordinary_delivery_is_no_news() -> None:
    assert kept_here((), LATER) is None
    assert kept_here((ROW,), MONDAY_9_00 + PATIENCE_MS) is None


def test_what_waits_is_counted_with_the_oldest() -> None:
    kept = kept_here((ROW, replace(ROW, submitted_ms=MONDAY_9_00 - 5)), LATER)
    assert kept is not None
    assert (kept.waiting, kept.oldest_ms, kept.stuck) == (2, MONDAY_9_00 - 5, ())


def test_what_does_not_get_on_is_told_at_once_with_its_reason() -> None:
    rows = (replace(ROW, trouble="bad_code"), replace(ROW, acked=True, trouble="x"), replace(ROW, trouble=UNREADABLE))
    kept = kept_here(rows, MONDAY_9_00)
    assert kept is not None
    assert [(each.kind, each.word) for each in kept.stuck] == [
        ("refused", "bad_code"),
        ("paper_refused", "x"),
        ("unreadable", ""),
    ]


def test_of_many_only_the_oldest_are_listed_and_all_are_counted() -> None:
    kept = kept_here(tuple([replace(ROW, trouble="x")] * (LISTED + 3)), LATER)
    assert kept is not None
    assert (len(kept.stuck), kept.stuck_count) == (LISTED, LISTED + 3)
