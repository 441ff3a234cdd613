"""The draft's name between a crash and the next start."""

from pathlib import Path

from kiosk.touch.draft_file import DraftFile
from kiosk.wire.submission_api import RESUME_MIN
from tests.fakes.clock import FakeClock


def test_a_draft_of_a_moment_ago_is_found_once(tmp_path: Path) -> None:
    file = DraftFile(tmp_path / "run" / "draft", FakeClock())
    file.keep("draft-1")
    assert (tmp_path / "run" / "draft").stat().st_mode & 0o777 == 0o600
    assert file.found() == "draft-1"
    assert file.found() == ""


def test_an_old_draft_is_somebody_elses(tmp_path: Path) -> None:
    clock = FakeClock()
    file = DraftFile(tmp_path / "draft", clock)
    file.keep("draft-1")
    clock.advance(RESUME_MIN * 60_000)
    assert file.found() == ""


def test_forgetting_what_is_not_there_and_a_folder_that_cannot_be_written_harm_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = DraftFile(tmp_path / "file" / "draft", FakeClock())
    file.keep("")
    file.keep("draft-1")
    assert file.found() == ""
