"""The way to central for one thread: the enrolment as it stands now, and a line that goes with it."""

from pathlib import Path

from kiosk.clock import Clock
from kiosk.config.hub import CityAccess
from kiosk.hub.sync.enrolment import Enrolment, EnrolmentFile
from kiosk.hub.sync.line import CentralAddress, CentralLine
from kiosk.hub.sync.offset import ClockOffset


class Access:
    """Somebody may enrol, or enrol again, while the hub runs: each ``look`` looks at the file."""

    def __init__(self, folder: Path, city: CityAccess, clock: Clock) -> None:
        self._city, self._clock = city, clock
        self._file = EnrolmentFile(folder)
        self._offset = ClockOffset()
        self._line: CentralLine | None = None

    def look(self) -> tuple[CentralLine, Enrolment] | None:
        """None while the hub is not enrolled, or its enrolment cannot be used; the courier says which."""
        try:
            enrolment, is_new = self._file.look()
        except (OSError, ValueError):
            return None
        if enrolment is None:
            return None
        url = self._city.url or enrolment.url
        if self._city.lets_listen(url):
            return None
        if is_new or self._line is None:
            self.close()
            self._line = CentralLine(CentralAddress(url, self._city.ca_file), self._clock, self._offset)
        return self._line, enrolment

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
