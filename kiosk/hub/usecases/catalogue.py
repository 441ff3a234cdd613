"""All that the touch app shows before a ticket."""

import hashlib

import msgspec

from kiosk.hub.usecases.book import Queue
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.forecast import situation, wait_range
from kiosk.hub.usecases.opening import closed_reason, service_switch
from kiosk.hub.usecases.refused import SENTENCES, Why
from kiosk.queueing.estimate import Situation
from kiosk.queueing.model import ServiceId, TicketClass
from kiosk.wire.kiosk_api import Catalogue, FieldInfo, PriorityGroup, ServiceInfo


def catalogue(queue: Queue, centre: Centre, version: int, now_ms: int) -> Catalogue:
    switched = queue.switched()
    notice = closed_reason(centre, switched, now_ms)
    now = situation(queue, centre, now_ms)
    config = centre.config
    return Catalogue(
        version=version,
        centre=config.centre.name,
        address=config.centre.address,
        is_open=notice is None,
        notice=notice,
        fields=[FieldInfo(id=field.id, name=field.name, icon=field.icon) for field in config.fields],
        services=[_service(service, centre, switched, now) for service in centre.services],
        priority_groups=[PriorityGroup(id=g.id, name=g.name, icon=g.icon) for g in config.priority_groups],
    )


def catalogue_mark(queue: Queue, centre: Centre, now_ms: int) -> str:
    """A fingerprint of what can be chosen; how many wait is not part of it."""
    config = centre.config
    chosen = (config.centre, config.fields, config.services, config.priority_groups)
    closed = (closed_reason(centre, queue.switched(), now_ms), sorted(queue.switched()))
    return hashlib.sha256(msgspec.json.encode((chosen, closed))).hexdigest()


def _service(service: ServiceId, centre: Centre, switched: frozenset[str], now: Situation) -> ServiceInfo:
    config = centre.services[service]
    is_closed = service_switch(service) in switched
    return ServiceInfo(
        id=service,
        field=config.field,
        name=config.name,
        prefix=centre.prefixes[service],
        is_open=not is_closed,
        closed_reason=SENTENCES[Why.SERVICE_CLOSED] if is_closed else None,
        waiting=sum(lane.waiting for lane in now.lanes if lane.service == service),
        wait=None if is_closed else wait_range(service, TicketClass.NORMAL, now),
    )
