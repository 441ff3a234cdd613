"""Links by which the city's own system fetches papers: they stand in the messages, so each is always the same.

1. A link names one file and is signed with the key that seals dossiers; who guesses has 128 bits before him.
2. It is good only for the machines in ``dossiers.exchange.papers_for``; without any there are no links.
"""

import hmac
from dataclasses import dataclass

from kiosk.central.sealing import Seal
from kiosk.wire.dossier_api import PaperInfo

HERE = "/v1/city/papers"
_MARK = 32  #: hex digits


@dataclass(frozen=True, slots=True)
class PaperLinks:
    """``root``: the address of central as others reach it; "" gives no links."""

    seal: Seal
    root: str

    def of(self, code: str, paper: PaperInfo) -> str:
        """ "" while its file is not here."""
        if not self.root or paper.received_ms is None:
            return ""
        return f"{self.root}{HERE}/{code}/{paper.paper}/{self._mark(code, paper.paper, paper.sha256)}"

    def is_of(self, mark: str, code: str, paper: str, sha256: str) -> bool:
        return hmac.compare_digest(mark.encode(), self._mark(code, paper, sha256).encode())

    def _mark(self, code: str, paper: str, sha256: str) -> str:
        return self.seal.hash("city paper", code, paper, sha256)[:_MARK]
