"""A Unix socket on which people and other programs make simulated devices misbehave: one line, one answer.

$ echo "printer paper out" | socat - UNIX-CONNECT:control
"""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from hardware.contracts import Paper
from hardware.simulated.line import Fault, SimulatedLine
from hardware.simulated.printer import SimulatedPrinter
from hardware.simulated.scanner import SimulatedScanner

_LONGEST = 1024  #: bytes of a command
_FAULTS = "|".join(Fault)
HELP = f"""\
NAME unplug · NAME plug · NAME line {_FAULTS}
NAME paper full|low|out · NAME paper out after ROWS · NAME cover open|closed · NAME jam on|off   (printer)
NAME scan TEXT   (scanner)"""

Command = Callable[[SimulatedLine, str], None]


def obey(lines: Mapping[str, SimulatedLine], command: str) -> str:
    """Carries out ``DEVICE WORD …`` and says "ok", or what was expected instead."""
    name, _, rest = command.strip().partition(" ")
    verb, _, value = rest.partition(" ")
    line = lines.get(name)
    if line is None:
        return f"no device {name!r}; there are: {', '.join(sorted(lines))}\n{HELP}"
    act = _of_line(verb) or _of_device(line, verb)
    try:
        if act is None:
            raise ValueError(verb)
        with line.held():
            act(line, value)
    except ValueError:
        return f"{name} cannot {rest!r}\n{HELP}"
    return "ok"


def _of_line(verb: str) -> Command | None:
    commands: dict[str, Command] = {
        "unplug": lambda line, _: line.unplug(),
        "plug": lambda line, _: line.plug(),
        "line": lambda line, value: line.set_fault(Fault(value)),
    }
    return commands.get(verb)


def _of_device(line: SimulatedLine, verb: str) -> Command | None:
    match line.device:
        case SimulatedPrinter() as printer:
            commands: dict[str, Command] = {
                "paper": lambda _, value: _paper(printer, value),
                "cover": lambda _, value: printer.open_cover(_switch(value, "open", "closed")),
                "jam": lambda _, value: printer.jam(_switch(value, "on", "off")),
            }
            return commands.get(verb)
        case SimulatedScanner() as scanner if verb == "scan":
            return lambda line, value: line.send(scanner.scan(value))
    return None


def _paper(printer: SimulatedPrinter, value: str) -> None:
    word, after, rows = value.partition(" after ")
    state = Paper(word)
    if after:
        printer.after_rows(int(rows), lambda: printer.set_paper(state))
    else:
        printer.set_paper(state)


def _switch(value: str, on: str, off: str) -> bool:
    if value not in (on, off):
        raise ValueError(value)
    return value == on


class ControlSocket:
    """Serves ``obey`` on a socket that only its owner may open."""

    def __init__(self, path: Path, lines: Mapping[str, SimulatedLine]) -> None:
        self._path, self._lines = path, lines
        self._socket = socket.socket(socket.AF_UNIX)
        self._thread = threading.Thread(target=self._serve, name="device control", daemon=True)

    def __enter__(self) -> "ControlSocket":
        self._path.unlink(missing_ok=True)
        self._socket.bind(str(self._path))
        self._path.chmod(0o600)
        self._socket.listen()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return  # closed
            with caller, suppress(OSError):
                caller.settimeout(5)
                command = caller.makefile("rb").readline(_LONGEST).decode("utf-8", "replace")
                caller.sendall((obey(self._lines, command) + "\n").encode())
