"""The catalogue file, its versions and what is not sure in it."""

from pathlib import Path

import msgspec
import pytest

from kiosk.dossier.deadline import TimeLimit
from kiosk.dossier.procedures import in_force, national_code, read_procedures, read_words

CATALOGUE = Path(__file__).parents[3] / "assets" / "catalogue"
CONTENT = (CATALOGUE / "procedures.json").read_bytes()
PROCEDURES = {each.key: each for each in read_procedures(CONTENT)}


def test_every_procedure_of_the_shipped_catalogue_is_read() -> None:
    assert len(PROCEDURES) == 43
    assert PROCEDURES["1.001193"].name == "Đăng ký khai sinh"


def test_a_same_day_procedure_and_one_of_working_days_have_their_limits() -> None:
    assert PROCEDURES["1.001193"].time.value.time_limit() == TimeLimit(0)
    assert PROCEDURES["1.004873"].time.value.time_limit() == TimeLimit(3, in_working_days=True)


def test_what_is_not_verified_is_named_for_staff() -> None:
    assert "fee" in PROCEDURES["1.004873"].unsure()
    assert "time" not in PROCEDURES["1.004873"].unsure()


def test_everyday_words_are_only_for_procedures_that_exist() -> None:
    words = read_words((CATALOGUE / "words.toml").read_bytes())
    assert set(words.called) == set(PROCEDURES)


def test_the_newest_version_that_has_begun_holds() -> None:
    birth = PROCEDURES["1.001193"]
    old = msgspec.structs.replace(birth, effective_from=20250701)
    new = msgspec.structs.replace(birth, effective_from=20260101, name="Mới")
    assert in_force([new, old], 20251231) == {birth.key: old}
    assert in_force([old, new], 20260101) == {birth.key: new}
    assert in_force([old, new], 20250630) == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [("1.000656.000.00.00.H29", "1.000656"), (" 2.000815 ", "2.000815"), ("khai tử", None), ("1.65", None)],
)
def test_a_local_code_is_known_by_its_national_part(text: str, code: str | None) -> None:
    assert national_code(text) == code


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: f["procedures"][0].update(level=7), "level"),
        (lambda f: f["procedures"][0]["code"].update(value="khai sinh"), "code"),
        (lambda f: f["procedures"][0].update(surprise=1), "surprise"),
        (lambda f: f["procedures"][0]["fee"]["value"].update(vnd_direct=-1), "fee"),
        (lambda f: f["procedures"][0]["papers"].update(confidence="sure"), "confidence"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(change: object, told: str) -> None:
    file = msgspec.json.decode(CONTENT)
    change(file)  # type: ignore[operator]
    with pytest.raises(msgspec.DecodeError, match=told):
        read_procedures(msgspec.json.encode(file))
