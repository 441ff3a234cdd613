"""What officers type or scan to find a dossier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dossier.code import DossierCode
from kiosk.hub.desk.asked import CardNumber, read_asked

CODE = "000.00.01.H29-261122-0001"


@pytest.mark.parametrize(
    "typed",
    [CODE, CODE.lower(), f"  {CODE}\n", f"https://hub.vn/d#{CODE}.34679C", f"http://10.0.0.2:8080/dossiers/{CODE}"],
)
def test_a_code_is_read_however_it_came(typed: str) -> None:
    found = read_asked(typed)
    assert isinstance(found, DossierCode)
    assert found.text == CODE


def test_a_card_is_read_by_its_number_or_its_whole_text() -> None:
    card = "079300000017|024000011|Trần Thị Mẫu|01011990|Nữ|Phường Mẫu|01012022||||"
    assert read_asked(card) == read_asked("079300000017") == CardNumber("079300000017")


@pytest.mark.parametrize("typed", ["", "07930000001", "B012", "https://hub.vn/t/abc", "H29-269999-0001", "9" * 1_001])
def test_anything_else_is_none(typed: str) -> None:
    assert read_asked(typed) is None


@given(st.text(max_size=1_100))
def test_no_text_makes_it_fail(typed: str) -> None:
    read_asked(typed)
