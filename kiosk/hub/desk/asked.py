"""What an officer typed or scanned to find a dossier. Pure."""

import re
from dataclasses import dataclass

from kiosk.dossier.code import DossierCode, read_code

MAX_TYPED = 1_000  #: the payload of a card's QR is shorter
_CARD = re.compile(r"(?P<number>\d{12})(?:\|.*)?", re.DOTALL)
_LINK = re.compile(r"https?://[^#?]*[#?/](?P<rest>.*)", re.DOTALL)
_IN_LINK = re.compile(r"[A-Za-z0-9.]+-\d{6,8}-\d{3,7}")


@dataclass(frozen=True, slots=True)
class CardNumber:
    digits: str


def read_asked(typed: str) -> DossierCode | CardNumber | None:
    """A dossier's code, the link in the QR of a receipt, a card's number or the text of its QR; None: none of these."""
    text = typed.strip()
    if len(text) > MAX_TYPED:
        return None
    if card := _CARD.fullmatch(text):
        return CardNumber(card["number"])
    if link := _LINK.fullmatch(text):
        found = _IN_LINK.search(link["rest"])
        return read_code(found[0]) if found else None
    return read_code(text)
