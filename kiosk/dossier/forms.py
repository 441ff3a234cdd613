"""What the form of each procedure asks: ``assets/catalogue/forms.toml``.

1. A form is the applicant's lines that the procedure needs, then what else it asks; nobody fills in more.
2. A paper is known by an id that stays, whatever a later version of the catalogue calls it; a name that is not
   known yet gets an id made from it.
3. What must be shown or signed in front of an officer, and what nobody has written a form for, cannot be submitted
   without one, and the citizen is told why.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec

from kiosk.dossier.form import FieldId, FormField
from kiosk.dossier.procedures import Paper, Procedure, ProcedureCode
from kiosk.dossier.search import fold, syllables
from kiosk.words import Words

PaperId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
_MADE_OF = 6  #: syllables of a name that an id is made from


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _Reason(_Part, frozen=True):
    vi: str
    en: str


class _Asked(_Part, frozen=True):
    can_submit: bool = True
    why_not: str = ""
    leave_out: tuple[FieldId, ...] = ()
    blocks: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()


class _File(_Part, frozen=True):
    filled_here: tuple[PaperId, ...]
    reasons: dict[str, _Reason]
    applicant: tuple[FormField, ...]
    blocks: dict[str, tuple[FormField, ...]]
    procedures: dict[ProcedureCode, _Asked]
    papers: dict[PaperId, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FormPaper:
    """``filled_here``: an application form whose content is the answers; nobody need bring it."""

    id: str
    paper: Paper
    filled_here: bool


@dataclass(frozen=True, slots=True)
class Form:
    """``why_not``: words for the citizen where ``can_submit`` is false."""

    procedure: str
    can_submit: bool
    why_not: Words | None
    fields: tuple[FormField, ...]
    papers: tuple[FormPaper, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """``paper_ids`` by the names of the catalogue."""

    applicant: tuple[FormField, ...]
    asked: Mapping[str, tuple[FormField, ...]]
    refused: Mapping[str, Words]
    paper_ids: Mapping[str, str]
    filled_here: frozenset[str]

    def form(self, procedure: Procedure) -> Form:
        """Of a version of a procedure: its papers may change, its questions stay."""
        fields = self.asked.get(procedure.key)
        why_not = self.refused.get(procedure.key) if fields is not None else _NO_FORM
        return Form(
            procedure.key,
            why_not is None,
            why_not,
            fields if fields is not None else self.applicant,
            self._of(procedure),
        )

    def _of(self, procedure: Procedure) -> tuple[FormPaper, ...]:
        papers: dict[str, FormPaper] = {}
        for paper in procedure.papers.value:
            known = self.paper_ids.get(paper.name) or _made_id(paper.name)
            name, number = known, 1
            while name in papers:
                number += 1
                name = f"{known}-{number}"
            papers[name] = FormPaper(name, paper, known in self.filled_here)
        return tuple(papers.values())


def read_forms(content: bytes) -> Forms:
    """Of a forms file (TOML). Raises ValueError naming what is wrong."""
    file = msgspec.toml.decode(content, type=_File)
    asked = {code: _fields(file, code, each) for code, each in file.procedures.items()}
    refused = {
        code: _why_not(file, code, each.why_not) for code, each in file.procedures.items() if not each.can_submit
    }
    names = [(name, paper) for paper, called in file.papers.items() for name in called]
    if len(dict(names)) < len(names):
        raise ValueError("papers: a name stands there twice")
    return Forms(file.applicant, asked, refused, dict(names), frozenset(file.filled_here))


def _fields(file: _File, code: str, asked: _Asked) -> tuple[FormField, ...]:
    unknown = set(asked.leave_out) - {field.id for field in file.applicant} | set(asked.blocks) - set(file.blocks)
    if unknown:
        raise ValueError(f"{code}: nothing is called {', '.join(sorted(unknown))}")
    fields = [field for field in file.applicant if field.id not in asked.leave_out]
    fields += [field for block in asked.blocks for field in file.blocks[block]]
    fields += asked.fields
    if len({field.id for field in fields}) < len(fields):
        raise ValueError(f"{code}: a field stands there twice")
    return tuple(fields)


def _why_not(file: _File, code: str, reason: str) -> Words:
    if reason not in file.reasons:
        raise ValueError(f'{code}: no reason is called "{reason}"')
    return Words(file.reasons[reason].vi, file.reasons[reason].en)


def _made_id(name: str) -> str:
    """The first syllables, and the sum of all: names that begin alike do not get one id."""
    begin = "-".join(syllables(fold(name))[:_MADE_OF]).encode("ascii", "ignore").decode()[:48]
    return f"{begin or 'giay-to'}-{zlib.crc32(name.encode()):08x}"


_NO_FORM = Words("Việc này làm tại quầy: mời lấy số.", "This is done at a counter: please take a number.")
