"""What a well-formed configuration can still get wrong. Each problem names the key and what was expected."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from itertools import pairwise
from urllib.parse import urlsplit

from kiosk.config.central import CentralConfig
from kiosk.config.hub import DayHours, HubConfig
from kiosk.config.parts import DeviceSection, Problem, TimeSpan
from kiosk.config.touch import Idle, TouchConfig
from kiosk.config.warning import notify_problems

DISPLAY_KINDS = ("display.modbus", "display.dmd", "display.cd5220", "display.frame")
EVERYWHERE = ("", "0.0.0.0", "::")  #: hosts that are no address
TOUCH_KINDS = (
    "printer.escpos",
    "scanner.serial",
    "camera.v4l2",
    "camera.simulated",
    "document.v4l2",
    "document.simulated",
    "document.sane",
)


def hub_problems(config: HubConfig) -> list[Problem]:
    """Everything that makes no sense, in the order of the file; empty when it can be used."""
    return [
        *repeated("fields", [field.id for field in config.fields]),
        *repeated("services", [service.id for service in config.services]),
        *repeated("counters", [counter.id for counter in config.counters]),
        *repeated("priority_groups", [group.id for group in config.priority_groups]),
        *_listen(config),
        *_central(config),
        *_hours(config),
        *_prefixes(config),
        *_services(config),
        *_counters(config),
        *_displays(config),
        *lines(config.devices, DISPLAY_KINDS),
    ]


def touch_problems(config: TouchConfig) -> list[Problem]:
    return [*lines(config.devices, TOUCH_KINDS), *idle_problems("idle", config.idle)]


def idle_problems(place: str, idle: Idle) -> Iterable[Problem]:
    if idle.reset_after_s <= idle.warn_after_s:
        warn = idle.warn_after_s
        yield Problem(
            f"{place}.reset_after_s",
            f"phải dài hơn thời gian trước khi hỏi ({warn} giây)",
            f"expected more than warn_after_s ({warn})",
        )


def central_problems(config: CentralConfig) -> list[Problem]:
    listen, problems = config.listen, []
    if config.tls is None and not config.allow_plain_http and not listen.is_loopback:
        problems.append(
            Problem(
                "listen.host",
                f"ở {listen.host} người khác có thể đọc trộm; cần [tls] hoặc chỉ nghe trên máy này",
                f"on {listen.host} others could read along; expected [tls], a host of this machine only, or "
                "`allow_plain_http = true` where a proxy does TLS",
            )
        )
    if listen.host in EVERYWHERE and not listen.public_url:
        problems.append(
            Problem(
                "listen.public_url",
                "cần địa chỉ mà mọi người dùng để vào",
                "expected the address by which people reach central, for links",
            )
        )
    problems += _networks("metrics.allow", config.metrics.allow)
    problems += _networks("dossiers.exchange.papers_for", config.dossiers.exchange.papers_for)
    return [*problems, *_exchange(config), *notify_problems(config.notify)]


def _networks(place: str, networks: Iterable[str]) -> Iterable[Problem]:
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            yield Problem(
                place,
                f'"{network}" không phải dải mạng; ví dụ "10.1.2.0/24"',
                f'"{network}" is no network; expected such as "10.1.2.0/24"',
            )


def _exchange(config: CentralConfig) -> Iterable[Problem]:
    section = config.dossiers.exchange
    if section.portal is not None:
        address = urlsplit(section.portal.url)
        if address.scheme != "https" and address.hostname not in ("127.0.0.1", "::1", "localhost"):
            yield Problem(
                "dossiers.exchange.portal.url",
                "người khác có thể đọc trộm hồ sơ qua http; cần https",
                "others could read dossiers along the way; expected https://…, or a relay on this machine",
            )
    if config.dossiers.key_file is None and (section.folder or section.portal):
        yield Problem(
            "dossiers.exchange",
            "chưa có dossiers.key_file nên không có hồ sơ nào để gửi",
            "without dossiers.key_file there are no dossiers to exchange",
        )


def repeated(table: str, ids: Sequence[str]) -> Iterable[Problem]:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield Problem(
                f"{table}[{index}].id",
                f'mã "{name}" đã dùng rồi; cần mã khác',
                f'"{name}" is already taken; expected an id of its own',
            )


def _listen(config: HubConfig) -> Iterable[Problem]:
    listen = config.listen
    if listen.host in EVERYWHERE and not listen.public_url:
        yield Problem(
            "listen.public_url",
            "cần địa chỉ mà điện thoại và kiosk trong trung tâm dùng để vào",
            "expected the address by which phones and kiosks reach the hub, such as "
            f'"http://192.168.1.10:{listen.port}"; {listen.host} on a ticket leads nowhere',
        )


def _central(config: HubConfig) -> Iterable[Problem]:
    central = config.central
    if central.url and central.lets_listen(central.url):
        yield Problem(
            "central.url",
            "người khác có thể đọc trộm qua http; cần https",
            "others could read along over plain HTTP; expected https://…, or "
            "`allow_plain_http = true` where the line itself is protected",
        )


def _hours(config: HubConfig) -> Iterable[Problem]:
    named: dict[str, int] = {}
    for index, week in enumerate(config.hours.week):
        for day in week.days:
            if day in named:
                yield Problem(
                    f"hours.week[{index}].days",
                    f"{day} đã có ở dòng {named[day] + 1}; mỗi ngày chỉ một lần",
                    f"{day} stands in week[{named[day]}] too; expected each day once",
                )
            named[day] = index
        yield from _windows(f"hours.week[{index}]", week)
    for index, special in enumerate(config.hours.special_days):
        yield from _windows(f"hours.special_days[{index}]", special)


def _windows(key: str, hours: DayHours) -> Iterable[Problem]:
    yield from _overlaps(f"{key}.reception", hours.reception)
    yield from _pauses(f"{key}.reception", hours.reception)
    if not hours.tickets:
        return
    yield from _overlaps(f"{key}.tickets", hours.tickets)
    if len(hours.tickets) != len(hours.reception):
        count = len(hours.reception)
        yield Problem(
            f"{key}.tickets",
            f"cần một khoảng giờ lấy số cho mỗi khoảng giờ tiếp nhận ({count})",
            f"expected one for each of the {count} windows of reception",
        )
    for given, span in zip(hours.tickets, hours.reception, strict=False):
        if given.end_min > span.end_min or given.end_min <= span.start_min:
            yield Problem(
                f"{key}.tickets",
                f"giờ lấy số {given} phải kết thúc trong giờ tiếp nhận {span}",
                f"{given} is for reception {span}; expected an end within it",
            )


def _overlaps(key: str, spans: Sequence[TimeSpan]) -> Iterable[Problem]:
    for earlier, later in pairwise(spans):
        if later.start_min < earlier.end_min:
            yield Problem(
                key,
                f"{later} bắt đầu trước khi {earlier} kết thúc; các khoảng giờ phải theo thứ tự và tách nhau",
                f"{later} starts before {earlier} ends; expected windows in order and apart",
            )


def _pauses(key: str, spans: Sequence[TimeSpan]) -> Iterable[Problem]:
    """A lunch that is longer than all reception of the day is a slip of the finger."""
    open_min = sum(span.end_min - span.start_min for span in spans)
    pause_min = sum(max(later.start_min - earlier.end_min, 0) for earlier, later in pairwise(spans))
    if pause_min > open_min:
        yield Problem(
            key,
            f"nghỉ giữa giờ {pause_min} phút, dài hơn cả giờ tiếp nhận ({open_min} phút)",
            f"the pause of {pause_min} minutes is longer than all reception ({open_min}); expected a shorter one",
        )


def _prefixes(config: HubConfig) -> Iterable[Problem]:
    owner: dict[str, tuple[str, str]] = {}
    for index, field in enumerate(config.fields):
        if field.prefix in owner:
            yield _letter_taken(f"fields[{index}].prefix", field.prefix, owner[field.prefix])
        owner.setdefault(field.prefix, (f"lĩnh vực {field.id}", f"the field {field.id}"))
    for index, service in enumerate(config.services):
        if service.prefix is None:
            continue
        if service.prefix in owner:
            yield _letter_taken(f"services[{index}].prefix", service.prefix, owner[service.prefix])
        owner.setdefault(service.prefix, (f"dịch vụ {service.id}", f"the service {service.id}"))


def _letter_taken(place: str, letter: str, owner: tuple[str, str]) -> Problem:
    vi, en = owner
    return Problem(
        place, f"chữ {letter} đã dùng cho {vi}; cần chữ khác", f"{letter} belongs to {en}; expected another letter"
    )


def _services(config: HubConfig) -> Iterable[Problem]:
    if not config.services:
        yield Problem("services", "không còn dịch vụ nào mở", "there is no open service; expected at least one")
    fields = [field.id for field in config.fields]
    for index, service in enumerate(config.services):
        if service.field not in fields:
            known = ", ".join(fields)
            yield Problem(
                f"services[{index}].field",
                f'không có lĩnh vực "{service.field}"; có: {known}',
                f'"{service.field}" is no field; expected one of: {known}',
            )
    for field in fields:
        if not any(service.field == field for service in config.services):
            yield Problem(
                "fields",
                f"lĩnh vực {field} không có dịch vụ nào; cần ít nhất một",
                f"{field} has no service; expected at least one",
            )


def _counters(config: HubConfig) -> Iterable[Problem]:
    services = {service.id for service in config.services}
    fields = {field.id for field in config.fields}
    for index, counter in enumerate(config.counters):
        place = f"counters[{index}]"
        for name in counter.services:
            if name != "*" and name not in services:
                yield Problem(
                    f"{place}.services",
                    f'không có dịch vụ "{name}"; cần mã của một dịch vụ, hoặc "*"',
                    f'"{name}" is no service; expected the id of one, or "*"',
                )
        for name in counter.fields:
            if name not in fields:
                yield Problem(
                    f"{place}.fields", f'không có lĩnh vực "{name}"', f'"{name}" is no field; expected the id of one'
                )
        if not counter.services and not counter.fields:
            yield Problem(
                f"{place}.services",
                f"quầy {counter.id} phục vụ dịch vụ nào?",
                f"expected what counter {counter.id} can serve",
            )
    yield from _unserved(config)


def _unserved(config: HubConfig) -> Iterable[Problem]:
    served = frozenset[str]().union(*(config.services_of(counter) for counter in config.counters))
    for index, service in enumerate(config.services):
        if service.id not in served:
            yield Problem(
                f"services[{index}]",
                f"không quầy nào phục vụ {service.id}; cần ít nhất một quầy",
                f"no counter serves {service.id}; expected at least one",
            )


def _displays(config: HubConfig) -> Iterable[Problem]:
    counters = [counter.id for counter in config.counters]
    for index, device in enumerate(config.devices):
        place = f"devices[{index}].counter"
        if device.counter is None:
            yield Problem(
                place,
                f"bảng {device.id} là của quầy nào?",
                f"expected the counter whose calls {device.id} shows",
            )
        elif device.counter not in counters:
            yield Problem(
                place,
                f'không có quầy "{device.counter}"; có: {", ".join(counters)}',
                f'"{device.counter}" is no counter; expected {" or ".join(counters)}',
            )


def lines(devices: Sequence[DeviceSection], kinds: Sequence[str]) -> Iterable[Problem]:
    """Each device has an id, a known kind, and a place on a line that nobody else has."""
    yield from repeated("devices", [device.id for device in devices])
    for index, device in enumerate(devices):
        if device.kind not in kinds:
            known = ", ".join(kinds)
            yield Problem(
                f"devices[{index}].kind",
                f'không biết loại "{device.kind}"; có: {known}',
                f'"{device.kind}" is unknown here; expected one of: {known}',
            )
        for other in devices[:index]:
            if other.port == device.port:
                yield from _shared_line(f"devices[{index}]", device, other)


def _shared_line(place: str, device: DeviceSection, other: DeviceSection) -> Iterable[Problem]:
    if other.address == device.address or None in (other.address, device.address):
        yield Problem(
            f"{place}.address",
            f"{other.id} cũng ở cổng {device.port}; mỗi thiết bị trên một đường dây cần địa chỉ riêng",
            f"{other.id} is on {device.port} too; expected an address of its own for each device of the line",
        )
    elif (other.kind, other.baud) != (device.kind, device.baud):
        yield Problem(
            f"{place}.kind",
            f"phải cùng loại và tốc độ với {other.id} trên cùng đường dây",
            f"expected the kind and baud of {other.id}, which is on the same line",
        )
