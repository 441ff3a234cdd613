"""The papers of a dossier, by the table alone."""

from kiosk.touch.dossier.asks import What
from kiosk.touch.dossier.events import (
    Of,
    Pick,
    SheetCame,
    SheetFailed,
    SheetReadersChanged,
    ShowDesk,
    TakeSheet,
    TurnSheet,
)
from kiosk.touch.events import HubAway, HubDenied, Tap, Tick
from kiosk.touch.flow import Screen
from kiosk.wire.common import Text
from kiosk.wire.submission_api import AdmitPhone, DraftState, SetWay
from tests.fakes.clock import MONDAY_9_00
from tests.unit.touch.dossier.walk import DossierWalk, draft


def test_a_page_is_sent_only_after_it_was_seen_and_kept() -> None:
    walk = DossierWalk().to_sheet().tell(Tap.SHOOT, SheetCame("camera", b"first", is_cut=True))
    assert walk.asks(What.ADD) == []
    walk.tell(Tap.RETAKE).photograph(b"second", b"third")
    assert [ask.body for ask in walk.asks(What.ADD)] == [b"second", b"third"]
    assert walk.errand.kept == 2


def test_a_double_tap_takes_and_keeps_one_page() -> None:
    walk = DossierWalk().to_sheet().tell(Tap.SHOOT).tell(Tap.SHOOT, after_ms=100)
    assert len([each for each in walk.effects if isinstance(each, TakeSheet)]) == 1
    walk.tell(SheetCame("camera", b"page", is_cut=True), Tap.KEEP).tell(Tap.KEEP, after_ms=100)
    assert len(walk.asks(What.ADD)) == 1


def test_the_desk_is_shown_only_while_somebody_is_about_to_use_it() -> None:
    walk = DossierWalk().to_sheet().photograph(b"page").tell(Tap.NEXT)
    assert [each.on for each in walk.effects if isinstance(each, ShowDesk)] == [True, False, True, False]


def test_pages_upside_down_are_turned_once_and_the_others_follow() -> None:
    """Forty pages that lie wrong in the feeder."""
    walk = DossierWalk().to_sheet("scanner").tell(Tap.SHOOT)
    walk.tell(*(SheetCame("scanner", b"%d" % each, is_cut=True) for each in range(40)), after_ms=1)
    walk.ms += 1000
    walk.tell(Tap.TURN, SheetCame("scanner", b"turned", is_cut=True, turned=1))
    walk.tell(Tap.TURN, SheetCame("scanner", b"upright", is_cut=True, turned=2), Tap.KEEP)
    last = [each for each in walk.effects if isinstance(each, TurnSheet)][-1]
    assert (last.picture, last.quarters, last.turned) == (b"1", 2, 2)
    for _ in range(39):
        walk.tell(SheetCame("scanner", b"upright", is_cut=True, turned=2), Tap.KEEP)
    assert len(walk.asks(What.ADD)) == 40
    assert {ask.body for ask in walk.asks(What.ADD)} == {b"upright"}


def test_forty_pages_that_came_upright_by_themselves_are_only_looked_at() -> None:
    walk = DossierWalk().to_sheet("scanner").tell(Tap.SHOOT)
    walk.tell(*(SheetCame("scanner", b"upright", is_cut=True, turned=2) for _ in range(40)), after_ms=1)
    walk.ms += 1000
    for _ in range(40):
        walk.tell(Tap.KEEP)
    assert not [each for each in walk.effects if isinstance(each, TurnSheet)]
    assert len(walk.asks(What.ADD)) == 40


def test_a_page_whose_print_shows_nothing_is_turned_like_the_one_before() -> None:
    walk = DossierWalk().to_sheet().tell(Tap.SHOOT, SheetCame("camera", b"print", is_cut=True, turned=2), Tap.KEEP)
    walk.tell(Tap.SHOOT, SheetCame("camera", b"picture", is_cut=True))
    (turning,) = [each for each in walk.effects if isinstance(each, TurnSheet)]
    assert (turning.picture, turning.quarters) == (b"picture", 2)
    assert walk.errand.taking
    walk.tell(SheetCame("camera", b"turned", is_cut=True, turned=2))
    assert walk.errand.sheet is not None
    assert walk.errand.sheet.picture == b"turned"


def test_what_a_person_turned_counts_more_than_what_the_machine_saw() -> None:
    walk = DossierWalk().to_sheet().tell(Tap.SHOOT, SheetCame("camera", b"first", is_cut=True, turned=2), Tap.TURN)
    walk.tell(SheetCame("camera", b"on its side", is_cut=True, turned=3), Tap.KEEP)
    walk.tell(Tap.SHOOT, SheetCame("camera", b"second", is_cut=True, turned=2))
    last = [each for each in walk.effects if isinstance(each, TurnSheet)][-1]
    assert (last.picture, last.quarters, last.turned) == (b"second", 1, 3)


def test_a_camera_that_is_unplugged_loses_nothing_that_was_kept() -> None:
    walk = DossierWalk().to_sheet().photograph(b"page").tell(Tap.SHOOT, SheetReadersChanged(camera=False, scanner=True))
    assert walk.state.screen is Screen.PAPER
    assert walk.errand.wrong is not None
    assert "mất kết nối" in walk.errand.wrong.vi
    assert len(walk.asks(What.ADD)) == 1
    walk.tell(Pick(Of.WAY, "camera"))
    assert walk.state.screen is Screen.PAPER
    walk.tell(Pick(Of.WAY, "scanner"))
    assert walk.state.screen is Screen.SHEET


def test_an_empty_scanner_is_said_and_can_be_tried_again() -> None:
    walk = DossierWalk().to_sheet("scanner").tell(Tap.SHOOT, SheetFailed("scanner", "empty"))
    assert walk.errand.wrong is not None
    assert not walk.errand.taking
    walk.tell(Tap.SHOOT)
    assert walk.errand.taking


def test_a_page_that_comes_when_nobody_waits_is_dropped() -> None:
    walk = DossierWalk().to_sheet().tell(SheetCame("camera", b"page", is_cut=True))
    assert walk.errand.sheet is None


def test_originals_for_the_counter_settle_a_paper() -> None:
    walk = DossierWalk().to_papers().tell(Tap.NEXT)
    assert walk.state.screen is Screen.PAPERS
    walk.tell(Pick(Of.PAPER, "birth-note"), Pick(Of.WAY, "counter"))
    assert isinstance(walk.asks(What.WAY)[0].body, SetWay)
    papers = [{"way": "counter"} if each.paper == "birth-note" else {} for each in draft().papers]
    import msgspec

    settled = [msgspec.structs.replace(each, **change) for each, change in zip(draft().papers, papers, strict=True)]
    walk.answer(What.WAY, draft(papers=settled)).tell(Tap.NEXT)
    assert walk.state.screen is Screen.REVIEW


def test_what_is_only_shown_at_the_counter_is_not_asked_for() -> None:
    walk = DossierWalk().to_papers().tell(Pick(Of.PAPER, "identity"))
    assert walk.state.screen is Screen.PAPERS


def test_a_phone_is_watched_and_what_it_sends_keeps_the_session() -> None:
    walk = DossierWalk().to_papers().tell(Pick(Of.PAPER, "birth-note"), Pick(Of.WAY, "phone"))
    walk.answer(What.PHONE, draft(phone_url="http://hub.test/p/x"))
    assert walk.state.screen is Screen.PHONE
    walk.tell(*[Tick()] * 150)
    assert len(walk.asks(What.STATE)) == 150
    walk.answer(What.STATE, draft("birth-note", pages=2, phone_url="http://hub.test/p/x"))
    assert walk.state.touched_ms == walk.ms
    assert walk.asks(What.THUMBNAIL)[0].path.endswith("/pages/2")
    walk.answer(What.THUMBNAIL, b"jpeg")
    assert walk.errand.thumbnails == {("birth-note", 2): b"jpeg"}


def to_phone() -> DossierWalk:
    walk = DossierWalk().to_papers().tell(Pick(Of.PAPER, "birth-note"), Pick(Of.WAY, "phone"))
    return walk.answer(What.PHONE, phone_draft())


def phone_draft(**changes: bool) -> DraftState:
    return draft(phone_url="http://hub.test/p/x", phone_until_ms=MONDAY_9_00 + 900_000, **changes)


def test_a_phone_is_let_in_by_the_number_that_it_shows() -> None:
    walk = to_phone().tell(Tick()).answer(What.STATE, phone_draft(phone_waits=True))
    assert walk.state.screen is Screen.PHONE_CHECK
    walk.type("482")
    assert walk.asks(What.ADMIT)[0].body == AdmitPhone(number="482")
    walk.tell(HubDenied(walk.asks(What.ADMIT)[0], "other_phone", Text(vi="Chưa đúng số.", en="Not it.")))
    assert (walk.state.screen, walk.errand.typed) == (Screen.PHONE_CHECK, "")
    assert walk.errand.wrong is not None
    walk.type("428").tell(HubAway(walk.asks(What.ADMIT)[1]))
    assert walk.state.screen is Screen.AWAY
    assert walk.errand.pending is not None
    assert walk.errand.pending.patient, "the phone may be in already and shows no number any more"
    walk.answer(What.ADMIT, phone_draft(phone_seen=True))
    assert walk.state.screen is Screen.PHONE


def test_who_has_no_number_on_the_phone_gets_a_new_code() -> None:
    walk = to_phone().tell(Tick()).answer(What.STATE, phone_draft(phone_waits=True)).tell(Tap.CANCEL)
    assert len(walk.asks(What.PHONE)) == 2
    walk.answer(What.PHONE, phone_draft())
    assert walk.state.screen is Screen.PHONE


def test_a_phone_that_was_let_in_sends_the_next_paper_by_the_same_link() -> None:
    walk = to_phone().tell(Tick()).answer(What.STATE, phone_draft(phone_seen=True))
    walk.tell(Tap.NEXT, Pick(Of.PAPER, "marriage"), Pick(Of.WAY, "phone"))
    assert walk.state.screen is Screen.PHONE
    assert len(walk.asks(What.PHONE)) == 1


def test_a_hub_that_is_away_while_pages_are_sent_holds_nobody_up() -> None:
    walk = DossierWalk().to_sheet().photograph(b"page")
    walk.tell(HubAway(walk.asks(What.ADD)[0]))
    assert walk.state.screen is Screen.SHEET
