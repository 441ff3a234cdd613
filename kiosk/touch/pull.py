"""Asks the hub once for the city's settings, for ``kiosk config pull``: beside the touch app, which goes on."""

from kiosk.config.touch import TouchConfig
from kiosk.errors import HubUnreachable
from kiosk.touch.hub_line import HubAddress, Line, Refused, read_token
from kiosk.touch.keeper import SETTINGS
from kiosk.wire.fleet_api import KioskDesired


def wanted_by_hub(own: TouchConfig) -> bytes | None:
    """The signed document, not verified; None when there is none. Raises HubUnreachable, ConfigError."""
    line = Line(HubAddress(own.hub_url, read_token(own.token_file)))
    try:
        found = line.get_newer(SETTINGS, '"0.0"', KioskDesired)
    except Refused as error:
        raise HubUnreachable(f"{SETTINGS}: {error}") from error
    finally:
        line.close()
    return found.document if found else None
