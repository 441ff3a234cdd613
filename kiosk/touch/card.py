"""The ID card as the touch app handles it: what may be shown of it, and what to say when it was none. Pure.

Masked words for the person to recognise, the age, and what the forms of the session may be filled with once the person
has said that the card is theirs. All of it goes with the session.
"""

from dataclasses import dataclass
from datetime import date

from kiosk.identity.card import CardReading, Reason, Refusal, Seen
from kiosk.identity.privacy import PersonalId
from kiosk.identity.reading import read_code
from kiosk.wire.kiosk_api import CardMark

#: Characters of a masked name that fit on the screen; nobody's is longer, but a code may hold thousands.
LONGEST_NAME = 48


@dataclass(frozen=True, slots=True, repr=False)
class CardShown:
    name: str  #: "N. V. Mẫu"
    number: str  #: "079*****0011"
    birth_year: int | None
    age: int | None  #: completed years
    name_is_whole: bool  #: False: letters of it were lost on the way

    def __repr__(self) -> str:
        return "CardShown()"


#: Words of the locale file.
_REFUSED = {
    Reason.TRUNCATED: "card_again",
    Reason.ID_NOT_12_DIGITS: "card_again",
    Reason.TWO_CARDS: "card_two",
}
_SEEN = {
    Seen.CARD: "card_again",
    Seen.HEALTH_INSURANCE: "card_health",
    Seen.PAYMENT: "card_payment",
    Seen.TICKET: "card_ticket",
    Seen.DOSSIER: "card_dossier",
    Seen.WEB: "card_web",
    Seen.MRZ: "card_mrz",
}


def read_cards(payloads: tuple[str, ...], today: date) -> CardReading | Refusal:
    """The one card among the codes of one picture. Two are none: nobody can tell whose turn it is."""
    answers = [read_code(payload, today) for payload in payloads]
    cards = [answer for answer in answers if isinstance(answer, CardReading)]
    if len({card.personal_id for card in cards}) > 1:
        return Refusal(Reason.TWO_CARDS, Seen.CARD)
    return cards[0] if cards else answers[0]


def mark_of(personal_id: PersonalId, card_key: str) -> CardMark | None:
    """What the queue gets. ``card_key``: in hex, of the hub; without one there is no mark."""
    if not card_key:
        return None
    mark = personal_id.mark(bytes.fromhex(card_key))
    return CardMark(keyed_hash=mark.keyed_hash, last4=mark.last4)


def shown(reading: CardReading, today: date) -> CardShown:
    born, name = reading.born, reading.masked_name
    return CardShown(
        name=name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…",
        number=reading.personal_id.masked,
        birth_year=born.year if born else None,
        age=born.age_on(today) if born else None,
        name_is_whole=not reading.name_needs_checking,
    )


def word_for(refusal: Refusal) -> str:
    """What to tell somebody who held something else before the reader."""
    return _REFUSED.get(refusal.reason) or _SEEN.get(refusal.seen, "card_unreadable")
