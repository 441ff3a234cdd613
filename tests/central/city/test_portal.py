"""The national messages over a real HTTP server that answers, lies, hangs, says nonsense, forgets its sessions."""

import hashlib
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kiosk.central.api.city_papers import city_paper_routes
from kiosk.central.city.deliveries import DeliveryState, try_again
from kiosk.central.city.paper_links import PaperLinks
from tests.central.city.conftest import PortalDesk
from tests.central.dossiers.conftest import NAME, NUMBER
from tests.fakes.papers import pdf
from tests.fakes.portal import Manner


def test_a_dossier_and_each_step_reach_the_portal(portal: PortalDesk) -> None:
    code = portal.ward.submitted()
    portal.act(code, "accept")
    portal.act(code, "ask_supplement", "Thiếu bản sao")
    portal.rounds()
    item = portal.portal.dossiers[code]
    assert (item["ChuHoSo"], item["SoDinhDanh"], item["TrangThaiHoSo"]) == (NAME, NUMBER, "5")
    assert item["NgayTiepNhan"] == "20261123090000"
    assert [each["NoiDungBoSung"] for each in item["DanhSachHoSoBoSung"]] == ["Thiếu bản sao"]
    assert [each["TrangThai"] for each in portal.portal.progress] == ["2", "5"]
    assert portal.portal.logins == 1
    assert portal.waiting() == []


def test_what_the_citizen_pays_is_told_as_the_officers_asked_it(portal: PortalDesk) -> None:
    """Nothing is asked at first; then a fee with the receipt, and one later. What was never asked is not told."""
    code = portal.ward.submitted()
    portal.rounds()
    assert portal.portal.dossiers[code]["DanhSachLePhi"] == []
    portal.act(code, "accept", fee_vnd=8_000)
    portal.act(code, "start", fee_vnd=999)
    portal.act(code, "ask_payment", "Bản sao thứ hai", fee_vnd=16_000)
    portal.rounds()
    fees = portal.portal.dossiers[code]["DanhSachLePhi"]
    assert [(fee["Gia"], fee["HinhThucThu"], fee["LoaiPhiLePhi"]) for fee in fees] == [
        ("8000", "1", "1"),
        ("16000", "2", "1"),
    ]
    assert all(fee["TenPhiLePhi"].startswith("Phí, lệ phí: Cấp Giấy xác nhận") for fee in fees)


def test_nothing_is_told_twice(portal: PortalDesk) -> None:
    portal.ward.submitted()
    portal.rounds()
    portal.rounds()
    assert portal.portal.calls == ["DongBoHoSoMC"]


def test_a_session_that_has_expired_is_renewed(portal: PortalDesk) -> None:
    portal.ward.submitted(1)
    portal.rounds()
    portal.portal.manner = "forgets"
    portal.ward.submitted(2)
    portal.rounds()
    assert len(portal.portal.dossiers) == 2
    assert portal.portal.logins == 2


@pytest.mark.parametrize("manner", ["hangs", "nonsense", "empty", "huge", "fails", "drips"])
def test_what_is_no_answer_is_tried_again_until_there_is_one(portal: PortalDesk, manner: Manner) -> None:
    code = portal.ward.submitted()
    portal.portal.manner = manner
    portal.rounds()
    ((state, tries, problem),) = portal.waiting()
    assert (state, tries) == (DeliveryState.WAITING, 1)
    assert problem
    assert NAME not in problem
    portal.portal.dossiers.clear()
    portal.portal.manner = "answers"
    portal.rounds()
    assert portal.portal.dossiers == {}, "not before its time"
    portal.later(3600)
    portal.rounds()
    assert list(portal.portal.dossiers) == [code]
    assert portal.waiting() == []


def test_a_dossier_that_arrived_although_the_answer_did_not_is_not_a_failure(portal: PortalDesk) -> None:
    code = portal.ward.submitted()
    portal.portal.manner = "drops"
    portal.rounds()
    assert code in portal.portal.dossiers
    portal.portal.manner = "answers"
    portal.later(3600)
    portal.rounds()
    assert portal.portal.calls == ["DongBoHoSoMC", "DongBoHoSoMC", "TraCuuHoSo"]
    assert portal.waiting() == []


def test_what_the_portal_refuses_is_set_aside_and_tried_again_when_somebody_says_so(portal: PortalDesk) -> None:
    code, other = portal.ward.submitted(1), portal.ward.submitted(2)
    portal.portal.manner = "refuses"
    for _ in range(4):
        portal.rounds()
        portal.later(3600)
    assert portal.waiting() == [(DeliveryState.ASIDE, 3, "error_code 17")] * 2
    portal.portal.manner = "answers"
    portal.rounds()
    assert portal.portal.dossiers == {}
    now_ms = portal.central.clock.now_ms()
    assert portal.central.central.database.write_now(lambda tx: try_again(tx, "portal", 0, now_ms)) == 2
    portal.rounds()
    assert sorted(portal.portal.dossiers) == [code, other]


def test_a_wrong_password_stops_everything_and_loses_nothing(portal: PortalDesk) -> None:
    portal.ward.submitted()
    portal.portal.password = "another"
    portal.rounds()
    assert [problem for *_, problem in portal.waiting()] == ["the login is refused: error_code 1"]
    assert portal.portal.calls == []


def test_the_second_change_of_a_dossier_is_never_told_before_the_first(portal: PortalDesk) -> None:
    code, other = portal.ward.submitted(1), portal.ward.submitted(2)
    portal.portal.manner = "fails"
    portal.rounds()
    portal.portal.manner = "answers"
    portal.act(code, "accept")
    portal.rounds()
    assert code not in portal.portal.dossiers
    portal.later(3600)
    portal.rounds()
    assert portal.portal.dossiers[code]["TrangThaiHoSo"] == "2"
    assert other in portal.portal.dossiers


def test_a_portal_that_lies_is_found_out_by_the_comparison_of_the_day(portal: PortalDesk) -> None:
    code, other = portal.ward.submitted(1), portal.ward.submitted(2)
    portal.rounds()
    portal.portal.manner = "lies"
    third = portal.ward.submitted(3)
    portal.act(code, "accept")
    portal.rounds()
    assert portal.waiting() == []
    portal.portal.manner = "answers"
    portal.later(25 * 3600)
    assert portal.reconciled()
    ((_day, _made, content),) = portal.central.rows("city.reports", limit=1)
    assert f'"missing_there":[{{"code":"{third}"' in content
    assert f'"differing":[{{"code":"{code}","here":2,"there":1' in content
    assert other not in content


@pytest.fixture
def linked(portal: PortalDesk) -> PortalDesk:
    """Central serves papers to the machine of the tests."""
    outside, running = portal.central.central.outside, portal.central
    assert outside is not None
    assert running.central.papers is not None
    links = PaperLinks(outside.here.seal, "http://city.test")
    running.central.outside = replace(outside, here=replace(outside.here, links=links))
    app = running.client.app
    assert isinstance(app, Starlette)
    around = running.central.database, running.central.papers, links
    app.router.routes[:0] = city_paper_routes(*around, ["127.0.0.0/8"])
    return portal


def fetched(portal: PortalDesk, link: str, host: str = "127.0.0.1") -> tuple[int, bytes]:
    answer = TestClient(portal.central.client.app, client=(host, 1)).get(link.removeprefix("http://city.test"))
    return answer.status_code, answer.content


def test_the_portal_fetches_papers_and_results_by_the_links_of_the_message(linked: PortalDesk) -> None:
    paper, result, ward = pdf(), pdf(2), linked.ward
    digest = hashlib.sha256(paper).hexdigest()
    declared = [{"paper": "birth", "name": "Giấy khai sinh", "way": "kiosk", "pages": 1, "sha256": digest}]
    code = ward.submitted(papers=declared)
    linked.rounds()
    assert linked.portal.dossiers[code]["TaiLieuNop"][0]["DuongDanTaiTepTin"] == "", "its file is not here yet"
    assert ward.put(paper, code=code, paper="birth", name="Giấy khai sinh", way="kiosk", pages=1).status_code == 200
    linked.act(code, "accept")
    linked.act(code, "start")
    about = {"code": code, "paper": "ket-qua", "name": "Kết quả", "way": "counter", "kind": "result"}
    assert ward.put(result, **about).status_code == 200
    linked.act(code, "finish")
    linked.rounds()
    item = linked.portal.dossiers[code]
    link, of_result = (
        item["TaiLieuNop"][0]["DuongDanTaiTepTin"],
        item["DanhSachGiayToKetQua"][0]["DuongDanTepTinKetQua"],
    )
    assert fetched(linked, link) == (200, paper)
    assert fetched(linked, of_result) == (200, result)
    for wrong in (link[:-1] + ("0" if link[-1] != "0" else "1"), link.replace("/birth/", "/ket-qua/"), link + "é"):
        assert fetched(linked, wrong)[0] == 404
    assert fetched(linked, link, "10.9.9.9")[0] == 404, "another machine"


def test_without_machines_that_may_fetch_there_are_no_links_and_nothing_to_fetch(portal: PortalDesk) -> None:
    code = portal.ward.submitted()
    portal.rounds()
    assert portal.central.client.get(f"/v1/city/papers/{code}/birth/{'0' * 32}").status_code == 404
