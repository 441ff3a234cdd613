"""Tells systemd that the process is ready and alive (sd_notify(3)); does nothing when systemd did not start it."""

import os
import socket
from pathlib import Path


def notify(state: str) -> bool:
    """``state``: "READY=1", "WATCHDOG=1", "STOPPING=1", "STATUS=…". False when there is nobody to tell."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address[0] == "@":  # an abstract socket starts with a zero byte
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        try:
            line.sendto(state.encode(), address)
        except OSError:
            return False
    return True


def watchdog_period_s() -> float | None:
    """How often to notify WATCHDOG=1: half of what the unit allows; None when the unit has no watchdog."""
    allowed_us = os.environ.get("WATCHDOG_USEC", "")
    return int(allowed_us) / 2_000_000 if allowed_us.isdecimal() else None


def state_folder(otherwise: Path) -> Path:
    """The folder that the unit gives for what stays (``StateDirectory=``), or ``otherwise``."""
    given = os.environ.get("STATE_DIRECTORY", "")
    return Path(given.split(":")[0]) if given else otherwise


def runtime_folder(otherwise: Path) -> Path:
    """The folder that the unit gives for what ends with the machine (``RuntimeDirectory=``), or ``otherwise``."""
    given = os.environ.get("RUNTIME_DIRECTORY", "")
    return Path(given.split(":")[0]) if given else otherwise
