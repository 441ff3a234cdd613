"""What a centre's hub and central say to each other.

1. Every request but ``POST /v1/enrol`` is signed with the Ed25519 key that was made on the device (``signed_text``);
   ``SENT`` must be within ``MAX_SKEW_S`` of central's clock. Every answer, refusals too, carries central's time in
   ``NOW``, so that a hub whose clock is wrong can correct what it signs.
2. ``POST /v1/events`` takes a ``Batch`` (JSON, ``Content-Encoding: gzip``) and answers ``Acknowledged``: everything up
   to and including ``acked`` is on central's disk. Sending a batch again, or a part of it, changes nothing.
3. A batch that does not follow on what central has is answered 409 with an ``Acknowledged``; the hub goes on from
   there. Only when it no longer holds those rows (``first == oldest``) does central accept the hole, and note it.
4. ``POST /v1/heartbeat`` takes a ``Heartbeat`` and answers ``Heard``; ``POST /v1/enrol`` takes an ``EnrolRequest`` and
   answers ``Enrolled``.
5. Settings and commands: ``kiosk.wire.fleet_api``.
6. 429 and 503 carry ``Retry-After`` in seconds; the hub adds jitter of its own.
"""

from typing import Annotated

import msgspec

from kiosk.wire.common import Message, Name
from kiosk.wire.events import Event
from kiosk.wire.kiosk_api import MAX_DETAIL, DeviceState

DEVICE = "Kiosk-Device"  #: header: the id that enrolment gave
SENT = "Kiosk-Sent"  #: header: ms since the epoch by central's clock as the hub knows it
SIGNATURE = "Kiosk-Signature"  #: header: base64 of the 64 bytes
NOW = "Kiosk-Now"  #: header of every answer: ms since the epoch by central's clock
MAX_SKEW_S = 300
MAX_BODY = 1 << 20  #: bytes on the wire
MAX_TEXT = 16 << 20  #: bytes after unpacking
MAX_ROWS = 5_000
MAX_HEARTBEAT = 64 * 1024  #: bytes of a heartbeat

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Position = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
#: An instant between 2000 and 2100, in ms.
Instant = Annotated[int, msgspec.Meta(ge=946_684_800_000, le=4_102_444_800_000)]
Software = Annotated[str, msgspec.Meta(max_length=40)]  #: version of the program


def signed_text(method: str, target: str, device: str, sent_ms: int, body_sha256: str) -> bytes:
    """What is signed. ``target``: path with query; ``body_sha256``: hex of the digest of the body as sent."""
    return f"kiosk1\n{method}\n{target}\n{device}\n{sent_ms}\n{body_sha256}".encode()


class Happened(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One row of the outbox; its ``seq`` is the batch's ``first`` plus its place. ``at_ms`` by the hub's clock."""

    at_ms: int
    event: Event


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """``rows`` follow each other without a hole, in the order they were committed."""

    centre: Name
    epoch: Count  #: changes when the hub's database was created or restored
    first: Position  #: seq of the first row
    oldest: Position  #: the lowest seq that the hub still holds
    head: Count  #: seq of its newest row: central raises no alarm while ``acked`` is behind it
    sent_ms: int  #: by the hub's clock, for measuring how wrong it is
    rows: tuple[Happened, ...]


class Acknowledged(Message, frozen=True):
    """``again_s``: central would like to be told again after so many seconds, because a ticket may be late then."""

    acked: Count
    now_ms: int
    again_s: float | None = None


class KioskHealth(Message, frozen=True):
    """One touch screen and what hangs on it, as it last told its hub."""

    kiosk: Name
    heard_ms: int
    devices: tuple[DeviceState, ...]
    version: Software = ""
    settings_version: Count = 0


class Heartbeat(Message, frozen=True):
    """Every 30 s. ``at_ms`` and ``sent_ms`` by the hub's clock; ``offset_ms``: what it measured, central minus hub."""

    centre: Name
    epoch: Count
    head: Count
    version: str
    sent_ms: int
    offset_ms: int = 0
    started_ms: int = 0
    disk_free_mb: int = -1
    temperature_c: float | None = None
    kiosks: tuple[KioskHealth, ...] = ()
    displays: tuple[DeviceState, ...] = ()
    settings_version: Count = 0  #: that the hub runs with; 0: its own file alone


def with_short_details(beat: Heartbeat, most: int = MAX_DETAIL) -> Heartbeat:
    """The same, with at most so many letters of what each device says."""
    devices = [each for kiosk in beat.kiosks for each in kiosk.devices] + list(beat.displays)
    if all(len(each.detail) <= most for each in devices):
        return beat
    kiosks = tuple(msgspec.structs.replace(each, devices=_cut(each.devices, most)) for each in beat.kiosks)
    return msgspec.structs.replace(beat, kiosks=kiosks, displays=_cut(beat.displays, most))


def _cut(devices: tuple[DeviceState, ...], most: int) -> tuple[DeviceState, ...]:
    return tuple(msgspec.structs.replace(each, detail=each.detail[:most]) for each in devices)


class Heard(Acknowledged, frozen=True):
    """The same, of a heartbeat."""


class EnrolRequest(Message, frozen=True, omit_defaults=True):
    """``code``: from ``kiosk central enrol``, works once. ``proof``: base64 signature of the code by the new key.

    ``agency``: what the codes of its dossiers will begin with; no two centres may have the same.
    """

    code: Annotated[str, msgspec.Meta(min_length=8, max_length=32)]
    public_key: Annotated[str, msgspec.Meta(max_length=64)]  #: base64 of the 32 bytes
    proof: Annotated[str, msgspec.Meta(max_length=128)]
    version: str = ""
    agency: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Enrolled(Message, frozen=True):
    """``roots``: base64 of the root keys that the hub pins, none where central signs no settings yet; ``city``: whose
    settings they vouch for.
    """

    device: Name
    centre: Name
    now_ms: int
    roots: tuple[str, ...] = ()
    city: str = ""
