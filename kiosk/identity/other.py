"""What else people hold in front of the reader: recognised by shape, so that the screen can say something sensible."""

import re

from kiosk.identity.card import Reason, Refusal, Seen

_TICKET = re.compile(r"[A-Z]\d{3,4}", re.ASCII | re.IGNORECASE)
_TICKET_PAGE = re.compile(r"https?://[^/?#\s]+/t/([\w-]{4,64})/?", re.ASCII | re.IGNORECASE)
#: TT 01/2018/TT-VPCP art. 19 with four serial digits, and the form of the 2026 platform with seven.
_DOSSIER = re.compile(
    r"(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{1,3}){0,3}-(?:\d{6}|\d{8})-\d{3,7}", re.ASCII | re.IGNORECASE
)
_WEB = re.compile(
    r"(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:vn|com|net|org)(?:/\S*)?", re.ASCII | re.IGNORECASE
)
#: EMVCo MPM: payload format, point of initiation; and the wallets' older code with a telephone number.
_PAYMENT = re.compile(r"0002\d\d01\d\d\d\d|2\|99\|\d{9,11}\|", re.ASCII)
_MRZ = re.compile(r"(?:I[A-Z<]|[ACPV][A-Z<])[A-Z]{3}[A-Z0-9<\s]{20,}", re.ASCII)  # ICAO 9303 TD1, TD2, TD3
#: Health insurance: number, name and address as hexadecimal UTF-8, dates with slashes, "$" at the end.
_HEALTH = re.compile(r"(?:[A-Z]{2}\d{13}|\d{10}|\d{12})\|(?:[0-9A-F]{2}){2,}\|[\d/]*\|", re.ASCII | re.IGNORECASE)
_END_OF_CARD = re.compile(r".*\|(?:Nam|N[ữu?])\|[^|]*\|[0-9]{8}(?:\|.*)?", re.DOTALL)
_CONTACT = re.compile(r"BEGIN:VCARD|MECARD:|tel:|mailto:|smsto:|WIFI:", re.ASCII | re.IGNORECASE)

_SHAPES = (
    (Seen.WEB, _WEB.fullmatch),
    (Seen.PAYMENT, _PAYMENT.match),
    (Seen.HEALTH_INSURANCE, _HEALTH.match),
    (Seen.MRZ, _MRZ.fullmatch),
    (Seen.CONTACT, _CONTACT.match),
    (Seen.CARD, _END_OF_CARD.fullmatch),
    (Seen.NUMBER, re.compile(r"[0-9]{4,20}").fullmatch),
)


def recognise(text: str) -> Refusal:
    """The refusal of a text that is no ID card."""
    text = text.strip()
    if not text:
        return Refusal(Reason.NOT_CCCD, Seen.NOTHING)
    if _TICKET.fullmatch(text):
        return Refusal(Reason.NOT_CCCD, Seen.TICKET, text.upper())
    if page := _TICKET_PAGE.fullmatch(text):
        return Refusal(Reason.NOT_CCCD, Seen.TICKET, page[1])
    if _DOSSIER.fullmatch(text):
        return Refusal(Reason.NOT_CCCD, Seen.DOSSIER, text.upper())
    return Refusal(Reason.NOT_CCCD, next((seen for seen, shape in _SHAPES if shape(text)), Seen.OTHER))
