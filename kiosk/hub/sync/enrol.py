"""Enrolment: a code that an administrator of the city gave is exchanged for a name, once."""

import base64
from pathlib import Path

import msgspec

from kiosk import __version__
from kiosk.clock import Clock
from kiosk.config.kept import KeptSettings, Pinned
from kiosk.errors import CentralUnreachable, ConfigError
from kiosk.hub.sync.enrolment import Enrolment, pending_key, write_enrolment
from kiosk.hub.sync.line import CentralAddress, CentralLine
from kiosk.hub.sync.offset import ClockOffset
from kiosk.hub.sync.position import forget_position
from kiosk.wire.central_api import Enrolled, EnrolRequest
from kiosk.wire.common import ErrorReply

ENROL = "/v1/enrol"


def enrol(address: CentralAddress, code: str, folder: Path, centre: str, clock: Clock, agency: str = "") -> Enrolment:
    """Makes a key, has it enrolled and stores both. The same call again after a lost answer is harmless.

    ``agency``: what the codes of this centre's dossiers begin with.

    Raises CentralUnreachable; ConfigError when central refuses the code or it is one of another centre; OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = pending_key(folder)
    request = EnrolRequest(
        code=code, public_key=key.public(), proof=key.sign(code.encode()), version=__version__, agency=agency
    )
    line = CentralLine(address, clock, ClockOffset())
    try:
        answer = line.post(ENROL, msgspec.json.encode(request))
    finally:
        line.close()
    if answer.status != 200:
        raise _refusal(answer.status, answer.payload)
    enrolled = answer.decoded(Enrolled)
    if enrolled.centre != centre:
        raise ConfigError(f"The code is for the centre {enrolled.centre}, this is {centre}; ask for a code of this one")
    enrolment = Enrolment(address.url, enrolled.device, enrolled.centre, key)
    write_enrolment(folder, enrolment)
    forget_position(folder)  # this central may know less than the one before
    pin_roots(folder, enrolled)
    return enrolment


def pin_roots(folder: Path, enrolled: Enrolled) -> None:
    """Whose settings this hub takes up from now on; raises ConfigError, OSError."""
    if not enrolled.roots:
        return
    try:
        roots = tuple(base64.b64decode(root, validate=True) for root in enrolled.roots)
    except ValueError as error:
        raise ConfigError("Central gave root keys that cannot be read") from error
    KeptSettings(folder).pin(Pinned(roots=roots, city=enrolled.city, centre=enrolled.centre))


def _refusal(status: int, payload: bytes) -> CentralUnreachable | ConfigError:
    try:
        reply = msgspec.json.decode(payload, type=ErrorReply)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return CentralUnreachable(f"The answer was status {status}, and not one of central's")
    if status >= 500 or status == 429:
        return CentralUnreachable(f"Central cannot enrol anybody now: {reply.message.en}")
    return ConfigError(f"Central refuses the code: {reply.message.en} ({reply.error})")
