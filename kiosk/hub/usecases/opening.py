"""Whether a ticket can be taken now, and if not, the sentence that says why."""

from collections.abc import Mapping

from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.refused import SENTENCES, Refused, Why
from kiosk.queueing.hours import OpenNow, ticket_status
from kiosk.queueing.model import ServiceId
from kiosk.wire.common import Text

KIOSK_CLOSED, ANNOUNCEMENT = "kiosk_closed", "announcement"
_SERVICE_CLOSED = "service_closed:"
_NONE: Mapping[str, Text] = {}


def service_switch(service: ServiceId) -> str:
    return f"{_SERVICE_CLOSED}{service}"


def closed_reason(
    centre: Centre, switched: frozenset[str], now_ms: int, words_up: Mapping[str, Text] = _NONE
) -> Text | None:
    """Why the kiosk gives no ticket at all, or None: closed by staff, in their own words if any, or by the hours."""
    if KIOSK_CLOSED in switched:
        return words_up.get(KIOSK_CLOSED, SENTENCES[Why.KIOSK_CLOSED])
    status = ticket_status(centre.schedule, now_ms)
    return None if isinstance(status, OpenNow) else Text(vi=status.words.vi, en=status.words.en)


def announcement(centre: Centre, words_up: Mapping[str, Text]) -> Text | None:
    """What visitors are told while the kiosk is open: the supervisor's words before those of the city."""
    return words_up.get(ANNOUNCEMENT, centre.terms.texts.announcement)


def hall_words(centre: Centre, words_up: Mapping[str, Text]) -> Text | None:
    """The same on hall screens, which may have a text of their own from the city."""
    return words_up.get(ANNOUNCEMENT) or centre.terms.hall.text or centre.terms.texts.announcement


def overrides(switched: frozenset[str]) -> tuple[str, ...]:
    """The places where the centre goes by what its supervisor says and not by what the city does."""
    places = {KIOSK_CLOSED: "kiosk.closed", ANNOUNCEMENT: "texts.announcement"}
    return tuple(
        sorted(places.get(name) or f"services[{name.removeprefix(_SERVICE_CLOSED)}].closed" for name in switched)
    )


def refuse_ticket(centre: Centre, service: ServiceId, switched: frozenset[str], now_ms: int) -> Refused | None:
    """Why nobody can take a ticket for ``service`` now, or None."""
    if service not in centre.services:
        return Refused(Why.UNKNOWN_SERVICE, detail=f"service: {service}")
    reason = closed_reason(centre, switched, now_ms)
    if reason is not None:
        return Refused(Why.KIOSK_CLOSED, reason)
    return Refused(Why.SERVICE_CLOSED) if service_switch(service) in switched else None
