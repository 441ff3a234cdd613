"""What forms are filled with: text as Vietnamese forms have it, and which of it has to be looked at."""

import pytest

from kiosk.identity.prefill import Blank, Prefill, prefill_of
from tests.unit.identity.made import FIRST, SECOND, card


def filled(payload: str) -> Prefill:
    return prefill_of(card(payload))


def test_a_whole_new_card_fills_everything_that_it_says() -> None:
    got = filled(SECOND.replace("04102024", "04102025"))
    assert (got.personal_id.digits, got.full_name, got.born) == ("079090000011", "Nguyễn Văn Mẫu", "15/08/1990")
    assert (got.sex, got.address, got.old_id) == ("Nam", "Khu phố 4, Phường Xuân Hòa, TP. Hồ Chí Minh", "")
    assert (got.issued, got.to_check) == ("04/10/2025", frozenset())


def test_an_address_of_before_the_new_wards_has_to_be_looked_at() -> None:
    assert filled(FIRST).to_check == {Blank.ADDRESS}


@pytest.mark.parametrize(
    ("change", "value", "blank"),
    [
        (("09071987", "00001987"), "1987", Blank.BORN),
        (("09071987", "00071987"), "07/1987", Blank.BORN),
        (("09071987", "31021987"), "", Blank.BORN),
        (("Nữ", "X"), "", Blank.SEX),
        (("Nữ", "Nam"), "Nam", Blank.SEX),
        (("|12082021", "|99992021"), "", Blank.ISSUED),
        (("211000101", "123456789012"), "123456789012", Blank.OLD_ID),
        (("Võ Thị Ngọc Ánh", "Vo Thi Ngoc Anh"), "Vo Thi Ngoc Anh", Blank.FULL_NAME),
    ],
)
def test_what_the_card_does_not_say_for_sure_has_to_be_looked_at(
    change: tuple[str, str], value: str, blank: Blank
) -> None:
    got = filled(FIRST.replace(*change))
    assert getattr(got, blank.value) == value
    assert blank in got.to_check


def test_every_blank_is_a_field_and_none_of_it_shows_in_a_log_line() -> None:
    got = filled(FIRST)
    assert all(hasattr(got, blank.value) for blank in Blank)
    assert str(got) == "Prefill()"
