"""A centre in memory for the pages: tickets, counters, devices, staff. It obeys the ports, not the queue's rules."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from kiosk.clock import Clock, day_of
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.hub.usecases.views import (
    CallRow,
    ConsoleView,
    CounterFigures,
    CounterRow,
    HallLane,
    HallView,
    KioskRow,
    LateRow,
    PaperChange,
    PromiseFigures,
    Running,
    ServiceFigures,
    StatusView,
    SupervisorView,
    TicketRow,
)
from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass, TicketId, TicketState
from kiosk.web.ports import Session, Staff
from kiosk.wire.common import ErrorReply, Text
from kiosk.wire.kiosk_api import DeviceState, WaitRange
from kiosk.wire.staff_api import CalledTicket, CounterCommand, CounterReply

CENTRE = Text(
    vi="Trung tâm Phục vụ hành chính công phường Tân Hòa Đông",
    en="Public Service Centre of Tan Hoa Dong ward",
)
SERVICES = {
    "khai-sinh": Text(vi="Đăng ký khai sinh", en="Birth registration"),
    "ket-hon": Text(vi="Đăng ký kết hôn", en="Marriage registration"),
    "trich-luc": Text(vi="Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh", en="Copies of civil status records"),
    "cai-chinh": Text(
        vi="Thay đổi, cải chính, bổ sung thông tin hộ tịch, xác định lại dân tộc",
        en="Change or correction of civil status records, re-determination of ethnicity",
    ),
    "ban-sao": Text(
        vi="Chứng thực bản sao từ bản chính giấy tờ, văn bản", en="Certified copies of papers and documents"
    ),
    "chu-ky": Text(
        vi="Chứng thực chữ ký trong giấy tờ, văn bản (cả điểm chỉ / không thể ký)",
        en="Certification of signatures on papers (also fingerprints)",
    ),
    "thuong-tru": Text(vi="Đăng ký thường trú", en="Permanent residence"),
    "tam-tru": Text(vi="Đăng ký tạm trú", en="Temporary residence"),
    "ho-kinh-doanh": Text(
        vi="Tạm ngừng kinh doanh, tiếp tục kinh doanh trước thời hạn của hộ kinh doanh",
        en="Suspension or early resumption of a household business",
    ),
    "tro-cap": Text(
        vi="Thực hiện, điều chỉnh, thôi hưởng trợ cấp xã hội hằng tháng, hỗ trợ kinh phí chăm sóc, nuôi dưỡng",
        en="Monthly social allowance and support for care and upbringing: grant, change, end",
    ),
    "dat-dai": Text(
        vi="Đăng ký đất đai, tài sản gắn liền với đất; cấp Giấy chứng nhận lần đầu (cá nhân, hộ gia đình)",
        en="Land registration; first certificate for individuals and households",
    ),
    "xay-dung": Text(
        vi="Cấp giấy phép xây dựng mới công trình cấp III, IV và nhà ở riêng lẻ",
        en="Permits for new buildings of class III and IV and private houses",
    ),
}
PREFIXES = dict(zip(SERVICES, "BBBBCCDDHKLM", strict=True))
MINUTE_MS = 60_000


def counter_row(number: int, services: tuple[str, ...]) -> CounterRow:
    return CounterRow(
        id=CounterId(str(number)),
        name=Text(vi=f"Quầy {number}", en=f"Counter {number}"),
        services=tuple(ServiceId(service) for service in services),
        status="free",
        pause_reason="",
        staff=None,
        staff_name="",
        current=None,
        display=None,
    )


@dataclass
class FakeCentre:
    """Reader, Changes, Desks, StaffDirectory and TokenDirectory at once. Tests put it into the state that they need."""

    clock: Clock
    staff_rows: dict[str, Staff] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    tickets: dict[int, TicketRow] = field(default_factory=dict)
    calls: list[CallRow] = field(default_factory=list)
    devices: list[DeviceState] = field(default_factory=list)
    is_open: bool = True
    announcement: Text | None = None
    palette: str = "blue"
    sounds: bool = True
    paper: PaperChange | None = None
    closed_services: set[str] = field(default_factory=set)
    rule: QueueRule = field(default_factory=QueueRule)
    served: int = 0
    undoable: TicketRow | None = None
    dossier_visits: dict[str, tuple[int, ...]] = field(default_factory=dict)
    late: tuple[LateRow, ...] = ()
    promises: PromiseFigures = field(default_factory=lambda: PromiseFigures("", (), ()))
    name: Text = CENTRE
    away: set[str] = field(default_factory=set)  #: whose session has ended
    received: list[CounterCommand] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = list(SERVICES)
        self.desks = {CounterId(str(n)): counter_row(n, tuple(names[n % 3 :])) for n in range(1, 6)}
        self._version = 1
        self._bells: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    # Changes
    async def watch(self) -> AsyncIterator[int]:
        bell = (asyncio.get_running_loop(), asyncio.Event())
        self._bells.add(bell)
        try:
            while True:
                yield self._version
                await bell[1].wait()
                bell[1].clear()
        finally:
            self._bells.discard(bell)

    def changed(self) -> None:
        """Ring for every open page; may be called from any thread."""
        self._version += 1
        for loop, bell in list(self._bells):
            loop.call_soon_threadsafe(bell.set)

    # what tests do to it
    def issue(
        self, service: str, *, priority: bool = False, minutes_ago: int = 0, promised: tuple[int, int] = (8, 14)
    ) -> int:
        number = len(self.tickets) + 1
        self.tickets[number] = TicketRow(
            id=TicketId(number),
            label=f"{PREFIXES[service]}{number:03d}",
            service=ServiceId(service),
            service_name=SERVICES[service],
            ticket_class=TicketClass.PRIORITY if priority else TicketClass.NORMAL,
            state=TicketState.WAITING,
            issued_ms=self.clock.now_ms() - minutes_ago * MINUTE_MS,
            waited_s=0,
            promised=WaitRange(low_min=promised[0], high_min=promised[1]),
            over_promise_s=-1,
            overdue=False,
            counter=None,
            called_ms=None,
            started_ms=None,
            recalls=0,
            can_undo_until_ms=0,
            print_outcome="printed",
            print_reason="",
        )
        return number

    def call(self, counter: str, ticket: int | None) -> TicketRow | None:
        """Somebody is called to a counter; None calls whoever came first."""
        waiting = [row.id for row in self._rows(TicketState.WAITING)]
        number = ticket if ticket is not None else (waiting[0] if waiting else None)
        if number is None:
            return None
        desk = CounterId(counter)
        now_ms = self.clock.now_ms()
        row = replace(self.tickets[number], state=TicketState.CALLED, counter=desk, called_ms=now_ms, recalls=0)
        self.tickets[number] = row
        self._announce(row)
        return row

    def recall(self, ticket: int) -> None:
        row = self.tickets[ticket]
        self.tickets[ticket] = replace(row, recalls=row.recalls + 1)
        self._announce(self.tickets[ticket])

    def relabel(self, ticket: int, label: str) -> None:
        self.tickets[ticket] = replace(self.tickets[ticket], label=label)

    def _announce(self, row: TicketRow) -> None:
        assert row.counter is not None
        call_id = len(self.calls) + 1
        name = self.desks[row.counter].name
        call = CallRow(call_id, row.label, row.counter, name, self.clock.now_ms(), row.recalls, at_counter=True)
        self.calls.append(call)

    def put(self, counter: str, **changes: object) -> None:
        desk = CounterId(counter)
        self.desks[desk] = replace(self.desks[desk], **changes)  # type: ignore[arg-type]

    # Reader
    def counters(self) -> tuple[CounterRow, ...]:
        displays = {device.id: device for device in self.devices if device.kind == "display"}
        return tuple(
            replace(desk, current=self._current(desk.id), display=displays.get(f"bang-{desk.id}"))
            for desk in self.desks.values()
        )

    def console(self, counter: CounterId) -> ConsoleView | None:
        if counter not in self.desks:
            return None
        desk = replace(self.desks[counter], current=self._current(counter))
        waiting = [row for row in self._rows(TicketState.WAITING) if row.service in desk.services]
        others = [(ServiceId(id), name) for id, name in SERVICES.items()]
        return ConsoleView(
            version=self._version,
            now_ms=self.clock.now_ms(),
            counter=desk,
            next_up=waiting[0] if waiting else None,
            waiting=tuple(waiting),
            parked=self._rows(TicketState.PARKED),
            missed=self._rows(TicketState.NO_SHOW),
            undoable=self.undoable,
            transfer_to=tuple(others),
            devices=tuple(self.devices),
            rule=self.rule,
            served_today=self.served,
            late=self.late,
        )

    def hall(self) -> HallView:
        waiting = self._rows(TicketState.WAITING)
        by_service = {name: [row for row in waiting if row.service == name] for name in SERVICES}
        lanes = [
            HallLane(
                ServiceId(name),
                "ho-tich",
                SERVICES[name],
                len(rows),
                WaitRange(low_min=4 * len(rows), high_min=7 * len(rows)),
            )
            for name, rows in by_service.items()
            if rows
        ]
        notice = (
            None if self.is_open else Text(vi="Đã hết giờ lấy số. Hẹn quý vị ngày mai.", en="No more tickets today.")
        )
        return HallView(
            version=self._version,
            now_ms=self.clock.now_ms(),
            centre=self.name,
            calls=self._newest_calls(),
            lanes=tuple(lanes),
            waiting=len(waiting),
            is_open=self.is_open,
            notice=notice,
            palette=self.palette,
            sounds=self.sounds,
        )

    def _newest_calls(self) -> tuple[CallRow, ...]:
        """The newest call of each of the last called tickets."""
        newest: dict[str, CallRow] = {}
        for call in reversed(self.calls):
            newest.setdefault(call.label, call)
        return tuple(newest.values())[:10]

    def supervisor(self) -> SupervisorView:
        rows = [self._seen(row) for row in self.tickets.values()]
        figures = [CounterFigures(desk, 6 * 3600, 4 * 3600 + 700, 5400, 1100, 14 + int(desk)) for desk in self.desks]
        return SupervisorView(
            version=self._version,
            now_ms=self.clock.now_ms(),
            kiosk_open=self.is_open,
            kiosk_reason=None
            if self.is_open
            else Text(vi="Người phụ trách đóng lúc 15:40", en="Closed by the supervisor at 15:40"),
            counters=self.counters(),
            counter_figures=tuple(figures),
            services=tuple(self._figures(name) for name in SERVICES),
            kiosks=(
                KioskRow(
                    "kiosk-1",
                    self.clock.now_ms() - 9000,
                    tuple(d for d in self.devices if d.kind != "display"),
                    software="0.1.0",
                    settings=7,
                    paper=self.paper,
                ),
            ),
            displays=tuple(d for d in self.devices if d.kind == "display"),
            overdue=tuple(row for row in rows if row.overdue and row.state is TicketState.WAITING),
            print_troubles=tuple(row for row in rows if row.print_outcome in ("not_printed", "unknown")),
            recent=tuple(reversed(rows)),
            rule=self.rule,
            late=self.late,
            promises=self.promises,
            announcement=self.announcement,
            hub=Running("0.1.0", 7),
        )

    def visit(self, day: int, label: str) -> TicketRow | None:
        found = [row for row in self.tickets.values() if row.label == label and day_of(row.issued_ms) == day]
        return found[0] if found else None

    def visits_of(self, code: str) -> tuple[TicketRow, ...]:
        return tuple(self.tickets[number] for number in self.dossier_visits.get(code, ()))

    def status(self, token: str) -> StatusView | None:
        number = int(token) if token.isdecimal() else 0
        row = self.tickets.get(number)
        if row is None:
            return None
        ahead = sum(other.id < row.id for other in self._rows(TicketState.WAITING))
        return StatusView(
            version=self._version,
            now_ms=self.clock.now_ms(),
            centre=CENTRE,
            label=row.label,
            service_name=row.service_name,
            state=row.state,
            counter_name=self.desks[row.counter].name if row.counter else None,
            people_ahead=ahead,
            wait_now=WaitRange(low_min=3 * ahead, high_min=5 * ahead + 2),
            promised=row.promised,
            issued_ms=row.issued_ms,
        )

    def _figures(self, name: str) -> ServiceFigures:
        waiting = [row for row in self._rows(TicketState.WAITING) if row.service == name]
        issued = [row for row in self.tickets.values() if row.service == name]
        longest = max((row.waited_s for row in waiting), default=None)
        mean = 640.0 if issued else None
        times = (mean, 1260.0 if issued else None, 540.0 if issued else None, 0.92 if issued else None)
        is_open = name not in self.closed_services
        done = len(issued) - len(waiting)
        return ServiceFigures(
            ServiceId(name), SERVICES[name], is_open, len(waiting), longest, len(issued), done, 0, *times
        )

    def _rows(self, state: TicketState) -> tuple[TicketRow, ...]:
        rows = sorted(self.tickets.values(), key=lambda row: row.issued_ms)
        return tuple(self._seen(row) for row in rows if row.state is state)

    def _seen(self, row: TicketRow) -> TicketRow:
        waited_s = ((row.called_ms or self.clock.now_ms()) - row.issued_ms) // 1000
        over_s = waited_s - row.promised.high_min * 60
        return replace(row, waited_s=waited_s, over_promise_s=over_s, overdue=over_s > 15 * 60)

    def _current(self, counter: CounterId) -> TicketRow | None:
        at = [row for row in self.tickets.values() if row.counter == counter and row.state in ("called", "serving")]
        return self._seen(at[0]) if at else None

    # StaffDirectory, TokenDirectory
    def staff(self, name: str) -> Staff | None:
        return self.staff_rows.get(name)

    def start_session(self, token_hash: str, name: str, now_ms: int) -> None:
        self.sessions[token_hash] = name

    def session(self, token_hash: str, now_ms: int) -> Session | None:
        name = self.sessions.get(token_hash)
        return Session(self.staff_rows[name], now_ms, now_ms) if name in self.staff_rows else None

    def end_session(self, token_hash: str) -> None:
        self.sessions.pop(token_hash, None)

    def token(self, token_hash: str) -> tuple[str, str] | None:
        return self.tokens.get(token_hash)

    # what the hub does
    async def hold(self, counter: CounterId, staff: Staff, *, take_over: bool = False) -> Refused | None:
        desk = self.desks.get(counter)
        if desk is None:
            return Refused(Why.UNKNOWN_COUNTER)
        if desk.status == "closed":
            return Refused(Why.COUNTER_CLOSED)
        if desk.staff not in (None, staff.name) and not take_over:
            return Refused(Why.COUNTER_HELD, detail="stale" if desk.staff in self.away else "")
        self.put(counter, status="open", staff=staff.name, staff_name=staff.display_name)
        self.changed()
        return None

    async def leave(self, staff: Staff) -> Refused | None:
        held = [desk for desk in self.desks.values() if desk.staff == staff.name]
        if not held:
            return Refused(Why.NOT_HOLDING)
        if self._current(held[0].id):
            return Refused(Why.NOT_SETTLED)
        self.put(held[0].id, status="free", staff=None, staff_name="")
        self.changed()
        return None

    def command(self, counter: str, command: CounterCommand) -> CounterReply | ErrorReply:
        """The few commands that the page tests press, without the queue's rules."""
        self.received.append(command)
        current = self._current(CounterId(counter))
        row = self._act(counter, command, current)
        self.changed()
        ticket = None
        if row is not None:
            values = (
                row.id,
                row.label,
                row.service,
                row.ticket_class.value,
                row.state.value,
                row.recalls,
                row.waited_s,
            )
            ticket = CalledTicket(**dict(zip(CalledTicket.__struct_fields__, values, strict=True)))
        return CounterReply(counter=counter, action=command.action, ticket=ticket)

    def _act(self, counter: str, command: CounterCommand, current: TicketRow | None) -> TicketRow | None:
        if command.action in ("call_next", "call"):
            if current is not None:
                self._move(current, TicketState.SERVED)
                self.served += 1
            return self.call(counter, command.ticket)
        if command.action in ("pause", "resume"):
            self.put(counter, status="paused" if command.action == "pause" else "open", pause_reason=command.reason)
        elif command.action == "recall" and current is not None:
            self.recall(current.id)
        elif current is not None and command.action in _BECOMES:
            self._move(current, _BECOMES[command.action])
        return None

    def _move(self, row: TicketRow, state: TicketState) -> None:
        started = self.clock.now_ms() if state is TicketState.SERVING else row.started_ms
        self.tickets[row.id] = replace(row, state=state, started_ms=started)


_BECOMES = {
    "arrive": TicketState.SERVING,
    "finish": TicketState.SERVED,
    "no_show": TicketState.NO_SHOW,
    "park": TicketState.PARKED,
    "transfer": TicketState.WAITING,
}
