"""The centre as the use cases know it: the configuration, looked up by id, and exchanged while the hub runs.

It is exchanged as a whole, in the write thread, so that a command sees one configuration from its beginning to its end.
Who reads elsewhere, and more than one thing of it, reads from ``fixed``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.config import HubConfig
from kiosk.config.hub import Counter, Service
from kiosk.config.terms import CentreTerms
from kiosk.queueing.hours import Schedule
from kiosk.queueing.model import CounterId, QueueRule, ServiceId
from kiosk.wire.common import Text


@dataclass(frozen=True, slots=True)
class _Terms:
    said: CentreTerms
    services: dict[ServiceId, Service]
    prefixes: dict[ServiceId, str]
    counters: dict[CounterId, Counter]
    service_s: dict[ServiceId, float]
    rule: QueueRule
    schedule: Schedule


class Centre:
    """``public_url`` is what phones call the hub by; it starts the address of a ticket's page."""

    def __init__(self, terms: _Terms, public_url: str) -> None:
        self._terms, self.public_url = terms, public_url

    def exchange(self, terms: CentreTerms) -> None:
        self._terms = _terms_of(terms)

    def fixed(self) -> "Centre":
        """As it is at this moment, for good."""
        return Centre(self._terms, self.public_url)

    @property
    def terms(self) -> CentreTerms:
        return self._terms.said

    @property
    def config(self) -> HubConfig:
        return self.terms.config

    @property
    def services(self) -> Mapping[ServiceId, Service]:
        return self._terms.services

    @property
    def prefixes(self) -> Mapping[ServiceId, str]:
        return self._terms.prefixes

    @property
    def counters(self) -> Mapping[CounterId, Counter]:
        return self._terms.counters

    @property
    def service_s(self) -> Mapping[ServiceId, float]:
        return self._terms.service_s

    @property
    def rule(self) -> QueueRule:
        return self._terms.rule

    @property
    def schedule(self) -> Schedule:
        return self._terms.schedule

    def service_name(self, service: ServiceId) -> Text:
        """An old ticket may be for a service that the configuration no longer names."""
        known = self.services.get(service)
        return known.name if known else Text(vi=service, en=service)

    def counter_name(self, counter: CounterId) -> Text:
        known = self.counters.get(counter)
        return known.name if known else Text(vi=f"Quầy {counter}", en=f"Counter {counter}")


def make_centre(config: HubConfig, public_url: str) -> Centre:
    return centre_of(CentreTerms(config), public_url)


def centre_of(terms: CentreTerms, public_url: str) -> Centre:
    return Centre(_terms_of(terms), public_url.rstrip("/"))


def _terms_of(terms: CentreTerms) -> _Terms:
    config = terms.config
    return _Terms(
        said=terms,
        services={ServiceId(service.id): service for service in config.services},
        prefixes={ServiceId(service.id): config.prefix_of(service) for service in config.services},
        counters={CounterId(counter.id): counter for counter in config.counters},
        service_s={ServiceId(service.id): service.expected_service_min * 60 for service in config.services},
        rule=config.rule.queue_rule(),
        schedule=config.hours.schedule(),
    )
