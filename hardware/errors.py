"""Errors of the device layer. Operating-system and driver errors are translated to these once, in ``transport``."""


class HardwareError(Exception):
    """Root; ``str(error)`` is a sentence for an operator."""


class PortGone(HardwareError):
    """The port does not exist, cannot be opened, or disappeared while in use (unplugged)."""


class PortStalled(HardwareError):
    """The device has taken no byte for longer than its idle deadline; ``sent`` bytes had gone out."""

    def __init__(self, message: str, sent: int = 0) -> None:
        super().__init__(message)
        self.sent = sent


class NoReply(HardwareError):
    """The device did not answer in time. Silence is a fact of its own: never "no paper"."""


class BadSettings(HardwareError):
    """A device's settings or profile are wrong; says which key and what was expected."""
