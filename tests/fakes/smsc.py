"""An SMS centre that speaks SMPP 3.4 on a real line: bind, submit_sm, enquire_link, unbind. It can misbehave.

Written from the specification (SMPP Protocol Specification v3.4, 12-Oct-1999, chapters 3 to 5) and without the library
that the product uses, so that both are checked against each other.
"""

import contextlib
import queue
import socket
import struct
import threading
from dataclasses import dataclass
from typing import Literal

BIND_TRANSMITTER, SUBMIT_SM, UNBIND, ENQUIRE_LINK = 0x02, 0x04, 0x06, 0x15
RESPONSE = 0x8000_0000
ESME_RINVDSTADR, ESME_RBINDFAIL, ESME_RTHROTTLED = 0x0B, 0x0D, 0x58
#: 3GPP TS 23.038, 6.2.1, in the order of its codes; 0x1B leads to the extension table.
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: "hangs": takes everything and never answers. "drops": says yes and is gone. "asks": enquires before it answers.
Manner = Literal["answers", "hangs", "refuses", "drops", "asks", "babbles", "unbinds", "knows-one"]


@dataclass(frozen=True, slots=True)
class ShortMessage:
    sender: str
    number: str
    text: str
    coding: int
    length: int  #: bytes of short_message


class FakeSmsc:
    """A context manager. What it took is in ``taken``; ``next`` waits for one."""

    def __init__(self, manner: Manner = "answers", password: str = "mat-khau") -> None:
        self.manner: Manner = manner
        self.password = password
        self.taken: list[ShortMessage] = []
        self.binds: list[tuple[str, str]] = []
        self._news: queue.SimpleQueue[ShortMessage] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._lines: list[socket.socket] = []

    def __enter__(self) -> "FakeSmsc":
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._listen, name="smsc", daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ending.set()
        for line in (self._door, *self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits on it
            line.close()

    def url(self, *numbers: str, sender: str = "TTHCC") -> str:
        return f"smpp://kiosk:{self.password}@127.0.0.1:{self.port}/{sender}/{'/'.join(numbers or ('84901234567',))}"

    def next(self) -> ShortMessage:
        return self._news.get(timeout=30)

    def _listen(self) -> None:
        while not self._ending.is_set():
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            if self._ending.is_set():
                line.close()
                return
            self._lines.append(line)
            threading.Thread(target=self._speak, args=(line,), daemon=True).start()

    def _speak(self, line: socket.socket) -> None:
        try:
            while head := _exactly(line, 16):
                length, command, _status, sequence = struct.unpack(">4L", head)
                self._answer(line, command, sequence, _exactly(line, length - 16))
        except OSError:
            return  # the other side has gone, or the test is over

    def _answer(self, line: socket.socket, command: int, sequence: int, body: bytes) -> None:
        if self.manner == "hangs":
            return
        if self.manner == "babbles":
            line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        if command == BIND_TRANSMITTER:
            self._bind(line, sequence, body)
        elif command == SUBMIT_SM:
            self._submit(line, sequence, body)
        elif command == UNBIND:
            _send(line, UNBIND | RESPONSE, 0, sequence)

    def _bind(self, line: socket.socket, sequence: int, body: bytes) -> None:
        user, password = (part.decode() for part in body.split(b"\0")[:2])
        self.binds.append((user, password))
        good = password == self.password
        _send(line, BIND_TRANSMITTER | RESPONSE, 0 if good else ESME_RBINDFAIL, sequence, b"smsc\0" if good else b"")

    def _submit(self, line: socket.socket, sequence: int, body: bytes) -> None:
        if self.manner == "refuses":
            _send(line, SUBMIT_SM | RESPONSE, ESME_RTHROTTLED, sequence)
            return
        if self.manner == "unbinds":
            line.close()
            return
        if self.manner == "asks":
            _send(line, ENQUIRE_LINK, 0, 7)
            head = _exactly(line, 16)
            assert struct.unpack(">4L", head)[1:] == (ENQUIRE_LINK | RESPONSE, 0, 7), head
        message = _read_submit(body)
        if self.manner == "knows-one" and self.taken:
            _send(line, SUBMIT_SM | RESPONSE, ESME_RINVDSTADR, sequence)
            return
        self.taken.append(message)
        self._news.put(message)
        _send(line, SUBMIT_SM | RESPONSE, 0, sequence, f"{len(self.taken)}\0".encode())
        if self.manner == "drops":
            line.close()


def _send(line: socket.socket, command: int, status: int, sequence: int, body: bytes = b"") -> None:
    line.sendall(struct.pack(">4L", 16 + len(body), command, status, sequence) + body)


def _exactly(line: socket.socket, length: int) -> bytes:
    parts = b""
    while len(parts) < length:
        part = line.recv(length - len(parts))
        if not part:
            return b""
        parts += part
    return parts


def _read_submit(body: bytes) -> ShortMessage:
    """4.4.1: C-octet strings end with a zero, the rest are single octets."""
    at = 0

    def text() -> str:
        nonlocal at
        end = body.index(b"\0", at)
        found, at = body[at:end].decode("ascii"), end + 1
        return found

    def octet() -> int:
        nonlocal at
        at += 1
        return body[at - 1]

    text()  # service_type
    octet(), octet()  # source ton, npi
    sender = text()
    octet(), octet()  # destination ton, npi
    number = text()
    octet(), octet(), octet()  # esm_class, protocol_id, priority_flag
    text(), text()  # schedule_delivery_time, validity_period
    octet(), octet()  # registered_delivery, replace_if_present_flag
    coding = octet()
    octet()  # sm_default_msg_id
    length = octet()
    payload = body[at : at + length]
    words = payload.decode("utf-16-be") if coding == 8 else "".join(GSM[code] for code in payload)
    return ShortMessage(sender, number, words, coding, length)
