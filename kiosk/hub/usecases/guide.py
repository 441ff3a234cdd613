"""What a procedure needs, found by everyday words. Read only; the catalogue comes with the product or from the city."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.config.hub import Service
from kiosk.dossier.procedures import EverydayWords, Procedure, in_force, search_entries
from kiosk.dossier.search import ProcedureSearch
from kiosk.wire.common import Text
from kiosk.wire.procedure_api import PaperLine, ProcedureHit, ProcedureHits, ProcedureInfo

_LIMIT = 8  #: what fits on the screen of a kiosk


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What holds, what tickets are taken for, and the search that was built of it."""

    held: Mapping[str, Procedure]
    services: Mapping[str, Service]
    search: ProcedureSearch


class Guide:
    """The procedures in force on ``day``, with what this centre gives tickets for."""

    def __init__(
        self, procedures: Sequence[Procedure], words: EverydayWords, services: Sequence[Service], day: int
    ) -> None:
        self._words, self._exchanging = words, threading.Lock()
        self._procedures, self._services, self._day = procedures, services, day
        self.exchange(services)

    def exchange(self, services: Sequence[Service]) -> None:
        """The centre gives tickets for other services from now on. From any thread, like ``exchange_catalogue``."""
        with self._exchanging:
            self._services = services
            self._fill_shelf()

    def exchange_catalogue(self, procedures: Sequence[Procedure], day: int) -> None:
        """Another catalogue, or another day: whoever asks meanwhile gets the old one or the new one, whole."""
        with self._exchanging:
            self._procedures, self._day = procedures, day
            self._fill_shelf()

    def _fill_shelf(self) -> None:
        held = in_force(self._procedures, self._day)
        services = {code: service for service in self._services for code in service.procedures}
        entries = search_entries(tuple(held.values()), self._words, frozenset(services))
        self._shelf = _Shelf(held, services, ProcedureSearch(entries, self._words.vocabulary()))

    def find(self, query: str) -> ProcedureHits:
        shelf = self._shelf
        found = shelf.search.find(query, _LIMIT)
        return ProcedureHits(
            hits=[self._hit(shelf.held[match.code]) for match in found.matches], ambiguous=len(found.ambiguous)
        )

    def everything(self) -> list[ProcedureHit]:
        """By field: fields that this centre handles first, and in each what it handles first."""
        hits = [self._hit(each) for each in self._shelf.held.values()]
        fields = list(dict.fromkeys(hit.field for hit in hits))
        handled = {hit.field for hit in hits if hit.service}
        return sorted(hits, key=lambda hit: (hit.field not in handled, fields.index(hit.field), not hit.service))

    def held(self, code: str) -> Procedure | None:
        """The version in force."""
        return self._shelf.held.get(code)

    def name_of(self, code: str) -> Text:
        """The code itself for a procedure that is no longer in force."""
        held = self._shelf.held.get(code)
        return self._name(held) if held else Text(vi=code, en=code)

    def show(self, code: str) -> ProcedureInfo | None:
        held = self._shelf.held.get(code)
        if held is None:
            return None
        return ProcedureInfo(
            code=held.key,
            name=self._name(held),
            field=held.field,
            agency=held.agency,
            service=self._service(held),
            time=held.time.value.text,
            fee=held.fee.value.text,
            exempt=held.fee.value.exempt or "",
            papers=[
                PaperLine(
                    name=paper.name, required=paper.required, show_only=paper.how == "show", quantity=paper.quantity
                )
                for paper in held.papers.value
            ],
            result=held.result,
            notes=held.notes or "",
            online=held.online_level.value,
            unsure=list(held.unsure()),
        )

    def _hit(self, held: Procedure) -> ProcedureHit:
        return ProcedureHit(code=held.key, name=self._name(held), field=held.field, service=self._service(held))

    def _service(self, held: Procedure) -> str:
        service = self._shelf.services.get(held.key)
        return service.id if service else ""

    def _name(self, held: Procedure) -> Text:
        """The law's name; in English what the centre calls it, where it does."""
        service = self._shelf.services.get(held.key)
        return Text(vi=held.name, en=service.name.en if service else held.name)
