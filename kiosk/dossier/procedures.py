"""The catalogue of procedures: what a citizen is told about one, and how sure we are of it.

1. Every fact carries its confidence and sources; what is not ``verified`` is marked so to staff and never shown to a
   citizen as a promise (``Fact.is_sure``).
2. A version of a procedure holds from ``effective_from`` on; of several, the newest that has begun counts.
3. A local copy of a national code carries a suffix (1.000656.000.00.00.H29); only the first ``d.dddddd`` identifies it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Generic, Literal, TypeVar

import msgspec

from kiosk.dossier.deadline import TimeLimit

if TYPE_CHECKING:  # the search brings numpy, 20 MB that central, which only keeps the catalogue, has no use for
    from kiosk.dossier.search import Entry, Vocabulary

T = TypeVar("T")
Confidence = Literal["verified", "recall-high", "recall-medium", "recall-low"]
ProcedureCode = Annotated[str, msgspec.Meta(pattern=r"^\d\.\d{6}$")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
_CODE = re.compile(r"\d\.\d{6}")
_IN_WORKING_DAYS = "ngày làm việc"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Fact(_Part, Generic[T], frozen=True):
    """A value with where it comes from."""

    value: T
    confidence: Confidence
    sources: tuple[str, ...] = ()
    remark: str = ""

    @property
    def is_sure(self) -> bool:
        return self.confidence == "verified"


class LimitText(_Part, frozen=True):
    """``days`` None: the law's words are all there is. ``same_day_cutoff``: "15:00"."""

    text: Line
    days: Annotated[int, msgspec.Meta(ge=0, le=1_000)] | None = None
    unit: str | None = None
    same_day_cutoff: str | None = None
    with_verification: str | None = None

    def time_limit(self) -> TimeLimit | None:
        if self.days is None:
            return None
        return TimeLimit(self.days, in_working_days=self.unit in (None, _IN_WORKING_DAYS))


class Fee(_Part, frozen=True):
    """In đồng; ``exempt`` stands next to it, or exempt people think that they must pay."""

    text: Line
    vnd_direct: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None
    vnd_online: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None
    exempt: str | None = None


class Paper(_Part, frozen=True):
    name: Line
    how: Literal["hand_in", "show"]
    form: str | None = None
    required: bool = True
    quantity: str = ""


class Procedure(_Part, frozen=True):
    code: Fact[ProcedureCode]
    name: Line
    field: Line
    agency: Line
    level: str
    online_level: Fact[str]
    time: Fact[LimitText]
    fee: Fact[Fee]
    papers: Fact[tuple[Paper, ...]]
    result: str
    notes: str | None = None
    effective_from: int = 0  #: a day like 20260701; 0: always
    reviewed_by: str = ""

    @property
    def key(self) -> str:
        return self.code.value

    def unsure(self) -> tuple[str, ...]:
        """What staff must check before they rely on it."""
        sure = {
            "code": self.code.is_sure,
            "online_level": self.online_level.is_sure,
            "time": self.time.is_sure,
            "fee": self.fee.is_sure,
            "papers": self.papers.is_sure,
        }
        return tuple(name for name, is_sure in sure.items() if not is_sure)


class EverydayWords(_Part, frozen=True):
    """``words.toml``: see ``kiosk.dossier.search``."""

    dropped: tuple[str, ...] = ()
    rewrites: dict[str, tuple[str, ...]] = {}
    called: dict[ProcedureCode, tuple[str, ...]] = {}

    def vocabulary(self) -> "Vocabulary":
        from kiosk.dossier.search import Vocabulary

        return Vocabulary(self.rewrites, frozenset(self.dropped))


class _About(msgspec.Struct, frozen=True):
    pass


class _File(msgspec.Struct, frozen=True, kw_only=True):
    about: _About
    procedures: tuple[Procedure, ...]


def read_procedures(content: bytes) -> tuple[Procedure, ...]:
    """Of a catalogue file (JSON). Raises ValueError naming the place of what is wrong (msgspec.DecodeError is one)."""
    return msgspec.json.decode(content, type=_File).procedures


def read_words(content: bytes) -> EverydayWords:
    """Of a words file (TOML). Raises ValueError."""
    return msgspec.toml.decode(content, type=EverydayWords)


def national_code(text: str) -> str | None:
    """The ``d.dddddd`` that a code begins with."""
    match = _CODE.match(text.strip())
    return match[0] if match else None


def in_force(versions: Iterable[Procedure], day: int) -> dict[str, Procedure]:
    """By code, the version that holds on ``day``: the newest that has begun; what only begins later is left out."""
    held: dict[str, Procedure] = {}
    for version in versions:
        known = held.get(version.key)
        if version.effective_from <= day and (known is None or version.effective_from >= known.effective_from):
            held[version.key] = version
    return held


def search_entries(
    procedures: Sequence[Procedure], words: EverydayWords, offered: frozenset[str]
) -> "tuple[Entry, ...]":
    """What ``ProcedureSearch`` is built of; ``offered``: the codes that this centre handles."""
    from kiosk.dossier.search import Entry

    return tuple(
        Entry(each.key, (each.name, *words.called.get(each.key, ())), offered=each.key in offered)
        for each in procedures
    )
