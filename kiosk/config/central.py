"""``central.toml``: the city, where central answers, and where it keeps its data."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import msgspec

from kiosk.config.exchange import CitizenNotice, ExchangeSection
from kiosk.config.parts import Section, WorkDays
from kiosk.config.warning import Notify, Warnings
from kiosk.wire.common import Text


class City(Section, frozen=True):
    name: Text


class CentralListen(Section, frozen=True):
    """Where central answers. ``public_url`` is what links in messages begin with."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8090
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+)?$")] = ""

    @property
    def is_loopback(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


class Tls(Section, frozen=True):
    """PEM files: the certificate with what it is signed by, and its key."""

    certificate: Path
    key: Path


class Metrics(Section, frozen=True):
    """``allow``: networks whose machines may read ``/metrics``."""

    allow: tuple[str, ...] = ("127.0.0.0/8", "::1/128")


class Keep(Section, frozen=True):
    """``events_days``: how long single events are kept; figures over time are sums and stay.

    ``incidents_days``: how long a warning that ended, and what was told of it, can be looked at. ``codes_days``: how
    long a code for enrolling is kept after it is no longer good. ``dossiers_days``: how long a dossier with its papers
    is kept after its end.
    """

    #: At least as long as months are made back to, and longer than a hub that was away is believed.
    events_days: Annotated[int, msgspec.Meta(ge=100, le=36_500)] = 760
    incidents_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 400
    codes_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 30
    dossiers_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 730


class DossierSection(WorkDays, frozen=True):
    """``key_file``: 32 random bytes that only central may read; without it there are no dossiers.

    ``papers``: the folder of their files, encrypted.
    """

    key_file: Path | None = None
    papers: Path = Path("data/papers")
    exchange: ExchangeSection = ExchangeSection()
    notice: CitizenNotice = CitizenNotice()


class FleetSection(Section, frozen=True):
    """``key_file``: made by ``kiosk central online-key``; without it central publishes no settings."""

    key_file: Path | None = None


class CentralConfig(Section, frozen=True):
    """``allow_plain_http``: without ``tls``, also where others could listen; for a TLS proxy on another machine."""

    city: City
    listen: CentralListen = CentralListen()
    database: str = "sqlite:///data/central.db"
    tls: Tls | None = None
    allow_plain_http: bool = False
    metrics: Metrics = Metrics()
    warning: Warnings = Warnings()
    notify: Notify = Notify()
    keep: Keep = Keep()
    dossiers: DossierSection = DossierSection()
    fleet: FleetSection = FleetSection()
