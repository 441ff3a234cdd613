"""What a well-formed configuration can still get wrong. Each problem names the key and what was expected."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from itertools import pairwise

from kiosk.config.central import CentralConfig
from kiosk.config.hub import DayHours, HubConfig
from kiosk.config.parts import DeviceSection, TimeSpan
from kiosk.config.touch import TouchConfig
from kiosk.config.warning import notify_problems

DISPLAY_KINDS = ("display.modbus", "display.dmd", "display.cd5220", "display.frame")
EVERYWHERE = ("", "0.0.0.0", "::")  #: hosts that are no address
TOUCH_KINDS = ("printer.escpos", "scanner.serial", "camera.v4l2", "camera.simulated")


def hub_problems(config: HubConfig) -> list[str]:
    """Everything that makes no sense, in the order of the file; empty when it can be used."""
    return [
        *_repeated("fields", [field.id for field in config.fields]),
        *_repeated("services", [service.id for service in config.services]),
        *_repeated("counters", [counter.id for counter in config.counters]),
        *_repeated("priority_groups", [group.id for group in config.priority_groups]),
        *_listen(config),
        *_central(config),
        *_hours(config),
        *_prefixes(config),
        *_services(config),
        *_counters(config),
        *_displays(config),
        *_lines(config.devices, DISPLAY_KINDS),
    ]


def touch_problems(config: TouchConfig) -> list[str]:
    problems = list(_lines(config.devices, TOUCH_KINDS))
    if config.idle.reset_after_s <= config.idle.warn_after_s:
        problems.append(f"`idle.reset_after_s`: expected more than warn_after_s ({config.idle.warn_after_s})")
    return problems


def central_problems(config: CentralConfig) -> list[str]:
    listen, problems = config.listen, []
    if config.tls is None and not config.allow_plain_http and not listen.is_loopback:
        problems.append(
            f"`listen.host`: on {listen.host} others could read along; expected [tls], a host of this machine only, or "
            "`allow_plain_http = true` where a proxy does TLS"
        )
    if listen.host in EVERYWHERE and not listen.public_url:
        problems.append("`listen.public_url`: expected the address by which people reach central, for links")
    for network in config.metrics.allow:
        try:
            ip_network(network)
        except ValueError:
            problems.append(f'`metrics.allow`: "{network}" is no network; expected such as "10.1.2.0/24"')
    return [*problems, *notify_problems(config.notify)]


def _repeated(table: str, ids: Sequence[str]) -> Iterable[str]:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield f'`{table}[{index}].id`: "{name}" is already taken; expected an id of its own'


def _listen(config: HubConfig) -> Iterable[str]:
    listen = config.listen
    if listen.host in EVERYWHERE and not listen.public_url:
        yield (
            "`listen.public_url`: expected the address by which phones and kiosks reach the hub, such as "
            f'"http://192.168.1.10:{listen.port}"; {listen.host} on a ticket leads nowhere'
        )


def _central(config: HubConfig) -> Iterable[str]:
    central = config.central
    if central.url and central.lets_listen(central.url):
        yield (
            "`central.url`: others could read along over plain HTTP; expected https://…, or "
            "`allow_plain_http = true` where the line itself is protected"
        )


def _hours(config: HubConfig) -> Iterable[str]:
    named: dict[str, int] = {}
    for index, week in enumerate(config.hours.week):
        for day in week.days:
            if day in named:
                yield f"`hours.week[{index}].days`: {day} stands in week[{named[day]}] too; expected each day once"
            named[day] = index
        yield from _windows(f"hours.week[{index}]", week)
    for index, special in enumerate(config.hours.special_days):
        yield from _windows(f"hours.special_days[{index}]", special)


def _windows(key: str, hours: DayHours) -> Iterable[str]:
    yield from _overlaps(f"{key}.reception", hours.reception)
    if not hours.tickets:
        return
    yield from _overlaps(f"{key}.tickets", hours.tickets)
    if len(hours.tickets) != len(hours.reception):
        yield f"`{key}.tickets`: expected one for each of the {len(hours.reception)} windows of reception"
    for given, span in zip(hours.tickets, hours.reception, strict=False):
        if given.end_min > span.end_min or given.end_min <= span.start_min:
            yield f"`{key}.tickets`: {given} is for reception {span}; expected an end within it"


def _overlaps(key: str, spans: Sequence[TimeSpan]) -> Iterable[str]:
    for earlier, later in pairwise(spans):
        if later.start_min < earlier.end_min:
            yield f"`{key}`: {later} starts before {earlier} ends; expected windows in order and apart"


def _prefixes(config: HubConfig) -> Iterable[str]:
    owner: dict[str, str] = {}
    for index, field in enumerate(config.fields):
        if field.prefix in owner:
            yield f"`fields[{index}].prefix`: {field.prefix} belongs to {owner[field.prefix]}; expected another letter"
        owner.setdefault(field.prefix, f"the field {field.id}")
    for index, service in enumerate(config.services):
        if service.prefix is None:
            continue
        if service.prefix in owner:
            taken = owner[service.prefix]
            yield f"`services[{index}].prefix`: {service.prefix} belongs to {taken}; expected another letter"
        owner.setdefault(service.prefix, f"the service {service.id}")


def _services(config: HubConfig) -> Iterable[str]:
    fields = [field.id for field in config.fields]
    for index, service in enumerate(config.services):
        if service.field not in fields:
            yield f'`services[{index}].field`: "{service.field}" is no field; expected one of: {", ".join(fields)}'
    for field in fields:
        if not any(service.field == field for service in config.services):
            yield f"`fields`: {field} has no service; expected at least one"


def _counters(config: HubConfig) -> Iterable[str]:
    services = {service.id for service in config.services}
    fields = {field.id for field in config.fields}
    for index, counter in enumerate(config.counters):
        for name in counter.services:
            if name != "*" and name not in services:
                yield f'`counters[{index}].services`: "{name}" is no service; expected the id of one, or "*"'
        for name in counter.fields:
            if name not in fields:
                yield f'`counters[{index}].fields`: "{name}" is no field; expected the id of one'
        if not counter.services and not counter.fields:
            yield f"`counters[{index}].services`: expected what counter {counter.id} can serve"
    served = frozenset[str]().union(*(config.services_of(counter) for counter in config.counters))
    for index, service in enumerate(config.services):
        if service.id not in served:
            yield f"`services[{index}]`: no counter serves {service.id}; expected at least one"


def _displays(config: HubConfig) -> Iterable[str]:
    counters = [counter.id for counter in config.counters]
    for index, device in enumerate(config.devices):
        if device.counter is None:
            yield f"`devices[{index}].counter`: expected the counter whose calls {device.id} shows"
        elif device.counter not in counters:
            yield f'`devices[{index}].counter`: "{device.counter}" is no counter; expected {" or ".join(counters)}'


def _lines(devices: Sequence[DeviceSection], kinds: Sequence[str]) -> Iterable[str]:
    """Each device has an id, a known kind, and a place on a line that nobody else has."""
    yield from _repeated("devices", [device.id for device in devices])
    for index, device in enumerate(devices):
        if device.kind not in kinds:
            yield f'`devices[{index}].kind`: "{device.kind}" is unknown here; expected one of: {", ".join(kinds)}'
        for other in devices[:index]:
            if other.port != device.port:
                continue
            if other.address == device.address or None in (other.address, device.address):
                yield (
                    f"`devices[{index}].address`: {other.id} is on {device.port} too; "
                    "expected an address of its own for each device of the line"
                )
            elif (other.kind, other.baud) != (device.kind, device.baud):
                yield f"`devices[{index}].kind`: expected the kind and baud of {other.id}, which is on the same line"
