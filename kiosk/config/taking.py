"""Whether this machine takes up settings that it was sent, and how it gets rid of those that do not do it good.

1. Verified, checked for sense, remembered on disk, and only then applied; a refusal changes nothing and has a reason.
2. What was applied is on trial until the program is well. Not well in time, or begun too often: the last good settings
   again, by this machine alone, whatever the network does.
3. What cannot be read or trusted at the start is left out: then the machine's own file counts.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

import msgspec

from kiosk.clock import Clock
from kiosk.config.kept import MAX_WORDS, KeptSettings, Pinned, Standing
from kiosk.config.signed import Reason, Refused, Remembered, Trusted, TrustedCommand, verify, verify_command
from kiosk.errors import ConfigError

log = logging.getLogger(__name__)

T = TypeVar("T")
Word = Literal["applied", "waiting", "refused", "rolled_back"]
#: A power cut or two look like crashes; a third start without having been well is none.
MOST_STARTS = 2
WELL_WITHIN_S = 60.0
_FORMER_ROOTS = 4


@dataclass(frozen=True, slots=True)
class Stand(Generic[T]):
    """What is in use and what became of the newest that was sent. ``version`` 0: the machine's own file alone."""

    settings: T
    version: int
    state: Word = "applied"
    reason: str = ""
    detail: str = ""
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """Verified and checked; not yet remembered."""

    document: bytes
    settings: T
    remember: Remembered
    roots: tuple[bytes, ...]  #: to be pinned from now on

    @property
    def version(self) -> int:
        return self.remember.version


@dataclass(frozen=True, slots=True)
class NothingNew:
    """It is what was already taken up, or given up."""


class Taking(Generic[T]):
    """``make``: the machine's own file with the tree of a document on top of it; raises ConfigError.

    Used by one thread at a time.
    """

    def __init__(self, kept: KeptSettings, clock: Clock, own: T, make: Callable[[msgspec.Raw], T]) -> None:
        self._kept, self._clock, self._own, self._make = kept, clock, own, make
        self._pinned: Pinned | None = None
        self.stand: Stand[T] = Stand(own, 0)
        self.document: bytes | None = None  #: of what is in use
        self.refused_version = 0  #: of the newest document that was trusted and not taken up
        self._good: tuple[T, int, bytes | None] = (own, 0, None)

    @property
    def version(self) -> int:
        """The newest that is remembered here, in use or given up."""
        return self._kept.standing.remembered.version

    def begin(self) -> Stand[T]:
        """What to start the program with. Never raises: a centre opens whatever became of a file."""
        self._pinned = self._kept.pinned()
        if not self._kept.read():
            log.error("What was noted of the settings cannot be read; it is made anew from the documents")
            self._write_down(self._made_anew())
        standing = self._kept.standing
        self._good = self._opened(standing.good) or (self._own, 0, None)
        self._use_good()
        if standing.good and not self.stand.version:
            self.stand = replace(self.stand, state="refused", reason=Reason.KEPT_BROKEN)
        if standing.trial:
            self._begin_trial_again()
        elif standing.failed and standing.failed == standing.remembered.version:
            self.stand = replace(self.stand, state="rolled_back", reason=standing.reason, detail=standing.detail)
        return self.stand

    def _begin_trial_again(self) -> None:
        try:
            self._kept.note_start()
        except OSError as error:
            # Starts that cannot be counted could go on for ever.
            log.error("The settings on trial are left out: %s", error)
            self.stand = replace(self.stand, state="waiting", reason=Reason.NOT_SAVED, detail=str(error))
            return
        trial = self._opened(self._kept.standing.trial)
        if trial is None:
            self.roll_back(Reason.KEPT_BROKEN, "")
        elif self._kept.standing.starts > MOST_STARTS:
            self.roll_back(Reason.CRASHED, f"{self._kept.standing.starts - 1} starts without being well")
        else:
            self.stand = Stand(trial[0], trial[1], is_trial=True)
            self.document = trial[2]

    def consider(self, received: bytes) -> Candidate[T] | Refused | NothingNew:
        """A refusal is kept in ``stand``; what is in use goes on."""
        pinned, standing = self._trusted(), self._kept.standing
        if pinned is None:
            return self.refuse(Refused(Reason.NO_ROOT))
        result = verify(received, pinned.trust(), standing.remembered, self._clock.now_ms())
        if isinstance(result, Refused):
            return self.refuse(result)
        version = result.remember.version
        if version == standing.remembered.version and version in (self.stand.version, standing.failed):
            return NothingNew()
        made = self._checked(result)
        if isinstance(made, Refused):
            self.refused_version = version
            return self.refuse(made)
        return Candidate(received, made, result.remember, result.roots)

    def take_command(self, received: bytes) -> TrustedCommand | Refused:
        """To be carried out now, once: its number is on disk."""
        pinned = self._trusted()
        if pinned is None:
            return Refused(Reason.NO_ROOT)
        result = verify_command(received, pinned.trust(), self._kept.standing.remembered, self._clock.now_ms())
        if isinstance(result, TrustedCommand):
            try:
                self._kept.note_command(result.remember)
            except OSError as error:
                return Refused(Reason.NOT_SAVED, error.strerror or str(error))
        return result

    def remember(self, candidate: Candidate[T]) -> Refused | None:
        """On disk before it is applied. A full disk is a refusal."""
        try:
            self._pin_roots(candidate.roots)
            self._kept.begin_trial(candidate.document, candidate.remember)
        except OSError as error:
            return self.refuse(Refused(Reason.NOT_SAVED, error.strerror or str(error)))
        self.stand = replace(self.stand, state="waiting", reason="", detail="")
        return None

    def applied(self, candidate: Candidate[T]) -> None:
        """It is in use; the trial runs."""
        self.stand, self.document = Stand(candidate.settings, candidate.version, is_trial=True), candidate.document

    def well(self) -> None:
        """The program has proved that it works with what is on trial."""
        if not self.stand.is_trial:
            return
        self._good = (self.stand.settings, self.stand.version, self.document)
        self.stand = replace(self.stand, is_trial=False)
        try:
            self._kept.end_trial()
        except OSError as error:
            log.error("It could not be noted that settings %d are good: %s", self.stand.version, error)

    def roll_back(self, reason: str, detail: str) -> Stand[T]:
        """The last good settings, which the caller applies."""
        failed = self._kept.standing.trial
        log.error("Settings %d are given up: %s %s", failed, reason, detail)
        try:
            self._kept.give_up(reason, detail)
        except OSError as error:
            log.error("That could not be noted: %s", error)
        self._use_good()
        self.stand = replace(self.stand, state="rolled_back", reason=reason, detail=detail[:MAX_WORDS])
        return self.stand

    def refuse(self, refused: Refused) -> Refused:
        log.warning("Settings are refused: %s %s", refused.reason, refused.detail)
        if not self.stand.is_trial:
            self.stand = replace(self.stand, state="refused", reason=refused.reason, detail=refused.detail[:MAX_WORDS])
        return refused

    def change_own(self, own: T, make: Callable[[msgspec.Raw], T]) -> None:
        """The machine's own file was read again; what is in use goes on top of it. Raises ConfigError."""
        opened = self._opened_from(self.document, make)
        good = self._opened_from(self._good[2], make)
        self._own, self._make = own, make
        self._good = (own if good is None else good, self._good[1], self._good[2])
        self.stand = replace(self.stand, settings=own if opened is None else opened)

    def once_more(self, candidate: Candidate[T], make: Callable[[msgspec.Raw], T]) -> Candidate[T]:
        """One that is remembered and not yet in use, on top of another own file. Raises ConfigError."""
        made = self._opened_from(candidate.document, make)
        return candidate if made is None else replace(candidate, settings=made)

    def _opened_from(self, document: bytes | None, make: Callable[[msgspec.Raw], T]) -> T | None:
        if document is None or self._pinned is None:
            return None
        result = verify(document, self._pinned.trust_of_kept(), Remembered(), 0)
        return None if isinstance(result, Refused) else make(result.settings.tree)

    def clean_end(self) -> None:
        try:
            self._kept.note_clean_end()
        except OSError as error:
            log.warning("The clean end could not be noted: %s", error)

    def pin(self, pinned: Pinned) -> None:
        """At the first contact, and only then. Raises OSError."""
        if self._trusted() is None:
            self._kept.pin(pinned)
            self._pinned = pinned

    @property
    def pinned(self) -> Pinned | None:
        """Whom this machine trusts; from any thread."""
        return self._pinned

    @property
    def not_taken(self) -> int:
        """The newest version that was refused or given up here; 0 for none."""
        return max(self.refused_version, self._kept.standing.failed)

    @property
    def command(self) -> int:
        """The number of the newest command that was taken up."""
        return self._kept.standing.remembered.command

    def _trusted(self) -> Pinned | None:
        """Enrolment writes it, also while the program runs."""
        self._pinned = self._pinned or self._kept.pinned()
        return self._pinned

    def look_again_whom_to_trust(self) -> None:
        """The machine was enrolled anew."""
        self._pinned = self._kept.pinned() or self._pinned

    def _pin_roots(self, roots: tuple[bytes, ...]) -> None:
        known = self._pinned
        if known is not None and set(roots) != set(known.roots):
            former = tuple(root for root in known.former + known.roots if root not in roots)[-_FORMER_ROOTS:]
            self._pinned = msgspec.structs.replace(known, roots=roots, former=former)
            self._kept.pin(self._pinned)

    def _checked(self, trusted: Trusted) -> T | Refused:
        try:
            return self._make(trusted.settings.tree)
        except ConfigError as error:
            return Refused(Reason.SENSELESS, str(error))

    def _opened(self, version: int) -> tuple[T, int, bytes] | None:
        """A kept document; its time may have passed since, its signature not."""
        document = self._kept.document(version)
        if document is None or self._pinned is None:
            return None
        result = verify(document, self._pinned.trust_of_kept(), Remembered(), 0)
        made = result if isinstance(result, Refused) else self._checked(result)
        if isinstance(made, Refused):
            log.error("The kept settings %d cannot be used: %s %s", version, made.reason, made.detail)
            return None
        return made, version, document

    def _use_good(self) -> None:
        settings, version, self.document = self._good
        self.stand = Stand(settings, version)

    def _made_anew(self) -> Standing:
        """Documents vouch for themselves. Of two the lower was good; a single one has to prove itself once more."""
        known = [found for found in map(self._remembered, self._kept.versions()) if found is not None]
        if not known:
            return Standing()
        newest = known[-1]
        if len(known) == 1:
            return Standing(remembered=newest, trial=newest.version)
        return Standing(remembered=newest, good=known[0].version, failed=newest.version, reason=Reason.KEPT_BROKEN)

    def _remembered(self, version: int) -> Remembered | None:
        document = self._kept.document(version)
        if document is None or self._pinned is None:
            return None
        result = verify(document, self._pinned.trust_of_kept(), Remembered(), 0)
        return result.remember if isinstance(result, Trusted) and result.remember.version == version else None

    def _write_down(self, standing: Standing) -> None:
        try:
            self._kept.write(standing)
        except OSError as error:
            log.error("The state of the settings cannot be written: %s", error)
            self._kept.standing = standing
