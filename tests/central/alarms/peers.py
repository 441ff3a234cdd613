"""Real peers that the courier talks to over the loopback: a mail server and a web server, each in a chosen mood."""

import queue
import socket
import threading
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Mood = Literal["answers", "refuses", "hangs", "drops", "drips"]


class MailServer:
    """A context manager; ``next`` waits for a letter."""

    def __init__(self, mood: Mood = "answers") -> None:
        self.mood: Mood = mood
        self._letters: queue.SimpleQueue[EmailMessage] = queue.SimpleQueue()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=kiosk@example.vn&to=truc-ban@example.vn&mode=insecure"

    def next(self) -> EmailMessage:
        return self._letters.get(timeout=30)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.mood == "refuses":
            return "554 5.7.1 Not wanted here"
        content = envelope.content
        assert isinstance(content, bytes)
        letter = BytesParser(policy=default).parsebytes(content)
        assert isinstance(letter, EmailMessage)
        self._letters.put(letter)
        return "250 OK"


class WebServer:
    """A webhook's other side. "drips": a byte a second for ever, which no timeout of a single read notices."""

    def __init__(self, mood: Mood = "answers") -> None:
        self.mood: Mood = mood
        self.ending = threading.Event()
        self.asked = threading.Semaphore(0)
        self._bodies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                web.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Tests look at what arrives."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> "WebServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, token: str = "token-cua-phuong") -> str:
        return f"json://kiosk:mat-khau-web@127.0.0.1:{self.port}/hook/{token}"

    def next(self) -> bytes:
        return self._bodies.get(timeout=30)

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers["Content-Length"]))
        self.asked.release()
        asked.close_connection = True
        if self.mood == "drops":
            return
        if self.mood in ("hangs", "drips"):
            asked.wfile.write(b"HTTP/1.1 200 OK\r\nX-Wait: ")
            while not self.ending.wait(0.2 if self.mood == "drips" else 30):
                asked.wfile.write(b".")
                asked.wfile.flush()
            return
        if self.mood == "answers":
            self._bodies.put(body)
        asked.send_response(200 if self.mood == "answers" else 403)
        asked.send_header("Content-Length", "0")
        asked.end_headers()
