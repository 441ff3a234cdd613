"""Look-ups and results, asked of central for kiosks and phones.

1. Who guesses in series is stopped here at once, and by central for the whole city. The answer is the same whether
   there is such a dossier or not, and so is the way that it takes. What is counted is what central looks for.
2. A secret is in no address: a result is fetched by a link that is good once, for some minutes, and names nothing.
"""

import hashlib
import secrets
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.clock import Clock
from kiosk.dossier.code import read_code
from kiosk.errors import CentralUnreachable
from kiosk.hub.dossiers.ports import CentralSays, City
from kiosk.hub.dossiers.tries import PER_ASKER, PER_CODE, PER_CODE_OF_ALL, PER_PERSON_OF_ALL, Tries
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.wire.dossier_api import FetchResult, LookUp, LookUpReply
from kiosk.wire.submission_api import KioskLookUp, ResultLink, ResultLinkAsk

LOOK_UP, RESULT = "/v1/dossiers/look-up", "/v1/dossiers/result"
LINK_MIN = 10
_MOST_LINKS = 1_000


@dataclass(frozen=True, slots=True)
class _Link:
    asker: str
    asked: ResultLinkAsk
    until_ms: int


class LookUps:
    """Every method blocks until central has answered."""

    def __init__(self, city: City, public_url: str, clock: Clock) -> None:
        self._city, self._public_url, self._clock = city, public_url, clock
        self._per_code, self._per_asker = Tries(clock, PER_CODE), Tries(clock, PER_ASKER)
        self._codes, self._people = Tries(clock, PER_CODE_OF_ALL), Tries(clock, PER_PERSON_OF_ALL)
        self._salt = secrets.token_bytes(16)
        self._gate = threading.Lock()
        self._links: dict[str, _Link] = {}

    def look_up(self, asker: str, asked: KioskLookUp) -> LookUpReply | Refused:
        """``asker``: the kiosk, or a name of the phone that nobody can read."""
        what = self._name_of(asked)
        of_all = self._people if _is_by_card(asked) else self._codes
        guesses = ((self._per_code, f"{asker} {what}"), (of_all, what))
        counted = ((self._per_asker, asker), *guesses)
        wait_s = max(tries.wait_s(name) for tries, name in counted)
        if wait_s:
            return LookUpReply(found=[], wait_s=wait_s)
        for tries, name in counted:
            tries.note(name)
        wanted = LookUp(
            kiosk=asker,
            code=asked.code,
            secret=asked.secret,
            personal_id=asked.personal_id,
            phone_end=asked.phone_end,
        )
        try:
            reply = self._city.ask(LOOK_UP, wanted, LookUpReply)
        except (CentralUnreachable, CentralSays):
            _forgive(guesses)  # nobody has learnt anything
            return Refused(Why.CENTRAL_AWAY)
        if reply.found:
            _forgive(guesses)
        return reply

    def link(self, asker: str, asked: ResultLinkAsk) -> ResultLink | Refused:
        reply = self.look_up(asker, KioskLookUp(code=asked.code, secret=asked.secret))
        if isinstance(reply, Refused):
            return reply
        if not any(result.paper == asked.paper for status in reply.found for result in status.results):
            return Refused(Why.NOT_FOUND)
        token, until_ms = secrets.token_urlsafe(18), self._clock.now_ms() + LINK_MIN * 60_000
        with self._gate:
            self._drop_old()
            self._links[token] = _Link(asker, asked, until_ms)
        return ResultLink(url=f"{self._public_url}/r/{token}", until_ms=until_ms)

    def is_good(self, token: str) -> bool:
        with self._gate:
            self._drop_old()
            return token in self._links

    def result(self, token: str) -> Iterator[bytes] | Refused:
        """The file, once: a link is used up when central begins to answer, and only then."""
        with self._gate:
            self._drop_old()
            link = self._links.pop(token, None)
        if link is None:
            return Refused(Why.LINK_OVER)
        asked = link.asked
        wanted = FetchResult(kiosk=link.asker, code=asked.code, secret=asked.secret, paper=asked.paper)
        try:
            return self._city.file(RESULT, wanted)
        except CentralUnreachable:
            with self._gate:
                self._links[token] = link
            return Refused(Why.CENTRAL_AWAY)
        except CentralSays:
            return Refused(Why.NOT_FOUND)

    def _name_of(self, asked: KioskLookUp) -> str:
        """What is guessed at. A number of a card is kept as a hash, with a salt of this process."""
        code = read_code(asked.code)
        text = f"card {asked.personal_id}" if _is_by_card(asked) else code.text if code else asked.code
        return hashlib.blake2b(text.encode(), key=self._salt, digest_size=16).hexdigest()

    def _drop_old(self) -> None:
        now_ms = self._clock.now_ms()
        self._links = {token: link for token, link in self._links.items() if link.until_ms >= now_ms}
        for token in list(self._links)[:-_MOST_LINKS]:
            del self._links[token]


def _is_by_card(asked: KioskLookUp) -> bool:
    """Central then looks at nothing else."""
    return bool(asked.personal_id and asked.phone_end)


def _forgive(guesses: Iterable[tuple[Tries, str]]) -> None:
    for tries, name in guesses:
        tries.forgive(name)
