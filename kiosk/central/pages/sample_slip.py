"""The slip of a draft: a made-up ticket, printed on the kiosk's own kind of printer, but into a picture. Pure."""

import io
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from hardware.errors import BadSettings
from hardware.printer.picture import picture, words_of
from hardware.printer.profile import PrinterProfile
from hardware.profiles import load
from kiosk.config.layers import Tree
from kiosk.config.parts import SLUG
from kiosk.slips.page import Language
from kiosk.slips.ticket import slip
from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import TicketReply, WaitRange

_USUAL = "epson-tm-t20"
#: Leads nowhere (RFC 2606), and is as long as the address of a real ticket.
_ADDRESS = "http://192-168-1-10.invalid/t/12345-k7Qw2mZp9XbN4cRd"


@dataclass(frozen=True, slots=True)
class SampleSlip:
    """``words``: what is to be read on it, for who cannot see the picture."""

    png: bytes
    words: str


def sample_ticket(tree: Tree, centre: Text, label: str, now_ms: int) -> TicketReply | None:
    """For the first service; None where there is none, or one that is not complete yet."""
    service = next((each for each in tree.get("services", []) if "name" in each), None)
    try:
        name = msgspec.convert((service or {})["name"], Text)
        bring = msgspec.convert((service or {}).get("bring") or [], list[Text])
        foot = msgspec.convert((tree.get("texts") or {}).get("slip_foot"), Text | None)
    except (KeyError, msgspec.ValidationError):
        return None
    return TicketReply(
        id=0,
        label=label,
        day=0,
        service="",
        service_name=name,
        ticket_class="normal",
        state="waiting",
        issued_ms=now_ms,
        people_ahead=4,
        wait=WaitRange(low_min=10, high_min=20),
        status_url=_ADDRESS,
        bring=bring,
        centre=centre,
        foot=foot,
    )


def sample_slip(ticket: TicketReply, language: Language, devices: list[dict[str, Any]]) -> SampleSlip:
    """``devices``: the kiosk's; its printer says how wide the paper is."""
    profile = _profile(devices)
    document = slip(ticket, language, profile)
    file = io.BytesIO()
    picture(document, profile).save(file, "PNG", optimize=True)
    return SampleSlip(file.getvalue(), ", ".join(words_of(document)))


def _profile(devices: list[dict[str, Any]]) -> PrinterProfile:
    names = (str(each.get("profile", "")) for each in devices if str(each.get("kind", "")).startswith("printer"))
    known = (name for name in names if re.fullmatch(SLUG, name))  # a path would be one of the kiosk's, not of ours
    try:
        return load(next(known, _USUAL), PrinterProfile)
    except BadSettings:
        return load(_USUAL, PrinterProfile)
