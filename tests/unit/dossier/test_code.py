"""Dossier codes as they are printed, typed and scanned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dossier.code import SECRET_LENGTH, SECRET_LETTERS, make_code, make_secret, read_code, read_secret

AGENCY = "000.00.01.H29"


def test_a_code_is_agency_day_and_a_four_digit_serial() -> None:
    assert make_code(AGENCY, 20261122, 1).text == "000.00.01.H29-261122-0001"


@given(st.dates().filter(lambda d: 2000 <= d.year < 2100), st.integers(1, 9999))
def test_what_was_made_is_read_again(day: object, serial: int) -> None:
    number = int(f"{day:%Y%m%d}")
    made = make_code(AGENCY, number, serial)
    assert read_code(made.text) == made


@pytest.mark.parametrize(
    ("typed", "agency", "day", "serial"),
    [
        ("000.00.01.h29-251122-0001", "000.00.01.H29", 20251122, 1),
        ("  H29.12 - 251122 - 0042 ", "H29.12", 20251122, 42),
        ("G09.20–20260609–0092637", "G09.20", 20260609, 92637),
        ("H29.1.2.3-260101-0007", "H29.1.2.3", 20260101, 7),
    ],
)
def test_codes_of_all_systems_are_read_however_they_were_typed(typed: str, agency: str, day: int, serial: int) -> None:
    code = read_code(typed)
    assert code is not None
    assert (code.agency, code.day, code.serial) == (agency, day, serial)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "A105",
        "H29-261322-0001",  # no thirteenth month
        "H29-20260231-0001",  # no 31 February
        "H29-261122",
        "H29-261122-0001-5",
        "079083000011|||",
        "H29-261122-0001" * 20,
        "H29-٢٦١١٢٢-0001",  # digits of another script
    ],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=200))
def test_any_text_has_an_answer(typed: str) -> None:
    code = read_code(typed)
    assert code is None or read_code(code.text) == code
    assert read_secret(typed) is None or len(read_secret(typed) or "") == SECRET_LENGTH


@pytest.mark.parametrize(("agency", "serial"), [("", 1), ("H29-", 1), ("h29", 1), (AGENCY, 0), (AGENCY, 10_000)])
def test_a_code_that_could_not_be_read_again_is_not_made(agency: str, serial: int) -> None:
    with pytest.raises(ValueError, match=r"agency|serial"):
        make_code(agency, 20261122, serial)


@given(st.binary(min_size=16, max_size=32))
def test_a_secret_is_read_again_with_blanks_and_in_lower_case(random_bytes: bytes) -> None:
    secret = make_secret(random_bytes)
    assert set(secret) <= set(SECRET_LETTERS)
    assert read_secret(f" {secret[:3].lower()}-{secret[3:]} ") == secret


def test_too_little_chance_makes_no_secret() -> None:
    with pytest.raises(ValueError, match="16"):
        make_secret(b"short")
