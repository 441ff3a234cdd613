"""The ID card as the touch app handles it: what may be shown of it, and what to say when it was none. Pure.

Of a card only this leaves the reading: masked words for the person to recognise, and the age. Nothing else is kept.
"""

from dataclasses import dataclass
from datetime import date

from kiosk.identity.card import CardReading, Reason, Refusal, Seen
from kiosk.identity.reading import read_code


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


def read_card(payload: str, today: date) -> CardShown | Refusal:
    answer = read_code(payload, today)
    return answer if isinstance(answer, Refusal) else shown(answer, today)


def shown(reading: CardReading, today: date) -> CardShown:
    born = reading.born
    return CardShown(
        name=reading.masked_name,
        number=reading.personal_id.masked,
        birth_year=born.year if born else None,
        age=born.age_on(today) if born else None,
        name_is_whole=not reading.name_needs_checking,
    )


def word_for(refusal: Refusal) -> str:
    """What to tell somebody who held something else before the reader."""
    return _REFUSED.get(refusal.reason) or _SEEN.get(refusal.seen, "card_unreadable")
