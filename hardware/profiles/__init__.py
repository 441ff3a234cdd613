"""What is known of a model, as data: one TOML file each, beside this module or anywhere by path.

The struct that a profile must fit belongs to the driver; what every serial device shares is ``Line``.
"""

from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from hardware.errors import BadSettings

_FOLDER = Path(__file__).parent


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Root of all profiles: unknown keys are refused. A type checker wants ``frozen=True, kw_only=True`` on each."""


class Line(Profile, frozen=True, kw_only=True):
    """How the line is set."""

    baud: int
    data_bits: Literal[5, 6, 7, 8] = 8
    parity: Literal["none", "even", "odd"] = "none"
    stop_bits: Literal[1, 2] = 1
    flow: Literal["none", "rtscts", "xonxoff"] = "none"

    def at(self, baud: int | None) -> "Line":
        """The same line at another speed; None: unchanged."""
        return self if baud is None else msgspec.structs.replace(self, baud=baud)

    def seconds_for(self, size: int) -> float:
        """Time on the wire of ``size`` bytes: a start bit, the data, parity and stop bits each."""
        bits = 1 + self.data_bits + (self.parity != "none") + self.stop_bits
        return size * bits / self.baud


P = TypeVar("P", bound=Profile)


def load(name: str, kind: type[P]) -> P:
    """The profile called ``name``, or at that path. BadSettings names the file, the key and what was expected."""
    path = Path(name) if name.endswith(".toml") else _FOLDER / f"{name}.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except OSError as error:
        known = ", ".join(sorted(each.stem for each in _FOLDER.glob("*.toml")))
        raise BadSettings(f"there is no device profile {name!r} ({path}); known: {known}") from error
    except msgspec.DecodeError as error:  # also msgspec.ValidationError: "Expected `int`, got `str` - at `$.line.baud`"
        raise BadSettings(f"{path}: {error}") from error
