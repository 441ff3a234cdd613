"""The port: what a driver may do with a line."""

from typing import Protocol

from hardware.errors import PortStalled

SLICE = 512  #: bytes; small enough that a write to a stopped line takes a part and returns at once


class Port(Protocol):
    """One line with one owner thread. Every method but ``close`` raises PortGone when the line is not there."""

    def open(self) -> None: ...

    def close(self) -> None:
        """Never fails, never waits for a stopped device to take what is queued."""

    def send(self, payload: bytes, wait_s: float) -> int:
        """Hands over as much as the line takes now, at most a slice; waits up to ``wait_s`` for room. 0: no room."""

    def read(self, limit: int, wait_s: float) -> bytes:
        """What has arrived, as soon as anything has; ``b""`` after ``wait_s`` of silence."""

    def urgent(self, payload: bytes) -> None:
        """Drops what is still queued and sends a few bytes past flow control: for real-time commands."""


def write_all(port: Port, payload: bytes, idle_s: float) -> None:
    """Sends everything. PortStalled, with the bytes sent so far, when the line takes nothing for ``idle_s``."""
    sent = 0
    while sent < len(payload):
        taken = port.send(payload[sent : sent + SLICE], idle_s)
        if not taken:
            raise PortStalled(f"the device took no byte for {idle_s:g} s; {sent} of {len(payload)} were sent", sent)
        sent += taken
