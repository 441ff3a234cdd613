"""All of the dossiers of one hub, put together, with threads for the disk and for questions to central."""

import asyncio
import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from kiosk.hub.dossiers.drafting import Drafts
from kiosk.hub.dossiers.forms import ProcedureForms
from kiosk.hub.dossiers.inbox import Inbox
from kiosk.hub.dossiers.intake import PaperIntake
from kiosk.hub.dossiers.lookup import LookUps
from kiosk.hub.dossiers.phone import PhoneUploads
from kiosk.hub.dossiers.shelf import DraftGone, DraftSent
from kiosk.hub.dossiers.submitting import Submitting
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.papers.vault import VaultFull
from kiosk.wire.submission_api import Receipt, SubmitDraft

P = ParamSpec("P")
T = TypeVar("T")
_WAITED_S = 1.5  #: for central's answer, by somebody who wants the receipt
_DISK_THREADS, _CITY_THREADS = 2, 4  #: each may keep some megabytes of memory of its own (glibc, arenas)


@dataclass(frozen=True, slots=True)
class DossierParts:
    """``send_now``: the submission of a draft, waiting so many seconds at most."""

    forms: ProcedureForms
    drafts: Drafts
    inbox: Inbox
    intake: PaperIntake
    phone: PhoneUploads
    submitting: Submitting
    look_ups: LookUps
    send_now: Callable[[str, float], None]


class DossierRoom:
    def __init__(self, parts: DossierParts) -> None:
        self.parts = parts
        self._disk = ThreadPoolExecutor(_DISK_THREADS, "dossier-disk")
        self._city = ThreadPoolExecutor(_CITY_THREADS, "dossier-city")

    def open(self) -> None:
        """Blocks; after the database is open. Raises OSError, StoreUnavailable."""
        parts = self.parts
        parts.inbox.open()
        parts.drafts.shelf.open()
        parts.submitting.recover()
        parts.drafts.know_ages()
        parts.intake.start()

    def close(self) -> None:
        self.parts.intake.stop()
        self._disk.shutdown()
        self._city.shutdown(cancel_futures=True)
        self.parts.inbox.close()

    def tidy(self) -> None:
        """Every minute: what nobody wants any more goes. Blocks."""
        self.parts.inbox.drop_stale()
        self.parts.drafts.wipe_old()
        self.parts.submitting.forget_old()

    async def on_disk(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Refused:
        return await self._run(self._disk, lambda: work(*args, **kwargs))

    async def ask_city(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Refused:
        return await self._run(self._city, lambda: work(*args, **kwargs))

    async def submit(self, kiosk: str, draft: str, asked: SubmitDraft) -> Receipt | Refused:
        """With central's word, if it comes at once."""
        given = await self.on_disk(self.parts.submitting.submit, kiosk, draft, asked)
        if isinstance(given, Refused) or given.kept == "sent":
            return given
        await self.ask_city(self.parts.send_now, draft, _WAITED_S)
        return await self.on_disk(self.parts.submitting.receipt, kiosk, draft)

    def leave(self, kiosk: str, draft: str) -> None:
        """Whether it was submitted or not. Raises DraftGone."""
        try:
            self.parts.drafts.leave(kiosk, draft)
        except DraftGone:
            self.parts.submitting.leave(kiosk, draft)

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T | Refused:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except DraftGone:
            return Refused(Why.UNKNOWN_DRAFT)
        except DraftSent:
            return Refused(Why.ALREADY_SENT)
        except VaultFull:
            return Refused(Why.NO_SPACE)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return Refused(Why.NO_SPACE)
            raise
