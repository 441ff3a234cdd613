"""Settings and commands: central <-> a centre's hub, and a hub <-> its kiosks. This is the contract between them.

1. ``GET /v1/desired`` is signed like every request of a hub (``kiosk.wire.central_api``). ``If-None-Match: "V.N"``: the
   version of the settings that the hub holds and the number of the newest command that it has seen, 0 for none.
   ``Prefer: wait=55``: central answers as soon as it has something newer, else 304 after that time; without it at
   once. The answer 200 carries ``ETag: "V.N"`` and a ``Desired``. Between two asks a hub waits for nothing: a long poll
   is the only traffic at rest. On 429, 503 and a broken line it goes by ``Retry-After`` or backs off, with jitter.
2. ``Desired.document`` is a signed ``kiosk.config.signed.Document``, given only when its version is newer than V. Its
   ``Settings.tree`` is a ``kiosk.config.settings.Published``: the layers from the city to the kiosks, the lowest first.
   The machine puts its own file below them (``kiosk.config.settings.effective``); so it can say for each value who
   said it, and what nobody said is as in its own file.
3. ``Desired.commands`` are signed ``kiosk.config.signed.Command`` with numbers above N that have no result and are not
   past their time, in order. The hub remembers a number before it acts on it, and never acts on it again.
4. ``POST /v1/report`` takes a ``FleetReport`` whenever something in it changed, and after each start; it answers
   ``Reported``. It is the whole state: a later one replaces the one before, so that a lost one harms nothing. ``own``
   is what the centre's own file says (``kiosk.config.settings.own_tree``); it is left out when ``Reported.own_sha256``
   of the last answer is that of the present text (sha256 in hex of the bytes).
5. ``POST /v1/commands/result`` takes a ``CommandResult`` and answers ``Done``; the same number again changes nothing.
6. ``GET /v1/settings`` on the hub, with the token of a kiosk: a ``KioskDesired``, the same document, byte for byte,
   and the commands for that kiosk; ``If-None-Match`` as above, 304 at once when there is nothing newer. The event
   ``settings`` of the kiosk's stream says when to ask. ``POST /v1/settings/report`` takes the kiosk's ``PartReport``,
   ``POST /v1/commands/result`` its ``CommandResult``. A hall screen is a page of the hub and goes by the hub's.
"""

from typing import Annotated, Literal

import msgspec

from kiosk.wire.central_api import Count, Position, Software
from kiosk.wire.common import Message, Name

WAIT_S = 55  #: proxies close a silent line after 60
MAX_ATTACHMENT = 400_000  #: bytes
MAX_OWN = 200_000  #: bytes of JSON

ApplyState = Literal["applied", "waiting", "refused", "rolled_back"]
PartKind = Literal["hub", "kiosk", "hall"]
Why = Annotated[str, msgspec.Meta(max_length=64)]  #: a word for programs, e.g. of ``kiosk.config.signed.Reason``
Detail = Annotated[str, msgspec.Meta(max_length=500)]  #: a sentence for the admin
Place = Annotated[str, msgspec.Meta(max_length=200)]  #: "hours.last_ticket_min", "services[khai-sinh].name.vi"


class Desired(Message, frozen=True):
    """``version``: the newest of this centre, 0 when central has settings for none."""

    version: Count
    document: bytes | None = None
    commands: tuple[bytes, ...] = ()


class KioskDesired(Desired, frozen=True):
    """``roots`` (base64), ``city`` and ``centre``: whom to trust, for a kiosk that was never told. It pins them."""

    roots: tuple[str, ...] = ()
    city: str = ""
    centre: str = ""


class PartReport(Message, frozen=True):
    """One program of the centre. ``version``: of the settings that it runs with; 0: its own file alone.

    ``refused``: the version that it refused or gave up, 0 for none: that may be an older one than the hub runs with,
    until the part has taken up this one. ``healthy``: a kiosk has reached its first screen, the hub answers; false
    counts against the wave it is in.
    """

    name: Name  #: "hub", or the id of the kiosk or the hall screen
    kind: PartKind
    version: Count
    state: ApplyState
    reason: Why = ""
    detail: Detail = ""
    healthy: bool = True
    software: Software = ""
    refused: Count = 0


class FleetReport(Message, frozen=True):
    """``version`` and ``state`` of the centre: applied by all, still waited for by some, refused, or gone back.

    ``refused``, with the version that was refused: "refused" means that the last good settings go on.
    ``overrides``: the places that somebody at the centre has overridden.
    """

    centre: Name
    version: Count
    state: ApplyState
    reason: Why = ""
    detail: Detail = ""
    refused: Count = 0
    overrides: Annotated[tuple[Place, ...], msgspec.Meta(max_length=500)] = ()
    parts: Annotated[tuple[PartReport, ...], msgspec.Meta(max_length=100)] = ()
    own: Annotated[bytes, msgspec.Meta(max_length=MAX_OWN)] = b""


class Reported(Message, frozen=True):
    """``own_sha256``: of what central holds as the centre's own file; "" for none."""

    own_sha256: str = ""


CommandKind = Literal["restart_touch", "test_print", "test_display", "fetch_logs", "screenshot", "reload_settings"]
COMMAND_KINDS: tuple[CommandKind, ...] = (
    "restart_touch",
    "test_print",
    "test_display",
    "fetch_logs",
    "screenshot",
    "reload_settings",
)


class CommandResult(Message, frozen=True):
    """``attachment``: the end of a log (gzip of text) or a picture (PNG)."""

    number: Position
    state: Literal["done", "failed", "expired", "refused"]
    detail: Detail = ""
    attachment: Annotated[bytes, msgspec.Meta(max_length=MAX_ATTACHMENT)] = b""
    attachment_kind: Literal["", "log", "png"] = ""
