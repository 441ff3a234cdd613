"""What a reading gives: the card's facts with their doubts, or a refusal that says what was seen instead."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.identity.privacy import PersonalId, mask_name


class Schema(StrEnum):
    CCCD_2021 = "cccd2021-7"  #: TT 06/2021/TT-BCA, code on the front, 7 fields
    CC_2024 = "cc2024-11"  #: TT 16/2024/TT-BCA, code on the back, 4 more fields


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Doubt(StrEnum):
    """Something to look at; never a reason to send somebody away."""

    BOM_STRIPPED = "BOM_STRIPPED"
    CONTROL_CHARS_STRIPPED = "CONTROL_CHARS_STRIPPED"
    AFFIX_STRIPPED = "AFFIX_STRIPPED"  #: the reader is set to add something before or after the code
    DELIMITER_REPAIRED = "DELIMITER_REPAIRED"
    DUPLICATE_SCAN = "DUPLICATE_SCAN"
    TEXT_REPAIRED = "TEXT_REPAIRED"  #: letters had been read in the wrong character set
    TEXT_LOSSY = "TEXT_LOSSY"  #: letters are missing: name and address have to be asked for
    FIELD_COUNT_UNUSUAL = "FIELD_COUNT_UNUSUAL"
    EXTRA_FIELDS_PRESENT = "EXTRA_FIELDS_PRESENT"
    OLD_ID_UNEXPECTED = "OLD_ID_UNEXPECTED"
    NAME_MISSING = "NAME_MISSING"
    NAME_UNUSUAL = "NAME_UNUSUAL"  #: characters that no name has
    DOB_PARTIAL = "DOB_PARTIAL"
    DOB_INVALID = "DOB_INVALID"
    DOB_FUTURE = "DOB_FUTURE"
    SEX_UNKNOWN = "SEX_UNKNOWN"
    ID_SEX_MISMATCH = "ID_SEX_MISMATCH"
    ID_YOB_MISMATCH = "ID_YOB_MISMATCH"
    ISSUE_DATE_INVALID = "ISSUE_DATE_INVALID"
    ISSUE_DATE_FUTURE = "ISSUE_DATE_FUTURE"
    ISSUE_DATE_BEFORE_2021 = "ISSUE_DATE_BEFORE_2021"  #: chip cards began in January 2021
    ISSUE_DATE_BEFORE_BIRTH = "ISSUE_DATE_BEFORE_BIRTH"


_IN_ORDER = {doubt: place for place, doubt in enumerate(Doubt)}


def in_order(doubts: set[Doubt]) -> tuple[Doubt, ...]:
    return tuple(sorted(doubts, key=_IN_ORDER.__getitem__)) if doubts else ()


@dataclass(frozen=True, slots=True)
class Birth:
    """Some elderly people know only the month or the year that they were born in."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> Precision:
        if self.day is not None:
            return Precision.DAY
        return Precision.YEAR if self.month is None else Precision.MONTH

    def __str__(self) -> str:
        """ISO 8601, as far as known: "1990-08-15", "1941-05", "1941"."""
        return f"{self.year:04d}" + "".join(f"-{part:02d}" for part in (self.month, self.day) if part is not None)

    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def age_on(self, today: date) -> int:
        """Completed years that are certain: an unknown birthday is still to come this year."""
        month, day = self.month or 12, self.day or 31
        return today.year - self.year - ((today.month, today.day) < (month, day))


@dataclass(frozen=True, slots=True)
class FromNumber:
    """What the digits of a personal number say: province or country, century and sex, year."""

    province_code: str
    sex: Sex
    birth_year: int


def from_number(digits: str) -> FromNumber:
    """``PPP G YY NNNNNN`` (ND 137/2015 art. 13). Civil-status corrections keep the number, so it can be out of date."""
    century_and_sex = int(digits[3])
    sex = Sex.FEMALE if century_and_sex % 2 else Sex.MALE
    return FromNumber(digits[:3], sex, 1900 + 100 * (century_and_sex // 2) + int(digits[4:6]))


@dataclass(frozen=True, slots=True, repr=False)
class CardReading:
    """``extras`` are the trailing fields of new cards: parents' names or a cancelled number, in an order that no public
    source gives. They are kept as they are and mean nothing here."""

    schema: Schema
    personal_id: PersonalId
    old_id: str | None
    full_name: str
    born: Birth | None
    sex: Sex | None
    address: str
    issued: date | None
    extras: tuple[str, ...]
    derived: FromNumber
    doubts: tuple[Doubt, ...]

    @property
    def name_needs_checking(self) -> bool:
        """Letters are missing, or may be: a reader that types keys drops accents without a trace."""
        return Doubt.TEXT_LOSSY in self.doubts or Doubt.NAME_MISSING in self.doubts or self.full_name.isascii()

    @property
    def masked_name(self) -> str:
        return mask_name(self.full_name)

    def __repr__(self) -> str:
        return (
            f"CardReading({self.schema.value}, {self.personal_id.masked}, doubts={[str(each) for each in self.doubts]})"
        )


class Reason(StrEnum):
    """Why no card was read."""

    NOT_CCCD = "NOT_CCCD"  #: something else; see ``Refusal.seen``
    TRUNCATED = "TRUNCATED"  #: a card, cut off: scan again
    ID_NOT_12_DIGITS = "ID_NOT_12_DIGITS"  #: a card whose number lost or gained a digit on the way: scan again
    TWO_CARDS = "TWO_CARDS"
    TOO_LONG = "TOO_LONG"  #: more than any QR code holds


class Seen(StrEnum):
    """What people hold in front of a reader when it is not a whole ID card."""

    NOTHING = "nothing"
    CARD = "card"
    HEALTH_INSURANCE = "health_insurance"
    PAYMENT = "payment"
    TICKET = "ticket"
    DOSSIER = "dossier"
    WEB = "web"
    MRZ = "mrz"  #: the machine-readable lines of a card or passport
    NUMBER = "number"  #: digits alone: a bar code, a number typed
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class Refusal:
    """``code`` is what can be gone on with: a ticket's label or token, a dossier's code; else ""."""

    reason: Reason
    seen: Seen = Seen.OTHER
    code: str = ""

    def __repr__(self) -> str:
        return f"Refusal({self.reason.value}, {self.seen.value})"
