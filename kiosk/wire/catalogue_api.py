"""The city's procedures: a centre's hub <-> central. Signed as in ``kiosk.wire.central_api``."""

from typing import Annotated

import msgspec

from kiosk.dossier.procedures import Procedure
from kiosk.wire.common import Message

PATH = "/v1/procedures"
MAX_ANSWER = 32 << 20  #: bytes; 2,251 procedures take some 4 MB


class AskCatalogue(Message, frozen=True):
    """``POST /v1/procedures``. ``tag``: of what the hub has; "" for nothing."""

    tag: Annotated[str, msgspec.Meta(max_length=64)] = ""


class CityCatalogue(Message, frozen=True):
    """``procedures``: all versions that were released; None where ``tag`` is still the newest."""

    tag: str
    procedures: list[Procedure] | None
