"""``[dossiers.exchange]`` of ``central.toml``: the city's own system, by files or by the national messages."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.config.parts import Section

StatusNumber = Annotated[int, msgspec.Meta(ge=1, le=10)]


class FolderExchange(Section, frozen=True):
    """``path``: with out/, in/, done/, refused/ and reports/ in it."""

    path: Path
    format: Literal["json", "csv"] = "json"


class PortalExchange(Section, frozen=True, kw_only=True):
    """The classic interface. ``password_file``: so that no password stands here."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$")]
    user: str
    password_file: Path
    dstcode: str
    agency: str
    limit_s: Annotated[int, msgspec.Meta(ge=1, le=60)] = 20
    ca_file: Path | None = None
    field_codes: dict[str, str] = msgspec.field(default_factory=dict)
    session_codes: tuple[str, ...] = ("-1",)


class ExchangeSection(Section, frozen=True, kw_only=True):
    """``statuses``: what the other side calls them, and which national status that is.

    ``reconcile_hour``: after which the day is compared.
    """

    folder: FolderExchange | None = None
    portal: PortalExchange | None = None
    statuses: dict[str, StatusNumber] = msgspec.field(default_factory=dict)
    reconcile_hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 19
