"""How promises were kept and what is about to go wrong, in rows for the pages."""

from collections import defaultdict
from collections.abc import Iterable

from kiosk.hub.usecases.book import Kept
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.lookahead import LateLane, Plainly
from kiosk.hub.usecases.views import KeptRow, LateRow, PromiseFigures
from kiosk.queueing.model import ServiceId
from kiosk.wire.common import Text

ALL = Text(vi="Tất cả thủ tục", en="All services")


def promise_figures(
    plainly: Plainly | None, today: Iterable[Kept], before: Iterable[Kept], centre: Centre
) -> PromiseFigures:
    """``before``: of the days before today."""
    now = list(today)
    return PromiseFigures(plainly.value if plainly else "", _rows(now, centre), _rows([*now, *before], centre))


def late_row(lane: LateLane, centre: Centre) -> LateRow:
    field = next((each for each in centre.config.fields if each.id == lane.field), None)
    return LateRow(
        prefix=field.prefix if field else "",
        name=field.name if field else Text(vi="Thủ tục khác", en="Other services"),
        minutes=lane.in_min,
        people=lane.people,
        counter=lane.counter,
        counter_name=centre.counter_name(lane.counter) if lane.counter else None,
        people_then=lane.people_then,
    )


def _rows(kept: list[Kept], centre: Centre) -> tuple[KeptRow, ...]:
    """All services together first, then each, the most called first; nothing where nobody was called."""
    if not kept:
        return ()
    by_service: dict[ServiceId, list[Kept]] = defaultdict(list)
    for each in kept:
        by_service[each.service].append(each)
    rows = [_row(service, centre.service_name(service), each) for service, each in by_service.items()]
    return (_row(None, ALL, kept), *sorted(rows, key=lambda row: (-row.called, row.name.vi)))


def _row(service: ServiceId | None, name: Text, kept: list[Kept]) -> KeptRow:
    called = sum(each.called for each in kept)
    return KeptRow(
        service=service,
        name=name,
        called=called,
        under_p10=sum(each.under_p10 for each in kept) / called,
        under_p50=sum(each.under_p50 for each in kept) / called,
        under_p90=sum(each.under_p90 for each in kept) / called,
        late=sum(each.late for each in kept) / called,
    )
