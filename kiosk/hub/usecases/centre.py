"""The centre as the use cases know it: the configuration, looked up by id."""

from dataclasses import dataclass

from kiosk.config import HubConfig
from kiosk.config.hub import Counter, Service
from kiosk.queueing.hours import Schedule
from kiosk.queueing.model import CounterId, QueueRule, ServiceId
from kiosk.wire.common import Text


@dataclass(frozen=True, slots=True)
class Centre:
    """``public_url`` is what phones call the hub by; it starts the address of a ticket's page."""

    config: HubConfig
    public_url: str
    services: dict[ServiceId, Service]
    prefixes: dict[ServiceId, str]
    counters: dict[CounterId, Counter]
    service_s: dict[ServiceId, float]
    rule: QueueRule
    schedule: Schedule

    def service_name(self, service: ServiceId) -> Text:
        """An old ticket may be for a service that the configuration no longer names."""
        known = self.services.get(service)
        return known.name if known else Text(vi=service, en=service)

    def counter_name(self, counter: CounterId) -> Text:
        known = self.counters.get(counter)
        return known.name if known else Text(vi=f"Quầy {counter}", en=f"Counter {counter}")


def make_centre(config: HubConfig, public_url: str) -> Centre:
    return Centre(
        config=config,
        public_url=public_url.rstrip("/"),
        services={ServiceId(service.id): service for service in config.services},
        prefixes={ServiceId(service.id): config.prefix_of(service) for service in config.services},
        counters={CounterId(counter.id): counter for counter in config.counters},
        service_s={ServiceId(service.id): service.expected_service_min * 60 for service in config.services},
        rule=config.rule.queue_rule(),
        schedule=config.hours.schedule(),
    )
