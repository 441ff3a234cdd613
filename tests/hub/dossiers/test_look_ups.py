"""Look-ups and results: who guesses is stopped here, a link is good once, and central's absence is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kiosk.errors import CentralUnreachable
from kiosk.hub.dossiers.lookup import LookUps
from kiosk.hub.dossiers.ports import CentralSays
from kiosk.hub.dossiers.tries import PER_ASKER, PER_CODE, PER_CODE_OF_ALL, PER_PERSON_OF_ALL, WINDOW_S
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import DossierStatus, LookUp, LookUpReply, PaperRef
from kiosk.wire.submission_api import KioskLookUp, ResultLink, ResultLinkAsk
from tests.fakes.clock import FakeClock

CODE, SECRET, PDF = "H29-261122-0001", "34679C", b"%PDF-1.7 result"
NOBODY = Text(vi="", en="")
STATUS = DossierStatus(
    code=CODE,
    procedure="1.004873",
    status=9,
    words=NOBODY,
    next_step=NOBODY,
    due_ms=None,
    why_due=[],
    late=False,
    history=[],
    results=[PaperRef(paper="ket-qua", name="Giấy xác nhận")],
)


@dataclass
class FakeCity:
    """Implements ``ports.City``: it knows one dossier."""

    is_away: bool = False
    asked: list[str] = field(default_factory=list)

    def ask(self, target: str, message: msgspec.Struct, reply: type[Any]) -> Any:
        assert isinstance(message, LookUp)
        self.asked.append(message.code)
        if self.is_away:
            raise CentralUnreachable("away")
        fits = (message.code, message.secret) == (CODE, SECRET)
        return LookUpReply(found=[STATUS] if fits else [])

    def put(self, target: str, content: bytes, reply: type[Any]) -> Any:
        raise AssertionError("nothing is put")

    def file(self, target: str, message: msgspec.Struct) -> Iterator[bytes]:
        if self.is_away:
            raise CentralUnreachable("away")
        if getattr(message, "secret", "") != SECRET:
            raise CentralSays(404, "unknown_dossier")
        return iter([PDF])


def made() -> tuple[LookUps, FakeCity, FakeClock]:
    city, clock = FakeCity(), FakeClock()
    return LookUps(city, "http://hub.test", clock), city, clock


def ask(look_ups: LookUps, secret: str = SECRET, code: str = CODE, asker: str = "kiosk-1") -> LookUpReply:
    reply = look_ups.look_up(asker, KioskLookUp(code=code, secret=secret))
    assert isinstance(reply, LookUpReply)
    return reply


def test_many_who_guess_at_a_code_are_stopped_whether_it_exists_or_not() -> None:
    look_ups, city, clock = made()
    for code in (CODE, "H29-261122-0999"):
        for number in range(PER_CODE_OF_ALL):
            assert ask(look_ups, "XXXXXX", code, f"kiosk-{number}").wait_s == 0
        assert ask(look_ups, SECRET, code, "kiosk-other").wait_s > 0
    assert len(city.asked) == 2 * PER_CODE_OF_ALL, "and central is left alone"
    clock.advance(WINDOW_S * 1000)
    assert ask(look_ups).found == [STATUS]


def test_who_guesses_closes_a_code_for_himself_and_not_for_its_owner() -> None:
    look_ups, _, _ = made()
    for _ in range(2 * PER_CODE):
        ask(look_ups, "XXXXXX", asker="phone-of-a-stranger")
    assert ask(look_ups, asker="phone-of-a-stranger").wait_s > 0
    assert ask(look_ups, asker="kiosk-1").found == [STATUS]


def test_the_end_of_a_phone_number_cannot_be_tried_out_under_ever_new_codes_and_addresses() -> None:
    """Central looks at the card where there is one, so that is what is counted."""
    look_ups, city, _ = made()
    for number in range(2 * PER_PERSON_OF_ALL):
        guess = KioskLookUp(code=f"H29-261122-{number:04d}", personal_id="079300000017", phone_end=f"{number:04d}")
        look_ups.look_up(f"kiosk-{number}", guess)
    assert len(city.asked) == PER_PERSON_OF_ALL


def test_however_it_is_typed_it_is_the_same_code() -> None:
    look_ups, _, _ = made()
    for number in range(PER_CODE):
        ask(look_ups, "XXXXXX", CODE.lower() if number % 2 else f" {CODE} ")
    assert ask(look_ups).wait_s > 0


def test_who_is_right_may_look_as_often_as_a_kiosk_may() -> None:
    look_ups, _, _ = made()
    assert all(ask(look_ups).found for _ in range(PER_ASKER))
    assert ask(look_ups).wait_s > 0
    assert ask(look_ups, asker="kiosk-2").found


def test_while_central_is_away_nobody_uses_up_tries() -> None:
    look_ups, city, _ = made()
    city.is_away = True
    for number in range(2 * PER_CODE):
        reply = look_ups.look_up(f"kiosk-{number}", KioskLookUp(code=CODE, secret=SECRET))
        assert reply == Refused(Why.CENTRAL_AWAY)
    city.is_away = False
    assert ask(look_ups).found


def link(look_ups: LookUps, paper: str = "ket-qua", secret: str = SECRET) -> ResultLink | Refused:
    return look_ups.link("kiosk-1", ResultLinkAsk(code=CODE, secret=secret, paper=paper))


def token_of(given: ResultLink | Refused) -> str:
    assert isinstance(given, ResultLink)
    assert SECRET not in given.url
    assert CODE not in given.url
    return given.url.removeprefix("http://hub.test/r/")


def test_a_result_is_downloaded_once() -> None:
    look_ups, _, _ = made()
    token = token_of(link(look_ups))
    assert look_ups.is_good(token)
    pieces = look_ups.result(token)
    assert not isinstance(pieces, Refused)
    assert b"".join(pieces) == PDF
    assert not look_ups.is_good(token)
    assert look_ups.result(token) == Refused(Why.LINK_OVER)


def test_a_wrong_secret_and_a_paper_that_is_none_give_no_link() -> None:
    look_ups, _, _ = made()
    assert link(look_ups, secret="XXXXXX") == link(look_ups, paper="another") == Refused(Why.NOT_FOUND)


def test_a_link_outlives_a_central_that_is_away_and_ends_with_its_time() -> None:
    look_ups, city, clock = made()
    token = token_of(link(look_ups))
    city.is_away = True
    assert look_ups.result(token) == Refused(Why.CENTRAL_AWAY)
    assert look_ups.is_good(token)
    clock.advance(11 * 60_000)
    assert not look_ups.is_good(token)
