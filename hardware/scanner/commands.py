"""Commands of the two common families of imagers, and what they answer. Pure."""

from enum import Enum

ACK, ENQ, NAK = 0x06, 0x05, 0x15


class Answer(Enum):
    DONE = "done"
    UNKNOWN = "unknown"  #: the scanner does not know the command
    OUT_OF_RANGE = "out of range"
    NONE = "none"


def honeywell(commands: str, stored: bool = False) -> bytes:
    """A menu command such as "SUFBK2990D": SYN M CR … and "." for good or "!" until power is lost."""
    return b"\x16M\r" + commands.encode("ascii") + (b"." if stored else b"!")


def newland(commands: str, stored: bool = False) -> bytes:
    """A set-up command such as "SCNMOD3": ~ SOH 0000, "@" for good or "#" until power is lost, … ; ETX."""
    return b"\x7e\x010000" + (b"@" if stored else b"#") + commands.encode("ascii") + b";\x03"


def setup_frame(dialect: str, command: str) -> bytes:
    """A set-up command of a profile as bytes, in force until the scanner loses power: it is sent at each opening."""
    if dialect == "hex":
        return bytes.fromhex(command)
    return honeywell(command) if dialect == "honeywell" else newland(command)


def answer_in(reply: bytes) -> Answer:
    """Both families repeat the command with ACK, ENQ (not known) or NAK (out of range) in it."""
    for code, answer in ((NAK, Answer.OUT_OF_RANGE), (ENQ, Answer.UNKNOWN), (ACK, Answer.DONE)):
        if code in reply:
            return answer
    return Answer.NONE
