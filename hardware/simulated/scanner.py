"""A serial imager: sends the code that is held before it, answers set-up commands, obeys its trigger."""

import re

from hardware.scanner.commands import ACK, ENQ
from hardware.scanner.decoder import ScannerProfile
from hardware.simulated.line import Unbuffered

_SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "etx": b"\x03"}
_TRIGGER = b"\x16T\r"
_COMMAND = re.compile(rb"\x16[TU]\r|\x16M\r[^.!]*[.!]|\x7e\x010000[^\x03]*;\x03", re.DOTALL)


class SimulatedScanner(Unbuffered):
    """``scan`` gives the bytes that a code makes the scanner send; put them on the line with ``line.send``."""

    def __init__(self, profile: ScannerProfile, knows_commands: bool = True) -> None:
        self._profile = profile
        self._knows_commands = knows_commands
        self._waiting = b""
        self.before = ""  #: the code that lies under the scanner when it is triggered

    def scan(self, text: str, aim: str = "Q1") -> bytes:
        """``aim`` "" is a scanner that does not say the kind of code."""
        kind = b"]" + aim.encode("ascii") if aim and self._profile.aim else b""
        return bytes.fromhex(self._profile.prefix) + kind + text.encode("utf-8") + _SUFFIXES[self._profile.suffix]

    def feed(self, payload: bytes) -> bytes:
        self._waiting = (self._waiting + payload)[-512:]
        answers = b""
        while (found := _COMMAND.search(self._waiting)) is not None:
            self._waiting = self._waiting[found.end() :]
            answers += self._obey(found.group())
        return answers

    def _obey(self, command: bytes) -> bytes:
        if command == _TRIGGER:
            return self.scan(self.before) if self.before else b""
        if len(command) == len(_TRIGGER):
            return b""
        return command[:-1] + bytes([ACK if self._knows_commands else ENQ]) + command[-1:]
