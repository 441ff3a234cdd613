"""Real peers: an SMS centre, a mail server and a web server, and what they can do to us."""

import logging
from pathlib import Path

import pytest

from kiosk.central.notify.gateways import hide, open_gateways, secrets_in
from kiosk.central.notify.message import Message
from kiosk.central.notify.notices import Ended, NoticeState
from kiosk.config.warning import Channel
from kiosk.errors import ConfigError
from tests.central.alarms.peers import MailServer, WebServer
from tests.fakes.smsc import FakeSmsc, Manner

TEXT = "CHO QUA LAU: P. Ben Thanh, chung thuc: 3 nguoi, lau nhat 62 phut."
SENT = Ended(NoticeState.SENT)


def send(url: str, body: str = TEXT, title: str = "") -> Ended:
    return open_gateways([Channel(name="a", url=url)])["a"].send(Message(title, body))


@pytest.mark.parametrize("manner", ["answers", "asks"])
def test_a_short_message_reaches_every_number_with_the_senders_name(manner: Manner) -> None:
    with FakeSmsc(manner) as smsc:
        assert send(smsc.url("84901234567", "84907654321")) == SENT
        assert smsc.binds == [("kiosk", smsc.password)]
        assert [(each.sender, each.number) for each in smsc.taken] == [
            ("TTHCC", "84901234567"),
            ("TTHCC", "84907654321"),
        ]
        assert {(each.text, each.coding, each.length) for each in smsc.taken} == {(TEXT, 0, len(TEXT))}


def test_letters_of_the_gsm_alphabet_and_accents_arrive_as_they_were_sent() -> None:
    with FakeSmsc() as smsc:
        send(smsc.url(), "https://a.vn/a/Ab_-9: @ $ ? / %")
        send(smsc.url(), "CHỜ QUÁ LÂU: Bến Thành")
        assert [(each.text, each.coding) for each in smsc.taken] == [
            ("https://a.vn/a/Ab_-9: @ $ ? / %", 0),
            ("CHỜ QUÁ LÂU: Bến Thành", 8),
        ]


@pytest.mark.parametrize(
    ("manner", "problem"),
    [("refuses", "refused: 0x58"), ("unbinds", "no answer"), ("hangs", "did not answer"), ("babbles", "")],
)
def test_a_gateway_that_refuses_hangs_breaks_off_or_babbles_has_not_sent(manner: Manner, problem: str) -> None:
    with FakeSmsc(manner) as smsc:
        ended = send(smsc.url())
        assert ended.state is NoticeState.WAITING
        assert problem in ended.problem
        assert smsc.taken == []


def test_a_gateway_that_says_yes_and_is_gone_has_the_message() -> None:
    """Sending it again would wake somebody twice."""
    with FakeSmsc("drops") as smsc:
        assert send(smsc.url()) == SENT


def test_a_wrong_password_and_a_gateway_that_is_not_there_are_said_without_the_password() -> None:
    with FakeSmsc() as smsc:
        ended = send(smsc.url().replace(smsc.password, "sai-mat-khau"))
        assert "Bind Failed" in ended.problem
        assert "sai-mat" not in ended.problem
    assert send(smsc.url()).problem == "connection refused"


@pytest.mark.parametrize(
    "url",
    [
        "smpp://127.0.0.1/TTHCC/84901234567",
        "smpp://a:matkhau9@127.0.0.1/TTHCC",
        "smpp://a:matkhau9@127.0.0.1/TEN-NAY-DAI-QUA-11/84901234567",
        "smpp://a:matkhau9@127.0.0.1/TTHCC/0x90",
        "kein://a:matkhau9@127.0.0.1/x",
        "",
    ],
)
def test_a_url_that_cannot_work_is_told_at_the_start_and_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"`notify\.channels`: trực ban: ") as told:
        open_gateways([Channel(name="trực ban", url=url)])
    assert "matkhau9" not in str(told.value)
    assert told.value.__cause__ is None


def test_a_url_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    with FakeSmsc() as smsc:
        (tmp_path / "sms.url").write_text(smsc.url() + "\n")
        channel = Channel(name="a", url_file=tmp_path / "sms.url")
        assert open_gateways([channel])["a"].send(Message("", TEXT)) == SENT
    with pytest.raises(ConfigError, match="FileNotFoundError"):
        open_gateways([Channel(name="a", url_file=tmp_path / "none.url")])


def test_a_letter_arrives_with_subject_accents_and_link() -> None:
    with MailServer() as mail:
        body = "Bến Thành: 3 người chờ quá lâu.\n\nXem: https://a.vn/a/Ab_-9"
        assert send(mail.url, body, "Chờ quá lâu") == SENT
        letter = mail.next()
        assert letter["Subject"] == "Chờ quá lâu"
        assert letter["To"] == "truc-ban@example.vn"
        text = letter.get_body(("plain", "html"))
        assert text is not None
        assert "3 người chờ quá lâu." in text.get_content()
        assert "https://a.vn/a/Ab_-9" in text.get_content()


def test_a_mail_server_that_refuses_or_is_not_there_has_not_sent() -> None:
    with MailServer("refuses") as mail:
        ended = send(mail.url)
        assert ended.state is NoticeState.WAITING
        assert ended.problem
    assert send(mail.url).state is NoticeState.WAITING


def test_a_webhook_gets_title_and_text_as_json() -> None:
    with WebServer() as web:
        assert send(web.url(), title="Chờ quá lâu") == SENT
        assert TEXT.encode() in web.next()


@pytest.mark.parametrize("mood", ["refuses", "drops"])
def test_a_webhook_that_refuses_or_drops_has_not_sent_and_its_token_is_not_shown(
    mood: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with WebServer(mood) as web:  # type: ignore[arg-type]  # one of the moods
        ended = send(web.url())
        assert ended.state is NoticeState.WAITING
        assert ended.problem
        for secret in ("mat-khau-web", "token-cua-phuong"):
            assert secret not in ended.problem
            assert secret not in caplog.text


def test_every_part_of_a_url_that_could_be_a_secret_is_hidden() -> None:
    url = "mailtos://ban%40truc:m%C3%A2t-khau@mail.example.vn:465/?pass=abcd1234&to=x@y.vn"
    said = hide("could not reach mail.example.vn with mât-khau or m%C3%A2t-khau, abcd1234", secrets_in(url))
    assert said == "could not reach mail.example.vn with **** or ****, ****"


def test_smpps_never_falls_back_to_an_open_line() -> None:
    with FakeSmsc() as smsc:
        ended = send(smsc.url().replace("smpp://", "smpps://"))
        assert ended.state is NoticeState.WAITING
        assert "no safe line" in ended.problem or "did not answer" in ended.problem
        assert smsc.binds == []


def test_a_number_that_is_wrong_does_not_make_the_others_get_it_twice() -> None:
    with FakeSmsc("knows-one") as smsc:
        ended = send(smsc.url("84901234567", "84900000000"))
        assert ended.state is NoticeState.SENT
        assert ended.problem.startswith("1 of 2 numbers refused: 0xb")
