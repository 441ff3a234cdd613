"""Puts together what tells others of dossiers: the city's own system and the citizens, as far as it is configured."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.central.city.exchange import Exchange, Here
from kiosk.central.city.folder import FolderSystem
from kiosk.central.city.following import Following
from kiosk.central.city.paper_links import PaperLinks
from kiosk.central.city.portal import PortalAccount, PortalSystem
from kiosk.central.city.ports import CitySystem
from kiosk.central.city.reconciliation import Reconciliation
from kiosk.central.city.statuses import StatusWords
from kiosk.central.notify.citizens import CitizenNotices, Desk, open_gateway
from kiosk.central.ports import Database
from kiosk.central.procedures import Catalogue
from kiosk.central.sealing import Seal
from kiosk.clock import Clock
from kiosk.config.central import DossierSection
from kiosk.config.exchange import ExchangeSection, PortalExchange
from kiosk.errors import ConfigError
from kiosk.web.i18n import Language, Words

Task = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outside:
    """``consumers``: names of all that are told. ``tasks``: what runs beside the requests, by name."""

    here: Here
    consumers: tuple[str, ...]
    tasks: tuple[tuple[str, Task], ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """How citizens are told. ``root``: the address of central as people reach it."""

    words: Mapping[Language, Words]
    root: str


def make_outside(
    section: DossierSection, database: Database, clock: Clock, seal: Seal, catalogue: Catalogue, telling: Telling
) -> Outside:
    """Nothing is connected yet. Raises ConfigError for a file that cannot be read or used."""
    following = Following(StatusWords(section.exchange.statuses), section.calendar())
    links = PaperLinks(seal, telling.root) if section.exchange.papers_for else None
    here = Here(database, clock, seal, catalogue, following, links)
    systems = tuple(_systems(section.exchange))
    tasks: list[tuple[str, Task]] = [(f"exchange {each.name}", Exchange(here, each).run) for each in systems]
    if systems:
        tasks.append(("reconciliation", Reconciliation(here, systems, section.exchange.reconcile_hour).run))
    desk = Desk(database, clock, seal, section.notice, telling.words, telling.root)
    notices = _citizen_notices(desk)
    tasks += [(f"citizens {each.way}", each.run) for each in notices]
    consumers = (*(each.name for each in systems), *(each.way for each in notices))
    return Outside(here, consumers, tuple(tasks))


def _citizen_notices(desk: Desk) -> Sequence[CitizenNotices]:
    notices: list[CitizenNotices] = []
    if desk.config.sms_url_file is not None:
        gateway = open_gateway(desk.config.sms_url_file, "dossiers.notice.sms_url_file", "84901234567")
        notices.append(CitizenNotices(desk, "sms", gateway))
    if desk.config.email_url_file is not None:
        gateway = open_gateway(desk.config.email_url_file, "dossiers.notice.email_url_file", "ten@example.vn")
        notices.append(CitizenNotices(desk, "email", gateway))
    return notices


def _systems(section: ExchangeSection) -> Sequence[CitySystem]:
    systems: list[CitySystem] = []
    if section.folder is not None:
        systems.append(FolderSystem(section.folder.path, section.folder.format))
    if section.portal is not None:
        systems.append(PortalSystem(_account(section.portal)))
    return systems


def _account(portal: PortalExchange) -> PortalAccount:
    return PortalAccount(
        url=portal.url,
        user=portal.user,
        password=_secret(portal.password_file, "dossiers.exchange.portal.password_file"),
        dstcode=portal.dstcode,
        agency=portal.agency,
        limit_s=float(portal.limit_s),
        ca_file=str(portal.ca_file) if portal.ca_file else None,
        field_codes=portal.field_codes,
        session_codes=portal.session_codes,
    )


def _secret(path: Path, place: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"`{place}`: {path} cannot be read: {type(error).__name__}") from error
