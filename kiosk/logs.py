"""Logging: a sentence for people, fields for machines.

``log.info("Ticket %s was called", label, extra={"ticket": 12})`` writes to standard error, which systemd keeps in the
journal (and rotates there). At a terminal it is the sentence; otherwise one JSON object a line.
No personal data: callers log ids and states, never what a citizen typed or scanned.
"""

import gzip
import json
import logging
import sys
from collections import deque
from datetime import datetime
from typing import TextIO

from kiosk.clock import VIETNAM

#: What every record has by itself, and uvicorn's copy of the message; the rest are the caller's fields.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def start_logging(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Call once in a process. ``level`` is a name of ``logging``."""
    handler = logging.StreamHandler(stream) if stream else _StandardError()
    handler.setFormatter(PeopleFormatter() if handler.stream.isatty() else JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler, _RECENT], force=True)
    logging.captureWarnings(True)


def recent_log() -> list[str]:
    """The newest lines of this process, oldest first, one JSON object each."""
    return list(_RECENT.lines)


def packed_log(most_bytes: int) -> bytes:
    """The newest lines, as gzip, as many as there is room for."""
    lines = recent_log()
    while len(packed := gzip.compress("\n".join(lines).encode(), mtime=0)) > most_bytes:
        lines = lines[len(lines) // 2 :]
    return packed


class _Recent(logging.Handler):
    """Kept in memory, for somebody who looks from afar."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=2_000)
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record)[:_LONGEST])


class _StandardError(logging.StreamHandler[TextIO]):
    """Standard error as it is when something is said: whoever replaced it meanwhile may have closed the old one."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # never set from outside
        return sys.stderr


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """The ``extra`` of a record."""
    return {name: value for name, value in vars(record).items() if name not in _OWN}


class PeopleFormatter(logging.Formatter):
    """ "09:41:07 WARNING The printer has no paper (device=printer)"."""

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={value}" for name, value in fields_of(record).items())
        line = f"{_moment(record):%H:%M:%S} {record.levelname} {record.getMessage()}{f' ({fields})' if fields else ''}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """One object a line; ``text`` is the sentence."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


_LONGEST = 4_000  #: letters of a line
_RECENT = _Recent()


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, VIETNAM)
