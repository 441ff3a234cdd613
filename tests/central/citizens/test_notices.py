"""Citizens who agreed are told, over real SMTP and SMPP: when, how often, in which words, and how it ends."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from kiosk.central.city.deliveries import DeliveryState
from kiosk.central.notify.citizen_message import News, email_to, sms_to
from kiosk.central.notify.citizens import (
    OLD_MS,
    TRIES,
    CitizenNotices,
    Desk,
    Way,
    international,
    open_gateway,
    opening_ms,
)
from kiosk.central.notify.message import GSM_MOST, fits
from kiosk.config.exchange import CitizenNotice
from kiosk.config.parts import TimeSpan
from kiosk.dossier.status import Status
from kiosk.errors import ConfigError
from kiosk.web.i18n import load_words
from tests.architecture.tree import ROOT
from tests.central.alarms.peers import MailServer
from tests.central.conftest import RunningCentral
from tests.central.dossiers.conftest import NAME, NUMBER, PHONE, Ward, central, ward
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.smsc import FakeSmsc

__all__ = ["central", "ward"]

WORDS = load_words(ROOT / "assets" / "locales", ("notice",))
ROOT_URL = "http://testserver"
EMAIL = "mau.thu@example.vn"
SMS = {"contact": {"sms": True, "email": False, "language": "vi"}}


@dataclass
class Post:
    """One way of telling; ``rounds`` are made by hand, the delay has passed before each."""

    central: RunningCentral
    ward: Ward
    folder: Path
    config: CitizenNotice = field(default_factory=lambda: CitizenNotice(delay_s=0, limit_s=3))

    def opened(self, way: Way, template: str) -> CitizenNotices:
        path = self.folder / way
        path.write_text(template)
        desk = Desk(self.here.database, self.central.clock, self.here.seal, self.config, WORDS, ROOT_URL)
        notices = CitizenNotices(desk, way, open_gateway(path, "place", EMAIL if way == "email" else "84900000000"))
        asyncio.run(notices.begin())
        return notices

    @property
    def here(self) -> Any:
        assert self.central.central.outside is not None
        return self.central.central.outside.here

    def rounds(self, notices: CitizenNotices) -> None:
        async def work() -> None:
            while await notices.round():
                pass

        asyncio.run(work())

    def submitted(self, serial: int = 1, **other: Any) -> str:
        applicant = {"full_name": NAME, "personal_id": NUMBER, "phone": PHONE, "email": EMAIL}
        return self.ward.submitted(serial, **({"applicant": applicant} | SMS | other))

    def act(self, code: str, act: str, note: str = "") -> None:
        seen = self.ward.post("open", code=code).json()["revision"]
        assert self.ward.post("act", code=code, act=act, seen=seen, by="lan", note=note).status_code == 200

    def states(self, way: Way) -> list[tuple[int, int, str]]:
        rows = self.central.rows("deliveries.troubled", consumer=way, limit=9)
        return [(row[3], row[6], row[7]) for row in rows]

    def page(self, link: str, method: str = "GET") -> httpx2.Response:
        headers = {"Accept": "text/html", "Origin": ROOT_URL}
        return self.central.client.request(method, link.removeprefix(ROOT_URL), headers=headers)


@pytest.fixture
def post(central: RunningCentral, ward: Ward, tmp_path: Path) -> Post:
    return Post(central, ward, tmp_path)


@pytest.fixture
def smsc() -> Iterator[FakeSmsc]:
    with FakeSmsc() as peer:
        yield peer


def sms_way(post: Post, smsc: FakeSmsc) -> CitizenNotices:
    return post.opened("sms", f"smpp://kiosk:{smsc.password}@127.0.0.1:{smsc.port}/UBND/{{to}}")


def test_every_change_is_one_sms_without_accents_and_without_a_name(post: Post, smsc: FakeSmsc) -> None:
    notices = sms_way(post, smsc)
    code = post.submitted()
    post.rounds(notices)
    post.act(code, "accept")
    post.rounds(notices)
    post.act(code, "ask_supplement", "Thiếu giấy của con Trần Văn Bé")
    post.rounds(notices)
    texts = [each.text for each in smsc.taken]
    assert [text.partition(" Ngung")[0] for text in texts] == [
        f"Ho so {code}: da gui, cho can bo kiem tra.",
        f"Ho so {code}: da nhan du giay to. Hen tra 26/11/2026.",
        f"Ho so {code}: can quy vi bo sung giay to.",
    ]
    assert {each.number for each in smsc.taken} == {"84900000017"}
    assert all(len(text) <= GSM_MOST and text.isascii() for text in texts)
    assert not any(NUMBER in text or "Mau Thu" in text or "Be" in text for text in texts)


def test_an_e_mail_says_it_in_the_language_of_the_citizen(post: Post) -> None:
    with MailServer() as mail:
        notices = post.opened("email", f"mailto://127.0.0.1:{mail.port}?from=kiosk@example.vn&to={{to}}&mode=insecure")
        code = post.submitted(contact={"sms": False, "email": True, "language": "en"})
        post.rounds(notices)
        letter = mail.next()
    assert letter["To"] is not None
    assert EMAIL in letter["To"]
    body = letter.get_body(("plain",))
    assert body is not None
    assert letter["Subject"] == f"Dossier {code}: sent; an officer will check it"
    assert "/o/" in body.get_content()
    assert NAME not in letter.as_string()


def test_who_did_not_agree_is_told_nothing(post: Post, smsc: FakeSmsc) -> None:
    notices = sms_way(post, smsc)
    post.submitted(1, contact={"sms": False, "email": True, "language": "vi"})
    post.submitted(2, contact={})
    post.rounds(notices)
    assert smsc.taken == []
    assert post.states("sms") == [], "it is nobody's failure"


def test_the_past_is_not_told_when_this_is_turned_on(post: Post, smsc: FakeSmsc) -> None:
    post.submitted(1)
    notices = sms_way(post, smsc)
    post.submitted(2)
    post.rounds(notices)
    assert ["0002" in each.text for each in smsc.taken] == [True]


def test_the_link_ends_the_messages_of_that_dossier_after_one_button(post: Post, smsc: FakeSmsc) -> None:
    notices = sms_way(post, smsc)
    code, other = post.submitted(1), post.submitted(2)
    post.rounds(notices)
    link = next(each.text for each in smsc.taken if code in each.text).rpartition(" ")[2]
    assert link.startswith(f"{ROOT_URL}/o/")
    assert post.page(link).status_code == 200
    post.act(code, "accept")
    post.rounds(notices)
    assert len(smsc.taken) == 3, "looking at the page changes nothing"
    assert "Đã ngừng" in post.page(link, "POST").text
    assert post.page(link, "POST").status_code == 200, "pressed twice"
    for each in (code, other):
        post.act(each, "start" if each == code else "accept")
    post.rounds(notices)
    assert [other in each.text for each in smsc.taken[3:]] == [True]


@pytest.mark.parametrize("token", ["x", "a" * 32, "a" * 31 + "%00", "%F0%9F%98%80"])
def test_a_link_of_nonsense_is_none(post: Post, token: str) -> None:
    assert post.page(f"{ROOT_URL}/o/{token}").status_code == 404
    assert post.page(f"{ROOT_URL}/o/{token}", "POST").status_code == 404


def test_what_happens_at_night_is_told_in_the_morning_and_only_the_newest(post: Post, smsc: FakeSmsc) -> None:
    notices = sms_way(post, smsc)
    code = post.submitted()
    post.rounds(notices)
    post.central.clock.advance(13 * 3600 * 1000)  # 22:00
    for act in ("accept", "start"):
        post.act(code, act)
        post.rounds(notices)
    assert len(smsc.taken) == 1
    post.central.clock.advance(9 * 3600 * 1000)
    post.rounds(notices)
    assert ["dang giai quyet" in each.text for each in smsc.taken] == [False, True]


def test_nobody_is_told_more_often_than_the_limit_and_the_newest_is_told_later(post: Post, smsc: FakeSmsc) -> None:
    post.config = msgspec.structs.replace(post.config, per_day=2)
    notices = sms_way(post, smsc)
    code = post.submitted()
    for act in ("accept", "start", "finish"):
        post.rounds(notices)
        post.act(code, act)
    post.rounds(notices)
    assert len(smsc.taken) == 2
    post.central.clock.advance(25 * 3600 * 1000)
    post.rounds(notices)
    assert "da co ket qua" in smsc.taken[-1].text


def test_what_is_days_old_is_told_to_nobody(post: Post, smsc: FakeSmsc) -> None:
    """This was turned off for a while."""
    notices = sms_way(post, smsc)
    post.submitted()
    post.central.clock.advance(OLD_MS + 1)
    post.rounds(notices)
    assert smsc.taken == []
    assert post.states("sms") == []


def test_quick_changes_are_one_message(post: Post, smsc: FakeSmsc) -> None:
    post.config = msgspec.structs.replace(post.config, delay_s=60)
    notices = sms_way(post, smsc)
    code = post.submitted()
    post.act(code, "accept")
    post.rounds(notices)
    assert smsc.taken == []
    post.central.clock.advance(61_000)
    post.rounds(notices)
    assert ["da nhan du" in each.text for each in smsc.taken] == [True]


def test_a_gateway_that_is_down_is_tried_again_and_nothing_is_told_twice(
    post: Post, smsc: FakeSmsc, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notices = sms_way(post, smsc)
    smsc.manner = "refuses"
    post.submitted()
    post.rounds(notices)
    assert [state for state, *_ in post.states("sms")] == [DeliveryState.WAITING]
    smsc.manner = "answers"
    post.central.clock.advance(3600 * 1000)
    post.rounds(notices)
    post.rounds(notices)
    assert len(smsc.taken) == 1
    assert not any(part in caplog.text for part in (PHONE, "84900000017", NAME, NUMBER, smsc.password))


def test_a_number_that_takes_nothing_is_given_up_and_said(post: Post, smsc: FakeSmsc) -> None:
    notices = sms_way(post, smsc)
    smsc.manner = "refuses"
    post.config = CitizenNotice(hours=TimeSpan("00:00-24:00"))
    post.submitted()
    for _ in range(TRIES + 1):
        post.rounds(notices)
        post.central.clock.advance(900 * 1000)
    ((state, tries, problem),) = post.states("sms")
    assert (state, tries) == (DeliveryState.ASIDE, TRIES)
    assert "84900000017" not in problem


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("status", Status)
def test_every_message_fits_into_one_sms_and_keeps_its_link(status: Status, language: Any) -> None:
    link = "https://hoso.phuong.example.vn/o/" + "a" * 32
    for act in ("accept", "apologise"):
        news = News("000.00.01.H29-261122-0001", act, status, MONDAY_9_00, link)
        text = sms_to("84900000017", news, WORDS, language).body
        assert fits(text)
        assert text.isascii()
        assert link in text
        letter = email_to(EMAIL, news, WORDS, language)
        assert link in letter.body
        assert repr(letter) == "ToCitizen()"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("status", Status)
def test_a_date_is_told_only_while_the_office_works_towards_it(status: Status, language: Any) -> None:
    news = News("H29-261122-0001", "accept", status, MONDAY_9_00, "")
    told = "23/11/2026" in sms_to("84900000017", news, WORDS, language).body
    assert told == ("23/11/2026" in email_to(EMAIL, news, WORDS, language).body)
    assert told == (status in (Status.REGISTERED, Status.ACCEPTED, Status.IN_PROGRESS))
    put_off = News("H29-261122-0001", "apologise", status, MONDAY_9_00, "")
    assert "23/11/2026" in sms_to("84900000017", put_off, WORDS, language).body


def test_a_link_that_is_too_long_is_left_out_before_the_status_is() -> None:
    news = News("000.00.01.H29-261122-0001", "accept", Status.SUPPLEMENT_ASKED, MONDAY_9_00, "https://" + "x" * 150)
    text = sms_to("84900000017", news, WORDS, "vi").body
    assert "can quy vi bo sung giay to" in text
    assert fits(text)


def test_hours_begin_today_or_tomorrow() -> None:
    config, hour = CitizenNotice(hours=TimeSpan("07:00-20:00")), 3600 * 1000
    assert opening_ms(config, MONDAY_9_00) == MONDAY_9_00
    assert opening_ms(config, MONDAY_9_00 - 4 * hour) == MONDAY_9_00 - 2 * hour
    assert opening_ms(config, MONDAY_9_00 + 11 * hour) == MONDAY_9_00 + 22 * hour


def test_a_number_is_given_as_gateways_want_it() -> None:
    assert (international("0901234567"), international("02838291234"), international("")) == (
        "84901234567",
        "842838291234",
        "",
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "cannot be read"), ("smpp://u:p@127.0.0.1/UBND/84901234567", "{to}"), ("what://{to}", "not one")],
)
def test_a_url_that_cannot_work_is_refused_without_showing_it(tmp_path: Path, content: str | None, told: str) -> None:
    path = tmp_path / "url"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError) as refused:
        open_gateway(path, "dossiers.notice.sms_url_file", "84901234567")
    assert told in str(refused.value)
    assert "u:p" not in str(refused.value)
