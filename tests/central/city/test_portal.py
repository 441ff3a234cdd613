"""The national messages over a real HTTP server that answers, lies, hangs, says nonsense, forgets its sessions."""

import pytest

from kiosk.central.city.deliveries import DeliveryState, try_again
from tests.central.city.conftest import PortalDesk
from tests.central.dossiers.conftest import NAME, NUMBER
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
