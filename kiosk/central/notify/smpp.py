"""An SMS gateway (SMSC) over SMPP 3.4: ``smpp://user:password@host:port/sender/number/number``, ``smpps://`` with TLS.

A message counts as sent when the gateway has answered ``submit_sm`` with ``ESME_ROK`` (SMPP 3.4, 4.4.2), not before.
``sender`` is a number or the registered name (at most 11 letters) that people see.
"""

import logging
import ssl
import struct
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm
import smpplib.smpp

from kiosk.central.notify.message import Message
from kiosk.central.notify.notices import Ended, NoticeState

_PORTS = {"smpp": 2775, "smpps": 3550}
_SENDER_LETTERS = 11  #: 3GPP TS 23.040, 9.1.2.5: an alphanumeric address
_NUMBER_DIGITS = (6, 15)  #: E.164
_STEP_S = 5.0
_ANSWER_S = 12.0
_NAME_TON, _NUMBER_TON, _ISDN_NPI = 5, 1, 1
_PASSING = frozenset({0x08, 0x14, 0x58})  #: ESME_RSYSERR, ESME_RMSGQFUL, ESME_RTHROTTLED
_LOG = "kiosk.central.notify.smpplib"
#: What smpplib lets through when a gateway says something that is not SMPP.
_BROKEN = (
    OSError,
    struct.error,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    RuntimeError,
    smpplib.exceptions.ConnectionError,
    smpplib.exceptions.UnknownCommandError,
)


def is_smpp(url: str) -> bool:
    return urlsplit(url).scheme in _PORTS


@dataclass(frozen=True, slots=True)
class SmppGateway:
    """``tls``: None for a plain line."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    numbers: tuple[str, ...]
    tls: ssl.SSLContext | None

    @classmethod
    def at(cls, url: str) -> "SmppGateway":
        """Raises ValueError with words that do not contain the URL."""
        parts = urlsplit(url)
        sender, *numbers = [unquote(each) for each in parts.path.split("/") if each] or [""]
        if not (parts.hostname and parts.username and parts.password):
            raise ValueError("expected smpp://user:password@host/sender/number")
        if not (sender.isascii() and (_is_number(sender) or 1 <= len(sender) <= _SENDER_LETTERS)):
            raise ValueError(f"expected a sender's number, or a name of at most {_SENDER_LETTERS} letters")
        if not numbers or not all(map(_is_number, numbers)):
            raise ValueError("expected telephone numbers with country code, such as 84901234567")
        return cls(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            unquote(parts.username),
            unquote(parts.password),
            sender.removeprefix("+"),
            tuple(number.removeprefix("+") for number in numbers),
            ssl.create_default_context() if parts.scheme == "smpps" else None,
        )

    def send(self, message: Message) -> Ended:
        # At lower levels smpplib writes every byte into the log, and the password is among them.
        logging.getLogger(_LOG).setLevel(logging.ERROR)
        client = smpplib.client.Client(
            self.host,
            self.port,
            timeout=_STEP_S,
            ssl_context=_Named(self.tls, self.host) if self.tls else None,
            allow_unknown_opt_params=True,
            logger_name=_LOG,
        )
        try:
            client.connect()
            client.bind_transmitter(system_id=self.user, password=self.password)
            answers = [self._submit(client, number, message.body) for number in self.numbers]
        except _BROKEN as error:
            return Ended(NoticeState.WAITING, _words(error))
        finally:
            _part(client)
        refused = [answer for answer in answers if answer is not None]
        if len(refused) == len(answers) or any(answer.is_passing for answer in refused):
            return Ended(NoticeState.WAITING, str(refused[0]))
        # Who has it already must not get it again because somebody else's number is wrong.
        return Ended(NoticeState.SENT, f"{len(refused)} of {len(answers)} numbers {refused[0]}" if refused else "")

    def _submit(self, client: Any, number: str, text: str) -> "_Refusal | None":
        (part,), coding, kind = smpplib.gsm.make_parts(text)
        by_name = not _is_number(self.sender)
        asked = client.send_message(
            source_addr_ton=_NAME_TON if by_name else _NUMBER_TON,
            source_addr_npi=0 if by_name else _ISDN_NPI,
            source_addr=self.sender,
            dest_addr_ton=_NUMBER_TON,
            dest_addr_npi=_ISDN_NPI,
            destination_addr=number,
            short_message=part,
            data_coding=coding,
            esm_class=kind,
        )
        answer = _answer_to(client, asked.sequence)
        if not answer.status and answer.command == "submit_sm_resp":
            return None
        return _Refusal(answer.status)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """``status``: SMPP 3.4, 5.1.3."""

    status: int

    def __str__(self) -> str:
        return f"refused: {self.status:#x} {smpplib.consts.DESCRIPTIONS.get(self.status, '')}".rstrip()

    @property
    def is_passing(self) -> bool:
        return self.status in _PASSING


class _Named:
    """TLS that checks the certificate's name: smpplib wraps the line without telling whom it calls."""

    def __init__(self, tls: ssl.SSLContext, host: str) -> None:
        self._tls, self._host = tls, host

    def wrap_socket(self, line: Any) -> ssl.SSLSocket:
        return self._tls.wrap_socket(line, server_hostname=self._host)


def _answer_to(client: Any, sequence: int) -> Any:
    """The PDU that answers ours; the gateway may ask in between whether we are there. Raises one of ``_BROKEN``."""
    until_s = time.monotonic() + _ANSWER_S
    while time.monotonic() < until_s:
        pdu = client.read_pdu()
        if pdu.sequence == sequence and pdu.command in ("submit_sm_resp", "generic_nack"):
            return pdu
        if pdu.command == "enquire_link":
            reply = smpplib.smpp.make_pdu("enquire_link_resp", client=client)
            reply.sequence = pdu.sequence
            client.send_pdu(reply)
    raise TimeoutError


def _part(client: Any) -> None:
    """Politely if the gateway is still there; what it took remains taken either way."""
    try:
        if client.state in (smpplib.consts.SMPP_CLIENT_STATE_BOUND_TX,):
            client.unbind()
    except _BROKEN:
        pass
    finally:
        client.state = smpplib.consts.SMPP_CLIENT_STATE_OPEN
        client.disconnect()


def _is_number(text: str) -> bool:
    digits = text.removeprefix("+")
    return digits.isascii() and digits.isdecimal() and _NUMBER_DIGITS[0] <= len(digits) <= _NUMBER_DIGITS[1]


def _words(error: BaseException) -> str:
    # smpplib calls every failure to connect "refused"; what it was stands behind it.
    behind = error.__context__ if isinstance(error, smpplib.exceptions.ConnectionError) else error
    if isinstance(behind, TimeoutError):
        return "the gateway did not answer"
    if isinstance(error, smpplib.exceptions.PDUError):
        return f"refused: {error.args[0]}"
    if isinstance(behind, ssl.SSLError):
        return f"no safe line: {behind.reason or type(behind).__name__}"
    if isinstance(error, smpplib.exceptions.ConnectionError):
        return "no answer from the gateway" if not error.args else str(error.args[0]).lower()
    return f"the gateway does not speak SMPP: {type(error).__name__}"
