"""The forms of the procedures: each is covered, ids stay, and a card can fill what it is said to fill."""

from pathlib import Path

import msgspec
import pytest

from kiosk.dossier.form import prefill
from kiosk.dossier.forms import FormPaper, read_forms
from kiosk.dossier.procedures import Fact, Paper, read_procedures
from kiosk.identity.prefill import Blank
from kiosk.wire.dossier_api import Applicant

CATALOGUE = Path(__file__).parents[3] / "assets" / "catalogue"
CONTENT = (CATALOGUE / "forms.toml").read_bytes()
PROCEDURES = {each.key: each for each in read_procedures((CATALOGUE / "procedures.json").read_bytes())}
FORMS = read_forms(CONTENT)
BIRTH, PERMANENT_RESIDENCE, COPY = "1.001193", "1.004222", "2.000815"


def test_every_procedure_of_the_shipped_catalogue_has_a_form_and_no_other_has() -> None:
    assert set(FORMS.asked) == set(PROCEDURES)


def test_every_paper_of_the_shipped_catalogue_has_an_id_of_its_own_in_its_procedure() -> None:
    for procedure in PROCEDURES.values():
        papers = FORMS.form(procedure).papers
        assert [each.paper for each in papers] == list(procedure.papers.value)
        assert all(each.paper.name in FORMS.paper_ids for each in papers)
        assert not any(each.id[-1].isdigit() for each in papers), procedure.name


def test_names_that_are_no_longer_in_the_catalogue_do_not_stand_there() -> None:
    known = {paper.name for procedure in PROCEDURES.values() for paper in procedure.papers.value}
    assert set(FORMS.paper_ids) == known
    assert FORMS.filled_here <= set(FORMS.paper_ids.values())


def test_what_a_card_fills_is_a_line_of_the_card() -> None:
    fields = [field for fields in FORMS.asked.values() for field in fields]
    assert {field.prefill for field in fields} - {""} <= {blank.value for blank in Blank}


def test_the_applicant_is_known_by_name_number_and_phone_whatever_is_asked_for() -> None:
    for code, fields in FORMS.asked.items():
        asked = {field.id for field in fields}
        assert {"full_name", "personal_id", "address", "phone", "email"} <= asked, code
    assert {"full_name", "personal_id", "address", "phone", "email"} <= set(Applicant.__struct_fields__)


def test_the_sex_on_a_card_chooses_the_answer() -> None:
    fields = FORMS.form(PROCEDURES["1.000894"]).fields
    filled = prefill(fields, {"full_name": "Nguyễn Văn Mẫu", "sex": "Nữ", "born": "1950", "issued": "01/01/2022"})
    assert filled == {"full_name": "Nguyễn Văn Mẫu", "sex": "nu", "born": "1950"}


@pytest.mark.parametrize(("code", "word"), [(COPY, "bản chính"), (PERMANENT_RESIDENCE, "Công an")])
def test_what_needs_an_officer_or_the_police_is_not_submitted_and_the_reason_is_given(code: str, word: str) -> None:
    form = FORMS.form(PROCEDURES[code])
    assert not form.can_submit
    assert form.why_not is not None
    assert word in form.why_not.vi


def test_a_birth_is_submitted_with_the_child_and_the_mother() -> None:
    form = FORMS.form(PROCEDURES[BIRTH])
    assert form.can_submit
    assert {"child_name", "child_born", "mother_name"} <= {field.id for field in form.fields if field.required}
    assert [paper.id for paper in form.papers if paper.filled_here] == ["to-khai-khai-sinh"]


def test_a_procedure_that_nobody_wrote_a_form_for_asks_who_it_is_and_is_done_at_a_counter() -> None:
    code = Fact(value="9.999999", confidence="verified")
    form = FORMS.form(msgspec.structs.replace(PROCEDURES[BIRTH], code=code))
    assert form.fields == FORMS.applicant
    assert not form.can_submit


def test_a_paper_of_a_later_catalogue_gets_an_id_that_stays_and_is_its_own() -> None:
    papers = Fact(
        value=tuple(Paper(name=name, how="hand_in") for name in ("Giấy mới A", "Giấy mới B", "Giấy mới A", "書類")),
        confidence="recall-low",
    )
    version = msgspec.structs.replace(PROCEDURES[BIRTH], papers=papers)
    ids = [paper.id for paper in FORMS.form(version).papers]
    assert ids == [paper.id for paper in FORMS.form(version).papers]
    assert len(set(ids)) == 4
    assert ids[0].startswith("giay-moi-a-")
    assert all(isinstance(paper, FormPaper) for paper in FORMS.form(version).papers)


@pytest.mark.parametrize(
    ("there", "instead", "told"),
    [
        (b'blocks = ["partner"]', b'blocks = ["nobody"]', "nobody"),
        (b'leave_out = ["born", "sex"]', b'leave_out = ["birthday"]', "birthday"),
        (b'why_not = "police"', b'why_not = "weather"', "weather"),
        (b'blocks = ["old_marriage"]', b'blocks = ["old_marriage", "old_marriage"]', "twice"),
        (b'kind = "phone"', b'kind = "fax"', "kind"),
    ],
)
def test_a_wrong_forms_file_is_refused_with_what_is_wrong(there: bytes, instead: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_forms(CONTENT.replace(there, instead, 1))
