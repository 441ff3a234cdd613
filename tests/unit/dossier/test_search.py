"""A procedure is found by the words that people use."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dossier.procedures import read_procedures, read_words, search_entries
from kiosk.dossier.search import MAX_QUERY, Entry, ProcedureSearch, Vocabulary, fold

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "assets" / "catalogue"
PROCEDURES = read_procedures((CATALOGUE / "procedures.json").read_bytes())
WORDS = read_words((CATALOGUE / "words.toml").read_bytes())
SEARCH = ProcedureSearch(
    search_entries(PROCEDURES, WORDS, frozenset(each.key for each in PROCEDURES)), WORDS.vocabulary()
)


def everyday_queries() -> list[tuple[frozenset[str], str]]:
    lines = Path(__file__).with_name("everyday_queries.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [(frozenset(codes.split(",")), query) for codes, query in pairs]


def test_what_people_say_is_among_the_first_three_nineteen_times_of_twenty() -> None:
    queries = everyday_queries()
    missed = [query for codes, query in queries if not codes & {match.code for match in SEARCH.find(query).matches[:3]}]
    assert len(queries) >= 200
    assert len(missed) <= len(queries) * 0.05, missed


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("mai táng", {"1.014028", "1.001731"}),
        ("đăng ký lại", {"1.004884", "1.004746"}),
        ("chứng thực", {"2.000815", "2.000884", "2.001019"}),
    ],
)
def test_what_may_mean_several_procedures_offers_them_all(query: str, codes: set[str]) -> None:
    assert codes <= {match.code for match in SEARCH.find(query).matches[:6]}


def test_procedures_that_fit_equally_well_are_asked_back() -> None:
    assert set(SEARCH.find("mai táng").ambiguous) >= {"1.014028", "1.001731"}
    assert SEARCH.find("di chúc").ambiguous == ()


@pytest.mark.parametrize("query", ["đăng ký khai sinh", "dang ky khai sinh", "DANG KY KHAI SINH", "đăng ký khai sin"])
def test_accents_and_case_and_the_end_of_the_word_may_be_missing(query: str) -> None:
    assert SEARCH.find(query).matches[0].code == "1.001193"


def test_the_same_letters_written_in_two_ways_are_the_same_query() -> None:
    """NFD is what some keyboards send."""
    assert SEARCH.find("đăng ký kết hôn") == SEARCH.find("đăng ký kết hôn")


def test_one_wrong_letter_still_finds() -> None:
    assert SEARCH.find("đăng ký thuongg tru").matches[0].code == "1.004222"


def test_accents_that_agree_are_preferred() -> None:
    search = ProcedureSearch([Entry("a", ("sữa",)), Entry("b", ("sửa",))], Vocabulary({}))
    assert [search.find(query).matches[0].code for query in ("sửa", "sữa")] == ["b", "a"]


def test_what_this_centre_offers_comes_before_what_fits_as_well() -> None:
    search = ProcedureSearch([Entry("a", ("cấp thẻ",), offered=False), Entry("b", ("cấp thẻ",))], Vocabulary({}))
    assert [match.code for match in search.find("cấp thẻ").matches] == ["b", "a"]


def test_what_is_nowhere_finds_nothing() -> None:
    assert SEARCH.find("zzzzqqqq").matches == ()
    assert SEARCH.find("").matches == ()
    assert ProcedureSearch([], Vocabulary({})).find("khai sinh").matches == ()


@given(st.text(max_size=2 * MAX_QUERY))
def test_any_text_has_an_answer_best_first_without_doubles(query: str) -> None:
    matches = SEARCH.find(query).matches
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)
    assert len({m.code for m in matches}) == len(matches)


@given(st.sampled_from(PROCEDURES))
def test_every_official_name_finds_its_procedure(procedure: object) -> None:
    name, key = getattr(procedure, "name"), getattr(procedure, "key")  # noqa: B009
    assert SEARCH.find(name).matches[0].code == key
    assert SEARCH.find(fold(name)).matches[0].code == key
