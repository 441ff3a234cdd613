"""The city's procedures on this hub: asked for every few minutes, kept on disk, taken up without a restart.

1. What comes with the product holds where the city has released nothing, and where central was never reached.
2. An answer is kept only when it is a whole catalogue; a file that cannot be read is as good as none.
3. A version whose day comes holds from midnight on, whether central can be reached or not.
"""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from kiosk.clock import Clock, day_of
from kiosk.config.hub import CityAccess
from kiosk.dossier.procedures import Procedure
from kiosk.errors import CentralUnreachable
from kiosk.hub.sync.enrolment import EnrolmentFile
from kiosk.hub.sync.line import CentralAddress, CentralLine
from kiosk.hub.sync.offset import ClockOffset
from kiosk.wire.catalogue_api import MAX_ANSWER, PATH, AskCatalogue, CityCatalogue

log = logging.getLogger(__name__)

FILE = "procedures.json"
_EVERY_S = 300.0
_STOP_S = 2.0
Exchange = Callable[[Sequence[Procedure], int], None]


class CityProcedures:
    """``exchange``: gives a catalogue and a day to whoever shows it. ``look`` is for this thread, or for one alone."""

    def __init__(
        self, folder: Path, city: CityAccess, clock: Clock, shipped: Sequence[Procedure], exchange: Exchange
    ) -> None:
        self._folder, self._city, self._clock = folder, city, clock
        self._shipped, self._exchange = tuple(shipped), exchange
        self._file, self._offset = EnrolmentFile(folder), ClockOffset()
        self._known = CityCatalogue(tag="", procedures=[])
        self._day = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="procedures", daemon=True)

    def open(self) -> None:
        """Take up what was kept."""
        self._known = _read(self._folder / FILE) or self._known
        self._take_up()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """A question that central has not answered is left behind: the thread ends with the program."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except Exception:
                log.exception("The city's procedures could not be taken up; trying again")
            self._stop.wait(_EVERY_S)

    def look(self) -> None:
        """Ask central once; a line that is down changes nothing but the day."""
        try:
            answer = self._ask()
        except (CentralUnreachable, ValueError, OSError) as error:
            log.info("The city's procedures could not be asked for: %s", error)
            answer = None
        if answer is not None and answer.procedures is not None:
            self._known = answer
            self._keep()
            self._take_up()
            log.info("The city's procedures were taken up", extra={"versions": len(answer.procedures)})
        elif day_of(self._clock.now_ms()) != self._day:
            self._take_up()

    def _take_up(self) -> None:
        self._day = day_of(self._clock.now_ms())
        self._exchange((*self._shipped, *(self._known.procedures or ())), self._day)

    def _ask(self) -> CityCatalogue | None:
        """None: this hub is not enrolled. Raises CentralUnreachable; ValueError, OSError for the enrolment's file."""
        enrolment, _ = self._file.look()
        if enrolment is None:
            return None
        url = self._city.url or enrolment.url
        if self._city.lets_listen(url):
            raise ValueError("others could read along over plain HTTP, and hub.toml does not allow it")
        line = CentralLine(CentralAddress(url, self._city.ca_file), self._clock, self._offset)
        try:
            body = msgspec.json.encode(AskCatalogue(tag=self._known.tag))
            answer = line.post_signed(PATH, body, enrolment, most=MAX_ANSWER)
        finally:
            line.close()
        if answer.status != 200:
            raise CentralUnreachable(f"answered with status {answer.status}")
        return answer.decoded(CityCatalogue)

    def _keep(self) -> None:
        """Whole or not at all. What cannot be kept holds until the next start."""
        unfinished = self._folder / f"{FILE}.part"
        try:
            unfinished.write_bytes(msgspec.json.encode(self._known))
            os.replace(unfinished, self._folder / FILE)
        except OSError as error:
            log.warning("The city's procedures cannot be kept; they are asked for again after a start: %s", error)


def _read(path: Path) -> CityCatalogue | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=CityCatalogue)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("%s cannot be read, central will be asked: %s", path, error)
        return None
