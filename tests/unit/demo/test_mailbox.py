"""The demonstration's mail server takes what any mail program sends, and shows it."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from kiosk.demo.mailbox import Mailbox
from kiosk.demo.processes import DemoFailed

HEAD = "lanh-dao@phuong-mau.example"


def letter(text: str, to: str = HEAD) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kiosk@demo.example", to, "Chờ quá lâu"
    message.set_content(text)
    return message


def test_a_letter_is_kept_as_a_file_and_read_with_its_accents(tmp_path: Path) -> None:
    with Mailbox(tmp_path / "mail") as mailbox, smtplib.SMTP("127.0.0.1", mailbox.port) as line:
        line.send_message(letter("2 người chờ quá lâu."))
        found = mailbox.await_letter(HEAD, "quá lâu", 5)
        assert (found.to, found.subject, found.text) == (HEAD, "Chờ quá lâu", "2 người chờ quá lâu.")
        assert [path.name for path in (tmp_path / "mail").iterdir()] == ["0001.eml"]


def test_the_newest_letter_that_fits_is_the_one_that_is_meant(tmp_path: Path) -> None:
    with Mailbox(tmp_path / "mail") as mailbox, smtplib.SMTP("127.0.0.1", mailbox.port) as line:
        for text, to in (("lần 1", HEAD), ("lần 2", HEAD), ("lần 3", "khac@demo.example")):
            line.send_message(letter(text, to))
        assert mailbox.await_letter(HEAD, "lần", 5).text == "lần 2"


def test_a_letter_that_does_not_come_is_missed(tmp_path: Path) -> None:
    with Mailbox(tmp_path / "mail") as mailbox, pytest.raises(DemoFailed, match="no letter"):
        mailbox.await_letter(HEAD, "quá lâu", 0.01)
