"""What a form may be filled with from a card. The forms ask for it; nothing here is kept longer than a session.

Every field is text as Vietnamese forms have it; "" where the card does not say it or says what cannot be. A field named
in ``to_check`` is filled and still has to be looked at: the card's code has no signature and no checksum.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.identity.card import Birth, CardReading, Doubt, Sex
from kiosk.identity.privacy import PersonalId

#: Districts ended and wards were merged on this day (Resolution 202/2025/QH15): older addresses name what is gone.
NEW_UNITS = date(2025, 7, 1)
_SEXES = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", None: ""}


class Blank(StrEnum):
    """A field of a form; the name of an attribute of ``Prefill``."""

    PERSONAL_ID = "personal_id"
    FULL_NAME = "full_name"
    BORN = "born"
    SEX = "sex"
    ADDRESS = "address"
    OLD_ID = "old_id"
    ISSUED = "issued"


_DOUBTED = {
    Doubt.TEXT_LOSSY: (Blank.FULL_NAME, Blank.ADDRESS),
    Doubt.TEXT_REPAIRED: (Blank.FULL_NAME, Blank.ADDRESS),
    Doubt.NAME_MISSING: (Blank.FULL_NAME,),
    Doubt.NAME_UNUSUAL: (Blank.FULL_NAME,),
    Doubt.OLD_ID_UNEXPECTED: (Blank.OLD_ID,),
    Doubt.DOB_PARTIAL: (Blank.BORN,),
    Doubt.DOB_INVALID: (Blank.BORN,),
    Doubt.DOB_FUTURE: (Blank.BORN,),
    Doubt.ID_YOB_MISMATCH: (Blank.BORN,),
    Doubt.SEX_UNKNOWN: (Blank.SEX,),
    Doubt.ID_SEX_MISMATCH: (Blank.SEX,),
    Doubt.ISSUE_DATE_INVALID: (Blank.ISSUED,),
    Doubt.ISSUE_DATE_FUTURE: (Blank.ISSUED,),
    Doubt.ISSUE_DATE_BEFORE_2021: (Blank.ISSUED,),
    Doubt.ISSUE_DATE_BEFORE_BIRTH: (Blank.ISSUED, Blank.BORN),
}


@dataclass(frozen=True, slots=True, repr=False)
class Prefill:
    """Dates are 15/08/1950; a birth of which only month or year is known is 08/1950 or 1950."""

    personal_id: PersonalId
    full_name: str
    born: str
    sex: str  #: "Nam", "Nữ" or ""
    address: str
    old_id: str
    issued: str
    to_check: frozenset[Blank]

    def __repr__(self) -> str:
        return "Prefill()"

    def said(self) -> dict[str, str]:
        """What the card says for each blank; "" where it says nothing."""
        plain = {blank.value: str(getattr(self, blank.value)) for blank in Blank}
        return plain | {Blank.PERSONAL_ID.value: self.personal_id.digits}


def prefill_of(reading: CardReading) -> Prefill:
    to_check = {blank for doubt in reading.doubts for blank in _DOUBTED.get(doubt, ())}
    if reading.name_needs_checking:
        to_check.add(Blank.FULL_NAME)
    if reading.issued is None or reading.issued < NEW_UNITS:
        to_check.add(Blank.ADDRESS)
    return Prefill(
        personal_id=reading.personal_id,
        full_name=reading.full_name,
        born=_written(reading.born),
        sex=_SEXES[reading.sex],
        address=reading.address,
        old_id=reading.old_id or "",
        issued=f"{reading.issued:%d/%m/%Y}" if reading.issued else "",
        to_check=frozenset(to_check),
    )


def _written(born: Birth | None) -> str:
    return "/".join(reversed(str(born).split("-"))) if born else ""
