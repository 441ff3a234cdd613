"""Nothing personal gets out by accident, and the queue keeps no more than it may."""

import pytest

from kiosk.identity.privacy import KEY_BYTES, PersonalId, mask_name, mask_number
from kiosk.identity.reading import read_code
from tests.unit.identity.made import SAMPLES, TODAY, card, payload_of

KEY = bytes(range(KEY_BYTES))
NUMBER = PersonalId("079090000011")


def test_numbers_are_shown_with_three_and_four_digits() -> None:
    assert mask_number("079090000011") == "079*****0011"
    assert mask_number("02000001") == "********"


def test_names_are_shown_as_initials_and_the_given_name() -> None:
    assert mask_name("Nguyễn Văn Mẫu") == "N. V. Mẫu"
    assert mask_name("Ý") == "Ý"
    assert mask_name("") == ""


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_an_answer_in_a_log_line_says_nothing_personal(sample: dict[str, object]) -> None:
    answer = read_code(payload_of(sample), TODAY)
    shown = f"{answer!r} {answer} {[answer]}"
    for value in (getattr(answer, name, "") for name in ("full_name", "address", "old_id", "code")):
        assert not value or len(str(value)) < 3 or str(value) not in shown
    if isinstance(number := getattr(answer, "personal_id", None), PersonalId):
        assert number.digits not in f"{shown} {number} {number!r}"


def test_the_same_person_has_the_same_mark_in_one_centre_and_another_elsewhere() -> None:
    mark = NUMBER.mark(KEY)
    assert mark == PersonalId("079090000011").mark(KEY)
    assert mark.last4 == "0011"
    assert mark.keyed_hash not in (NUMBER.mark(KEY[::-1]).keyed_hash, PersonalId("079090000012").mark(KEY).keyed_hash)
    # What `openssl dgst -sha256 -mac HMAC` says.
    assert mark.keyed_hash == "db17efa4f4d65c585b0c3bdb819da3f6f0cad79476956f91f43aaad59de896ae"


def test_a_short_key_is_refused_because_all_numbers_can_be_tried() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        NUMBER.mark(b"secret")


def test_the_age_that_a_card_suggests_is_certain() -> None:
    ages = {
        dob: card(f"079090000011||Lê Ý|{dob}|Nam|Quận 3|10052021").born for dob in ("22111951", "23111951", "00001951")
    }
    assert [born.age_on(TODAY) for born in ages.values() if born] == [75, 74, 74]
