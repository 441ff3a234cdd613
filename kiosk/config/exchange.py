"""``[dossiers.exchange]`` and ``[dossiers.notice]`` of ``central.toml``: who outside is told of dossiers, and how."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.config.parts import Section, TimeSpan

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
    limit_s: Annotated[int, msgspec.Meta(ge=1, le=20)] = 20
    ca_file: Path | None = None
    field_codes: dict[str, str] = msgspec.field(default_factory=dict)
    session_codes: tuple[str, ...] = ("-1",)


class ExchangeSection(Section, frozen=True, kw_only=True):
    """``statuses``: what the other side calls them, and which national status that is.

    ``reconcile_hour``: after which the day is compared. ``papers_for``: networks whose machines may fetch papers by the
    links that stand in the messages; none: there are no links.
    """

    folder: FolderExchange | None = None
    portal: PortalExchange | None = None
    statuses: dict[str, StatusNumber] = msgspec.field(default_factory=dict)
    reconcile_hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 19
    papers_for: tuple[str, ...] = ()


class CitizenNotice(Section, frozen=True, kw_only=True):
    """Messages to citizens who agreed. A ``*_file`` holds a URL, for it has a password in it; ``{to}`` stands in it.

    Nobody is told outside of ``hours``, nor more than ``per_day`` times a day of one dossier.
    """

    sms_url_file: Path | None = None
    email_url_file: Path | None = None
    hours: TimeSpan = TimeSpan("07:00-20:00")
    per_day: Annotated[int, msgspec.Meta(ge=1, le=50)] = 4
    delay_s: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 60
    limit_s: Annotated[int, msgspec.Meta(ge=1, le=120)] = 20
