"""The way to central for whoever wants to say something: an enrolled line, or the reason why there is none."""

from pathlib import Path

from kiosk.clock import Clock
from kiosk.config.hub import CityAccess
from kiosk.errors import CentralUnreachable
from kiosk.hub.sync.enrolment import Enrolment, EnrolmentFile
from kiosk.hub.sync.line import READ_S, CentralAddress, CentralLine
from kiosk.hub.sync.offset import ClockOffset


class CityDoor:
    """Used by one thread at a time. ``folder``: where the enrolment stands; ``read_s``: how long an answer may take."""

    def __init__(self, folder: Path, city: CityAccess, clock: Clock, read_s: float = READ_S) -> None:
        self._city, self._clock, self._read_s = city, clock, read_s
        self._file, self._offset = EnrolmentFile(folder), ClockOffset()
        self._line: CentralLine | None = None

    def line(self) -> tuple[CentralLine, Enrolment]:
        """Raises CentralUnreachable: not enrolled, or not to be trusted with it."""
        try:
            enrolment, is_new = self._file.look()
        except (OSError, ValueError) as error:
            raise CentralUnreachable(f"the enrolment cannot be used: {error}") from error
        if enrolment is None:
            raise CentralUnreachable("this hub is not enrolled")
        if is_new or self._line is None:
            self.close()
            self._line = self._opened(self._city.url or enrolment.url)
        return self._line, enrolment

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _opened(self, url: str) -> CentralLine:
        if self._city.lets_listen(url):
            raise CentralUnreachable(f"{url}: others could read along over plain HTTP")
        return CentralLine(CentralAddress(url, self._city.ca_file), self._clock, self._offset, self._read_s)
