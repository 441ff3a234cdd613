"""What citizens read of the catalogue: everyday words for every text of it; a text that has none is shown as it is."""

import re
from pathlib import Path

import pytest

from kiosk.dossier.plain import read_plain_words
from kiosk.dossier.procedures import Procedure, read_procedures

SHELF = Path(__file__).parents[3] / "assets" / "catalogue"
PROCEDURES = read_procedures((SHELF / "procedures.json").read_bytes())
CONTENT = (SHELF / "plain.toml").read_bytes()
PLAIN = read_plain_words(CONTENT)
#: Abbreviations (CSDL, HĐND, NĐ 151/2025), signs of formulas, notes of editors.
JARGON = re.compile(
    r"\b(?!VNeID)[A-ZĐ]{2,}\b|[≤≥→/]|\d+ ?đ\b|kiểm tra|khoản\b|Điều|trực tuyến|chứng minh|bản\b.*hiển thị"
)
LONGEST = 140


def texts(procedure: Procedure) -> list[str]:
    fee = procedure.fee.value
    papers = [paper.name for paper in procedure.papers.value]
    return [procedure.time.value.text, fee.text, *([fee.exempt] if fee.exempt else []), *papers, procedure.result]


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.key)
def test_every_text_of_a_procedure_is_said_in_everyday_words(procedure: Procedure) -> None:
    for text in texts(procedure):
        assert f'"{text}"'.encode() in CONTENT, "nobody has put it in plain words"
        said = PLAIN.of(text)
        assert not JARGON.search(said.vi.replace("HIV", "")), said.vi
        assert len(said.vi) <= LONGEST
        assert not set(said.en) & set("ăâêôơưĂÂÊÔƠƯ"), said.en


def test_a_text_that_is_new_is_shown_as_it_is() -> None:
    assert PLAIN.of("Giấy mới").vi == "Giấy mới"


def test_words_that_stand_there_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="said twice: Trong ngày"):
        read_plain_words(CONTENT + b'[[said]]\nof = ["Trong ng\xc3\xa0y"]\nvi = "x"\nen = "x"\n')
