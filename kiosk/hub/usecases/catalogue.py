"""All that the touch app shows before a ticket."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from kiosk.hub.usecases.book import Queue
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.opening import announcement, closed_reason, service_switch
from kiosk.hub.usecases.refused import SENTENCES, Why
from kiosk.queueing.model import ServiceId
from kiosk.wire.kiosk_api import Catalogue, FieldInfo, PriorityGroup, ServiceInfo, WaitRange

Waits = dict[ServiceId, WaitRange]


@dataclass(frozen=True, slots=True)
class Likely:
    """``newcomers``: for who takes a ticket now. ``quieter_min``: a better time today, minutes after midnight."""

    newcomers: Mapping[ServiceId, WaitRange]
    quieter_min: Mapping[ServiceId, int] = field(default_factory=dict)


def catalogue(queue: Queue, centre: Centre, likely: Likely, version: int, now_ms: int, card_key: str = "") -> Catalogue:
    """``card_key``: of today's card marks, if any."""
    switched, words_up = queue.switched(), queue.words_up()
    reason = closed_reason(centre, switched, now_ms, words_up)
    waiting: Counter[ServiceId] = Counter()
    for lane in queue.lanes():
        waiting[lane.service] += lane.waiting
    config = centre.config
    served = {service for counter in queue.counter_views() if counter.open for service in counter.services}
    return Catalogue(
        version=version,
        centre=config.centre.name,
        address=config.centre.address,
        is_open=reason is None,
        notice=reason or announcement(centre, words_up),
        fields=[FieldInfo(id=each.id, name=each.name, icon=each.icon) for each in config.fields],
        services=[
            _service(service, centre, service_switch(service) in switched, waiting[service], likely, service in served)
            for service in centre.services
        ],
        priority_groups=[
            PriorityGroup(id=group.id, name=group.name, icon=group.icon, from_age=group.from_age)
            for group in config.priority_groups
        ],
        card_key=card_key,
    )


def catalogue_mark(queue: Queue, centre: Centre, now_ms: int) -> str:
    """A fingerprint of what can be chosen; how many wait is not part of it."""
    config = centre.config
    words_up = queue.words_up()
    chosen = (config.centre, config.fields, config.services, config.priority_groups, announcement(centre, words_up))
    closed = (closed_reason(centre, queue.switched(), now_ms, words_up), sorted(queue.switched()))
    return hashlib.sha256(msgspec.json.encode((chosen, closed))).hexdigest()


def _service(
    service: ServiceId,
    centre: Centre,
    is_closed: bool,
    waiting: int,
    likely: Likely,
    has_counter: bool,
) -> ServiceInfo:
    config = centre.services[service]
    return ServiceInfo(
        id=service,
        field=config.field,
        name=config.name,
        prefix=centre.prefixes[service],
        is_open=not is_closed,
        closed_reason=SENTENCES[Why.SERVICE_CLOSED] if is_closed else None,
        waiting=waiting,
        wait=None if is_closed else likely.newcomers.get(service),
        asks_priority=config.priority_question,
        has_counter=has_counter,
        needs_identity=config.needs_identity,
        quieter_min=likely.quieter_min.get(service) if has_counter and not is_closed else None,
    )
