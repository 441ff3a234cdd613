"""Whether a ticket can be taken now, and if not, the sentence that says why."""

from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.refused import SENTENCES, Refused, Why
from kiosk.queueing.hours import OpenNow, ticket_status
from kiosk.queueing.model import ServiceId
from kiosk.wire.common import Text

KIOSK_CLOSED = "kiosk_closed"
_SERVICE_CLOSED = "service_closed:"


def service_switch(service: ServiceId) -> str:
    return f"{_SERVICE_CLOSED}{service}"


def closed_reason(centre: Centre, switched: frozenset[str], now_ms: int) -> Text | None:
    """Why the kiosk gives no ticket at all, or None: closed by staff, or by the hours."""
    if KIOSK_CLOSED in switched:
        return SENTENCES[Why.KIOSK_CLOSED]
    status = ticket_status(centre.schedule, now_ms)
    return None if isinstance(status, OpenNow) else Text(vi=status.words.vi, en=status.words.en)


def refuse_ticket(centre: Centre, service: ServiceId, switched: frozenset[str], now_ms: int) -> Refused | None:
    """Why nobody can take a ticket for ``service`` now, or None."""
    if service not in centre.services:
        return Refused(Why.UNKNOWN_SERVICE, detail=f"service: {service}")
    reason = closed_reason(centre, switched, now_ms)
    if reason is not None:
        return Refused(Why.KIOSK_CLOSED, reason)
    return Refused(Why.SERVICE_CLOSED) if service_switch(service) in switched else None
