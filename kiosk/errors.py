"""Errors that cross a layer. Expected outcomes are values; these are for what the caller cannot go on with."""

from typing import ClassVar


class KioskError(Exception):
    """Root of the product's own errors; ``str(error)`` is a sentence for an operator."""

    exit_code: ClassVar[int] = 1  #: of a command that ends with it


class ConfigError(KioskError):
    """A configuration file is missing, unreadable or wrong; names the file, the key and what was expected."""

    exit_code = 2


class StoreUnavailable(KioskError):
    """The database cannot take a write now (disk full, I/O error, closing); nothing was stored."""


class FolderInUse(StoreUnavailable):
    """Another hub has this data folder. Starting again changes nothing while it runs."""

    exit_code = 3


class SchemaTooNew(KioskError):
    """The database was written by a newer version of the product; starting would damage it."""


class HubUnreachable(KioskError):
    """No usable answer from the hub: the request may or may not have been carried out; repeat it with the same id."""


class CentralUnreachable(KioskError):
    """No usable answer from central: what was sent may or may not be stored there; sending it again is harmless."""
