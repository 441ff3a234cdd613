"""The mail server of the demonstration: takes every letter, gives none away, and keeps each as a file."""

import email
import logging
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from kiosk.demo.processes import DemoFailed, free_port


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str


class Mailbox:
    """A context manager. ``folder`` gets ``0001.eml`` and so on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._letters: list[Letter] = []
        self._came = threading.Condition()
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells of every greeting
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Self:
        self.folder.mkdir()
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    def url(self, to: str) -> str:
        """For `[[notify.channels]]`, as Apprise writes it."""
        return f"mailto://127.0.0.1:{self.port}?from=canh-bao@demo.example&to={to}&mode=insecure"

    def await_letter(self, to: str, word: str, timeout_s: float) -> Letter:
        """The newest letter to that address with the word in its text; DemoFailed."""

        def found() -> Letter | None:
            return next((each for each in reversed(self._letters) if each.to == to and word in each.text), None)

        with self._came:
            if not self._came.wait_for(lambda: found() is not None, timeout_s):
                raise DemoFailed(f'no letter with "{word}" came to {to} in {timeout_s:.0f} s; see {self.folder}')
            letter = found()
        assert letter is not None
        return letter

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        letter = email.message_from_bytes(content, policy=default)
        assert isinstance(letter, EmailMessage)
        with self._came:
            for to in envelope.rcpt_tos:
                self._letters.append(Letter(to, str(letter["Subject"]), _text(letter)))
            (self.folder / f"{len(self._letters):04d}.eml").write_bytes(content)
            self._came.notify_all()
        return "250 OK"


def _text(letter: EmailMessage) -> str:
    part = letter.get_body(preferencelist=("plain", "html"))
    return str(part.get_content()).strip() if part is not None else ""
