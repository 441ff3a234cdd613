"""The page on which an admin of the city reviews versions of procedures."""

import pytest

from tests.central.pages.conftest import Pages, add_drafts

ADMIN = "thanh-pho"
RELEASE = "/procedures/1.001193/release"


@pytest.fixture
def drafts(pages: Pages) -> Pages:
    add_drafts(pages)
    return pages


def test_an_admin_sees_what_each_version_changes(drafts: Pages) -> None:
    page = drafts.get("/procedures", ADMIN).text
    assert "<ins>Khong thu</ins>" in page
    assert "<ins>Can cuoc (xuất trình, nếu có)</ins>" in page
    assert "thủ tục mới" in page
    assert "<ins>Khong thu</ins>" in drafts.get("/procedures", ADMIN, "en").text


@pytest.mark.parametrize("who", ["cum", "lanh-dao", "xem"])
def test_nobody_else_sees_or_releases(drafts: Pages, who: str) -> None:
    assert drafts.get("/procedures", who).status_code == 403
    assert drafts.post(RELEASE, who, version="1", effective_from="2026-11-23").status_code == 403
    assert drafts.post("/procedures/1.001193/reject", who).status_code == 403
    assert 'href="/procedures"' not in drafts.get("/figures", who).text
    assert len(drafts.database.read_now(lambda tx: tx.rows("procedures.drafts", limit=9))) == 2


def test_a_release_holds_with_the_name_of_who_released_it(drafts: Pages) -> None:
    answer = drafts.post(RELEASE, ADMIN, version="1", effective_from="2026-12-01", confirm_fee="1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/procedures")
    ((content,),) = drafts.database.read_now(lambda tx: tx.rows("procedures.released"))
    assert '"reviewed_by":"thanh-pho"' in content
    assert '"effective_from":20261201' in content
    assert "draft-1.001193" not in drafts.get("/procedures", ADMIN).text


def test_a_draft_that_was_replaced_meanwhile_is_not_released_and_this_is_said(drafts: Pages) -> None:
    add_drafts(drafts)
    answer = drafts.post(RELEASE, ADMIN, version="1", effective_from="2026-12-01")
    assert answer.headers["location"] == "/procedures?gone=1.001193"
    assert "1.001193 vừa được thay" in drafts.get(answer.headers["location"], ADMIN).text


def test_a_draft_is_put_aside(drafts: Pages) -> None:
    drafts.post("/procedures/1.001193/reject", ADMIN)
    page = drafts.get("/procedures", ADMIN).text
    assert "draft-1.001193" not in page
    assert "draft-9.000001" in page


@pytest.mark.parametrize("form", [{}, {"version": "1"}, {"version": "x", "effective_from": "2026-11-23"}])
def test_a_form_of_nonsense_is_refused(drafts: Pages, form: dict[str, str]) -> None:
    assert drafts.post(RELEASE, ADMIN, **form).status_code == 400
    assert drafts.post(RELEASE, ADMIN, version="1", effective_from="2026-02-30").status_code == 400
