"""A result goes to the citizen as the officer brought it, so it must be harmless as it is."""

import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from kiosk.hub.desk.pictures import PaperDesk, Scanned
from kiosk.papers.kinds import Refusal
from tests.fakes.papers import pdf


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


def with_action(key: str, action: pikepdf.Dictionary) -> bytes:
    document, out = pikepdf.open(io.BytesIO(pdf())), io.BytesIO()
    document.Root[key] = action
    document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


SCRIPT = with_action("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
PROGRAM = with_action("/AA", pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")))


@pytest.mark.parametrize("content", [SCRIPT, PROGRAM])
def test_a_result_that_runs_something_is_refused(content: bytes) -> None:
    assert PaperDesk(workplace).plain_pdf([content], is_result=True) is Refusal.ACTS


def test_what_an_officer_scanned_is_written_anew_without_it() -> None:
    made = PaperDesk(workplace).plain_pdf([SCRIPT], is_result=False)
    assert isinstance(made, Scanned)
    assert b"JavaScript" not in made.content


def test_a_result_without_any_is_kept_byte_for_byte() -> None:
    content = pdf()
    assert PaperDesk(workplace).plain_pdf([content], is_result=True) == Scanned(content, 1)
