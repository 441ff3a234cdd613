"""Asks central once what it wants of this centre, for ``kiosk config pull``: beside the hub, which goes on."""

from kiosk.clock import Clock
from kiosk.config.hub import HubConfig
from kiosk.errors import CentralUnreachable, ConfigError
from kiosk.hub.sync.access import Access
from kiosk.hub.sync.desired import DESIRED, MOST_BYTES
from kiosk.wire.fleet_api import Desired

_WITHIN_S = 10.0


def wanted_by_city(own: HubConfig, clock: Clock) -> bytes | None:
    """The signed document, not verified; None when there is none. Raises CentralUnreachable, ConfigError."""
    access = Access(own.data, own.central, clock)
    way = access.look()
    if way is None:
        raise ConfigError(f"{own.data}: this hub is not enrolled; see `kiosk hub enrol`")
    line, enrolment = way
    try:
        asked = {"If-None-Match": '"0.0"'}
        answer = line.get_signed(DESIRED, enrolment, asked, most_bytes=MOST_BYTES, within_s=_WITHIN_S)
    finally:
        access.close()
    if answer.status not in (200, 304):
        raise CentralUnreachable(f"{DESIRED}: status {answer.status}")
    return answer.decoded(Desired).document if answer.status == 200 else None
