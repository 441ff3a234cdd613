"""The page on which an admin of the city sees what its own system was told and says."""

import pytest

from tests.central.pages.conftest import Pages, add_exchange

ADMIN = "thanh-pho"


@pytest.fixture
def busy(pages: Pages) -> Pages:
    add_exchange(pages)
    return pages


def test_what_waits_what_was_set_aside_and_why_is_shown(busy: Pages) -> None:
    page = busy.get("/exchange", ADMIN).text
    assert "1 thay đổi không gửi được" in page
    assert "error_code 17" in page
    assert "không biết trạng thái này" in page
    assert "tại đây: Được tiếp nhận; thành phố: Đang xử lý" in page


@pytest.mark.parametrize("who", ["cum", "lanh-dao", "xem"])
def test_nobody_else_sees_or_touches_it(busy: Pages, who: str) -> None:
    assert busy.get("/exchange", who).status_code == 403
    assert busy.post("/exchange/again", who, consumer="folder").status_code == 403
    assert busy.post("/exchange/line", who, line="a").status_code == 403
    assert busy.get("/exchange/report/20261123.csv", who).status_code == 403


def test_a_button_has_one_or_all_tried_again(busy: Pages) -> None:
    def waiting() -> list[tuple[int, int]]:
        rows = busy.database.read_now(lambda tx: tx.rows("deliveries.troubled", consumer="folder", limit=9))
        return sorted((row[1], row[3]) for row in rows)

    assert waiting() == [(1, 0), (2, 2)]
    assert busy.post("/exchange/again", ADMIN, consumer="folder", number="2").status_code == 303
    assert waiting() == [(1, 0), (2, 0)]
    assert busy.post("/exchange/again", ADMIN, consumer="folder").status_code == 303


@pytest.mark.parametrize("number", ["x", "-1", "9" * 40])
def test_a_number_of_nonsense_is_refused(busy: Pages, number: str) -> None:
    assert busy.post("/exchange/again", ADMIN, consumer="folder", number=number).status_code == 400


def test_a_line_is_tried_again_or_dropped(busy: Pages) -> None:
    def lines() -> dict[str, str]:
        rows = busy.database.read_now(lambda tx: tx.rows("city.aside", limit=9))
        return {row[2]: row[0] for row in rows}

    known = lines()
    busy.post("/exchange/line", ADMIN, line=known["H29-261122-0009"])
    assert set(lines()) == set(known), "the word is as unknown as before"
    busy.post("/exchange/line", ADMIN, line=known["H29-261122-0009"], drop="1")
    assert set(lines()) == {"H29-261122-0008"}
    assert busy.post("/exchange/line", ADMIN, line="../x").status_code == 400


def test_the_comparison_is_a_file(busy: Pages) -> None:
    answer = busy.get("/exchange/report/20261123.csv", ADMIN)
    assert answer.headers["content-disposition"] == 'attachment; filename="doi-soat-20261123.csv"'
    assert "H29-261122-0003,2,4,Đang xử lý" in answer.text
    assert busy.get("/exchange/report/20261122.csv", ADMIN).status_code == 404
