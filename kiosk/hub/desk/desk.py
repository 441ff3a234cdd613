"""What an officer does with a dossier, asked of central. Every function blocks until central has answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlencode

import msgspec

from kiosk.dossier.status import Status
from kiosk.hub.dossiers.ports import City
from kiosk.wire.dossier_api import (
    PUT_PAPER,
    ActName,
    ActOn,
    Apologise,
    CheckPaper,
    DossierReply,
    FindDossiers,
    GetPaper,
    OpenDossier,
    PaperPut,
    Stored,
    WorkLine,
    WorkList,
    WorkListReply,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """All raise CentralUnreachable, and CentralSays with the reason when it is not done."""

    city: City

    def work(self) -> list[WorkLine]:
        return self.city.ask("/v1/dossiers/work-list", WorkList(), WorkListReply).lines

    def of_person(self, personal_id: str) -> list[WorkLine]:
        return self.city.ask("/v1/dossiers/find", FindDossiers(personal_id=personal_id), WorkListReply).lines

    def open(self, code: str) -> DossierReply:
        return self.city.ask("/v1/dossiers/open", OpenDossier(code=code), DossierReply)

    def act(self, wanted: ActOn) -> DossierReply:
        return self.city.ask("/v1/dossiers/act", wanted, DossierReply)

    def apologise(self, wanted: Apologise) -> DossierReply:
        return self.city.ask("/v1/dossiers/apologise", wanted, DossierReply)

    def check(self, wanted: CheckPaper) -> DossierReply:
        return self.city.ask("/v1/dossiers/papers/check", wanted, DossierReply)

    def paper(self, code: str, paper: str) -> bytes:
        return b"".join(self.city.file("/v1/dossiers/papers/get", GetPaper(code=code, paper=paper)))

    def put(self, about: PaperPut, content: bytes) -> Stored:
        query: Mapping[str, object] = msgspec.structs.asdict(about)
        return self.city.put(f"{PUT_PAPER}?{urlencode(query)}", content, Stored)


def times_asked(dossier: DossierReply) -> int:
    """How often supplements were asked for. Putting off in between writes a line with the same status."""
    statuses = [0, *(line.status for line in dossier.status.history)]
    return sum(now == Status.SUPPLEMENT_ASKED != before for before, now in pairwise(statuses))


#: The act that comes next by itself; the others stand below it.
_NEXT: tuple[ActName, ...] = ("take_back_up", "accept", "start", "finish", "hand_over")


def next_act(dossier: DossierReply) -> ActName | None:
    return next((act for act in _NEXT if act in dossier.acts), None)
