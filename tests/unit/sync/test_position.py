"""Where the delivery goes on: after what central has, in the epoch in which it happened."""

from pathlib import Path

from kiosk.hub.sync.position import FILE, Position, forget_position, placed, read_position, write_position
from kiosk.hub.usecases.delivery import Span

OLD, NEW = Span(epoch=10, first=1, last=100), Span(epoch=20, first=101, last=150)


def test_without_a_position_it_begins_with_the_first_row() -> None:
    assert placed(None, [OLD]) == (Position(10, 0), OLD)


def test_within_an_epoch_it_goes_on_after_what_central_has() -> None:
    assert placed(Position(10, 40), [OLD, NEW]) == (Position(10, 40), OLD)


def test_when_central_has_all_of_an_epoch_the_next_begins() -> None:
    assert placed(Position(10, 100), [OLD, NEW]) == (Position(20, 100), NEW)
    assert placed(Position(10, 5000), [OLD, NEW]) == (Position(20, 100), NEW)


def test_in_the_newest_epoch_it_waits_for_more() -> None:
    assert placed(Position(20, 150), [OLD, NEW]) == (Position(20, 150), NEW)


def test_an_epoch_in_which_nothing_happened_is_passed_over() -> None:
    empty = Span(epoch=15, first=101, last=100)
    assert placed(Position(10, 100), [OLD, empty, NEW]) == (Position(20, 100), NEW)


def test_a_position_of_another_database_counts_for_nothing() -> None:
    assert placed(Position(99, 5000), [OLD, NEW]) == (Position(10, 0), OLD)


def test_a_position_comes_back_as_it_was_written(tmp_path: Path) -> None:
    assert read_position(tmp_path) is None
    write_position(tmp_path, Position(20, 7))
    assert read_position(tmp_path) == Position(20, 7)
    forget_position(tmp_path)
    assert read_position(tmp_path) is None


def test_a_spoilt_file_is_as_good_as_none(tmp_path: Path) -> None:
    for spoilt in (b"", b"\0\0\0\0", b"[1]", b'{"epoch":"x","acked":1}', b"\xff"):
        (tmp_path / FILE).write_bytes(spoilt)
        assert read_position(tmp_path) is None
