"""What the citizen sees next: one pure table of states and events.

1. One intention is one request id, made when the number is asked for and repeated until an answer or a withdrawal.
2. The table names what each screen answers to; everything else is ignored, so a second tap of the same button, or one
   that falls through onto the next screen within ``SETTLE_MS``, does nothing.
3. A session that ends is wiped: language, choices, ticket and adjustments of the screen go back to the defaults.
4. Nothing is promised before the hub has answered. A citizen who stops waiting for the hub withdraws the request.
5. What became of the paper is reported to the hub even when the citizen has long gone.
"""

from dataclasses import replace
from types import MappingProxyType

from kiosk.clock import local
from kiosk.identity.card import Refusal
from kiosk.identity.prefill import prefill_of
from kiosk.touch.card import mark_of, read_cards, shown, word_for
from kiosk.touch.dossier import table as dossier
from kiosk.touch.dossier.errand import Enquiry, Submission
from kiosk.touch.dossier.look_up import by_receipt, card_confirmed, receipt_in
from kiosk.touch.dossier.submit import offer_draft, to_form
from kiosk.touch.events import (
    CardReaderChanged,
    CatalogueCame,
    ChooseField,
    ChooseLanguage,
    ChoosePriority,
    ChooseService,
    Effect,
    Event,
    HubLost,
    HubSilent,
    LookForCard,
    PaperCame,
    PersonEvent,
    PlayTone,
    PrinterChanged,
    PrintTicket,
    RefreshCatalogue,
    ReportPaper,
    ReprintWanted,
    Scanned,
    SendRequest,
    SetUpWrong,
    Tap,
    Tick,
    TicketCame,
    TicketRefused,
    Tone,
    WithdrawRequest,
)
from kiosk.touch.state import Now, Paper, Screen, Session, State, Timing, first_state
from kiosk.touch.steps import RESTING, Act, Step, back, end, enter, home
from kiosk.wire.kiosk_api import FieldInfo, IssueTicket, PrintReport, PriorityGroup, ServiceInfo, TicketClassName

__all__ = ["Now", "Paper", "Screen", "Session", "State", "Timing", "advance", "first_state"]

#: Taps this soon after a screen appeared were meant for the one before it.
SETTLE_MS = 350
NOTICE_MS = 8_000
#: Who holds a card for longer without its being read is told how to hold it.
SLOW_CARD_MS = 10_000
#: Nobody is left looking at "please wait" for longer, whatever became of the answer.
ANSWER_MS = 10_000


def advance(state: State, event: Event, now: Now) -> Step:
    """The state after ``event`` and what is to be done. An event that the screen does not answer to changes nothing."""
    act = _person if isinstance(event, PersonEvent) else _MACHINE[type(event)]
    after, effects = act(state, event, now)
    effects = (*effects, *dossier.owed(state, after))
    if (after.screen in READING) is not (state.screen in READING):
        effects = (*effects, LookForCard(after.screen in READING))
    if after.screen is Screen.CARD_CONFIRM and state.screen is Screen.CARD_SCAN:
        effects = (*effects, PlayTone(Tone.CARD_READ))
    return after, effects


def _person(state: State, event: object, now: Now) -> Step:
    if 0 <= now.ms - state.entered_ms < SETTLE_MS:
        return state, ()
    warned = state.idle_left_s is not None
    state = replace(state, touched_ms=now.ms, idle_left_s=None)
    if warned or event is Tap.TOUCH or event is Tap.STILL_HERE:
        # Under the warning lies a screen that the finger was not meant for.
        return state, ()
    key = event if isinstance(event, Tap) else type(event)
    act = _PERSON.get((state.screen, key)) or _ANYWHERE.get(key)
    return act(state, event, now) if act else (state, ())


# The person


def _take_number(state: State, event: object, now: Now) -> Step:
    if state.catalogue is None or not state.catalogue.is_open or state.hub_lost:
        return state, ()
    return enter(state, Screen.FIELDS, now), (RefreshCatalogue(),)


def _choose_language(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, ChooseLanguage)
    return replace(state, session=replace(state.session, language=event.language)), ()


def _choose_field(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, ChooseField)
    if field_of(state, event.field) is None:
        return state, ()
    return enter(state, Screen.SERVICES, now, field=event.field), ()


def _choose_service(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, ChooseService)
    service = service_of(state, event.service)
    if service is None or not service.is_open:
        return state, ()
    if service.id != state.session.service:  # what the notice said of the card was said for the other one
        state = _forget_card(state)
    if service.needs_identity and state.reads_cards and state.session.prefill is None:
        return enter(state, Screen.CARD_NOTICE, now, service=service.id), ()
    return _ask_class(state, service, now)


def _ask_class(state: State, service: ServiceInfo, now: Now) -> Step:
    if service.asks_priority and state.catalogue is not None and state.catalogue.priority_groups:
        return enter(state, Screen.PRIORITY, now, service=service.id), ()
    return _ask(state, service.id, "normal", now)


def _choose_priority(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, ChoosePriority)
    if state.session.service is None:
        return state, ()
    return _ask(state, state.session.service, "normal" if event.group is None else "priority", now)


def _use_card(state: State, event: object, now: Now) -> Step:
    return (enter(state, Screen.CARD_NOTICE, now) if state.reads_cards else state), ()


def _without_card(state: State, event: object, now: Now) -> Step:
    return _after_card(_forget_card(state), now)


def _leave_card(state: State, event: object, now: Now) -> Step:
    """Back to where the card was asked for."""
    if isinstance(state.session.errand, Submission):
        return enter(_forget_card(state), Screen.CONSENTS, now), ()
    if isinstance(state.session.errand, Enquiry):
        return enter(_forget_card(state), Screen.LOOK_UP, now), ()
    asked_by_service = needs_identity(state)
    return enter(_forget_card(state), Screen.SERVICES if asked_by_service else Screen.PRIORITY, now), ()


def _scan_card(state: State, event: object, now: Now) -> Step:
    return enter(_forget_card(state), Screen.CARD_SCAN, now), ()


def _confirm_card(state: State, event: object, now: Now) -> Step:
    session = replace(state.session, prefill=state.session.unconfirmed, unconfirmed=None)
    return _after_card(replace(state, session=session), now)


def _after_card(state: State, now: Now) -> Step:
    if isinstance(state.session.errand, Submission):
        return to_form(state, now), ()
    if isinstance(state.session.errand, Enquiry):
        return card_confirmed(state, now), ()
    service = service_of(state, state.session.service)
    return _ask_class(state, service, now) if service else (enter(state, Screen.FIELDS, now), ())


def _ticket_for_dossier(state: State, event: object, now: Now) -> Step:
    """To the counter where this procedure is handled; what was handed in stays handed in."""
    errand = state.session.errand
    service = service_of(state, errand.service) if isinstance(errand, Submission) else None
    if state.catalogue is None or not state.catalogue.is_open:
        return state, ()
    state = replace(state, session=replace(state.session, errand=None, paper=Paper.PRINTING, paper_reason=""))
    if service is None or not service.is_open:
        return enter(state, Screen.FIELDS, now), (RefreshCatalogue(),)
    state = replace(state, session=replace(state.session, field=service.field, service=service.id))
    return _ask_class(state, service, now)


def _forget_card(state: State) -> State:
    return replace(state, session=replace(state.session, card=None, unconfirmed=None, prefill=None, notice=""))


def _ask(state: State, service: str, ticket_class: TicketClassName, now: Now) -> Step:
    prefill, catalogue = state.session.prefill, state.catalogue
    marked = prefill is not None and catalogue is not None and needs_identity(state)
    request = IssueTicket(
        request_id=now.fresh_id,
        service=service,
        ticket_class=ticket_class,
        language=state.session.language,
        card=mark_of(prefill.personal_id, catalogue.card_key) if marked and prefill and catalogue else None,
    )
    return enter(state, Screen.ISSUING, now, service=service, request=request), (SendRequest(request),)


def _done(state: State, event: object, now: Now) -> Step:
    return end(state, now), ()


def _cancel(state: State, event: object, now: Now) -> Step:
    return home(state, event, now)[0], _withdrawal(state)


def _withdrawal(state: State) -> tuple[Effect, ...]:
    if state.screen not in WAITING_FOR_HUB or state.session.request is None:
        return ()
    return (WithdrawRequest(state.session.request.request_id),)


def _help(state: State, event: object, now: Now) -> Step:
    return enter(state, Screen.HELP, now, back_to=state.screen), ()


def _leave_help(state: State, event: object, now: Now) -> Step:
    return enter(state, state.session.back_to, now), ()


def _contrast(state: State, event: object, now: Now) -> Step:
    return replace(state, session=replace(state.session, high_contrast=not state.session.high_contrast)), ()


def _lower(state: State, event: object, now: Now) -> Step:
    return replace(state, session=replace(state.session, lowered=not state.session.lowered)), ()


# The machine


def _tick(state: State, event: object, now: Now) -> Step:
    if state.session.notice and now.ms - state.session.notice_ms >= NOTICE_MS:
        state = replace(state, session=replace(state.session, notice=""))
    if not in_session(state):
        return state, ()
    if state.screen is Screen.CARD_SCAN and not state.session.notice and now.ms - state.entered_ms >= SLOW_CARD_MS:
        state = replace(state, session=replace(state.session, notice="card_slow", notice_ms=now.ms))
    if state.screen is Screen.ISSUING:
        late = not 0 <= now.ms - state.entered_ms < ANSWER_MS
        return (enter(state, Screen.UNREACHABLE, now) if late else state), ()
    if state.screen in (Screen.TICKET, Screen.RECEIPT):
        return (state, ()) if ticket_left_s(state, now.ms) > 0 else (end(state, now), ())
    idle_s = (now.ms - state.touched_ms) / 1000
    if state.screen in dossier.PATIENT and idle_s >= 0:
        idle_s = max(0, idle_s - state.timing.patient_s)
    if not 0 <= idle_s < state.timing.reset_after_s:  # a clock that was set back must not keep the session open
        return end(state, now), _withdrawal(state)
    warned = idle_s >= state.timing.warn_after_s and state.screen not in RESTING
    left = max(1, round(state.timing.reset_after_s - idle_s)) if warned else None
    return replace(state, idle_left_s=left), dossier.tick(state, now)


def _catalogue_came(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, CatalogueCame)
    state = replace(state, catalogue=event.catalogue, hub_lost=False, trouble="")
    if state.screen in (Screen.STARTING, Screen.OUT_OF_SERVICE):
        return offer_draft(enter(state, Screen.HOME, now), now), ()
    if state.screen not in CHOOSING or state.session.errand is not None:
        return state, ()
    if not event.catalogue.is_open:
        return home(state, event, now)
    service = service_of(state, state.session.service)
    if state.screen in CARD | {Screen.PRIORITY} and (service is None or not service.is_open):
        return enter(_forget_card(state), Screen.FIELDS, now), ()
    if state.screen is Screen.SERVICES and field_of(state, state.session.field) is None:
        return enter(state, Screen.FIELDS, now), ()
    return state, ()


def _hub_lost(state: State, event: object, now: Now) -> Step:
    return replace(state, hub_lost=True), ()


def _hub_silent(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, HubSilent)
    if state.screen is not Screen.ISSUING or not _is_ours(state, event.request_id):
        return state, ()
    return replace(enter(state, Screen.UNREACHABLE, now), touched_ms=now.ms), ()


def _ticket_came(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, TicketCame)
    if state.screen not in WAITING_FOR_HUB or not _is_ours(state, event.request_id):
        return state, ()
    ticket = event.ticket
    after = enter(_forget_card(state), Screen.TICKET, now, ticket=ticket, paper=Paper.PRINTING, paper_reason="")
    return replace(after, touched_ms=now.ms, hub_lost=False), (PrintTicket(ticket, state.session.language),)


def _ticket_refused(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, TicketRefused)
    if state.screen not in WAITING_FOR_HUB or not _is_ours(state, event.request_id):
        return state, ()
    after = enter(state, Screen.REFUSED, now, refusal=event.message, request=None)
    return replace(after, touched_ms=now.ms), (RefreshCatalogue(),)


def _paper_came(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, PaperCame)
    # The id says what is reported, so that a report that is sent twice is stored once.
    request_id = f"paper-{event.day}-{event.ticket}-{event.reprint}"
    report = PrintReport(request_id=request_id, outcome=event.outcome, reason=event.reason, reprint=event.reprint)
    effects = (ReportPaper(event.ticket, report),)
    ticket = state.session.ticket
    if ticket is None or ticket.id != event.ticket or event.reprint:
        return state, effects
    session = replace(state.session, paper=Paper(event.outcome), paper_reason=event.reason)
    return replace(state, session=session, touched_ms=now.ms), effects


def _reprint_wanted(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, ReprintWanted)
    return state, (PrintTicket(event.ticket, state.default_language),)


def _printer_changed(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, PrinterChanged)
    return replace(state, printer=event.reason), ()


def _scanned(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Scanned)
    if state.screen is Screen.CARD_SCAN:
        return _card_scanned(state, (event.text, *event.also), now), ()
    receipt = receipt_in(event.text)
    if receipt is not None and state.screen in TAKES_RECEIPTS:
        return by_receipt(state, receipt, now)
    if state.screen in CARD or (state.screen not in CHOOSING and state.screen not in TAKES_RECEIPTS):
        return state, ()
    session = replace(state.session, notice=notice_of_scan(event.text), notice_ms=now.ms)
    return replace(state, session=session, touched_ms=now.ms, idle_left_s=None), ()


def _card_scanned(state: State, payloads: tuple[str, ...], now: Now) -> State:
    """Only a card is a sign of a person: a code on the wall behind them must not keep the camera on."""
    today = local(now.ms).date()
    card = read_cards(payloads, today)
    if isinstance(card, Refusal):
        return replace(state, session=replace(state.session, notice=word_for(card), notice_ms=now.ms))
    state, unconfirmed = replace(state, touched_ms=now.ms), prefill_of(card)
    return enter(state, Screen.CARD_CONFIRM, now, card=shown(card, today), unconfirmed=unconfirmed, notice="")


def _card_reader_changed(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, CardReaderChanged)
    return replace(state, reads_cards=event.works, shows_cards=event.shows), ()


def _set_up_wrong(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, SetUpWrong)
    if state.screen is Screen.TICKET or (state.screen is Screen.OUT_OF_SERVICE and state.trouble == event.detail):
        return state, ()
    return replace(enter(end(state, now), Screen.OUT_OF_SERVICE, now), trouble=event.detail), _withdrawal(state)


# What the table and the screens ask of a state


def field_of(state: State, field: str | None) -> FieldInfo | None:
    return next((one for one in state.catalogue.fields if one.id == field), None) if state.catalogue else None


def service_of(state: State, service: str | None) -> ServiceInfo | None:
    return next((one for one in state.catalogue.services if one.id == service), None) if state.catalogue else None


def services_in(state: State, field: str | None) -> tuple[ServiceInfo, ...]:
    return tuple(one for one in state.catalogue.services if one.field == field) if state.catalogue else ()


def needs_identity(state: State) -> bool:
    """The service that was chosen wants a card, for the officer to compare with."""
    service = service_of(state, state.session.service)
    return service is not None and service.needs_identity


def suggested(state: State) -> tuple[PriorityGroup, ...]:
    """The groups that the age on the card speaks for. The person decides."""
    age = state.session.card.age if state.session.card else None
    groups = state.catalogue.priority_groups if state.catalogue else []
    return tuple(group for group in groups if age is not None and group.from_age is not None and age >= group.from_age)


def in_session(state: State) -> bool:
    """True while something of a person is on the screen or kept."""
    return state.screen not in RESTING or state.session != Session(state.default_language)


def ticket_left_s(state: State, now_ms: int) -> int:
    """Seconds until the ticket on the screen makes room for the next person. Never while the paper is still moving."""
    if state.session.paper is Paper.PRINTING:
        stay_s, since_ms = state.timing.number_s, state.entered_ms
    else:
        printed = state.session.paper is Paper.PRINTED and state.screen is Screen.TICKET
        stay_s, since_ms = (state.timing.ticket_s if printed else state.timing.number_s), state.touched_ms
    passed_s = (now_ms - since_ms) // 1000
    return stay_s - passed_s if passed_s >= 0 else 0


def notice_of_scan(text: str) -> str:
    """What to tell somebody who held a code before the scanner. Nothing of the code is kept."""
    head = text[:13]
    if len(head) == 13 and head[:12].isdigit() and head[12] == "|":
        return "scan_id_card"
    if text.startswith(("http://", "https://")) and "/t/" in text:
        return "scan_ticket"
    return "scan_unreadable"


def _is_ours(state: State, request_id: str) -> bool:
    return state.session.request is not None and state.session.request.request_id == request_id


TAKES_RECEIPTS = frozenset({Screen.HOME, Screen.LOOK_UP, Screen.LOOK_UP_SCAN, Screen.LOOK_UP_CODE})
READING = frozenset({Screen.CARD_SCAN, Screen.LOOK_UP_SCAN})
CARD = frozenset({Screen.CARD_NOTICE, Screen.CARD_SCAN, Screen.CARD_CONFIRM})
CHOOSING = frozenset({Screen.FIELDS, Screen.SERVICES, Screen.PRIORITY}) | CARD
#: Where help is one tap away; elsewhere the machine is waiting for the hub and must not be left.
HAS_HELP = frozenset({Screen.HOME, Screen.REFUSED, Screen.TICKET}) | CHOOSING | dossier.HAS_HELP
WAITING_FOR_HUB = frozenset({Screen.ISSUING, Screen.UNREACHABLE})

#: What each screen answers to.
_PERSON: MappingProxyType[tuple[Screen, object], Act] = MappingProxyType(
    {
        (Screen.HOME, Tap.TAKE_NUMBER): _take_number,
        (Screen.FIELDS, ChooseField): _choose_field,
        (Screen.FIELDS, Tap.BACK): home,
        (Screen.SERVICES, ChooseService): _choose_service,
        (Screen.SERVICES, Tap.BACK): back(Screen.FIELDS),
        (Screen.PRIORITY, ChoosePriority): _choose_priority,
        (Screen.PRIORITY, Tap.BACK): back(Screen.SERVICES),
        (Screen.PRIORITY, Tap.USE_CARD): _use_card,
        (Screen.CARD_NOTICE, Tap.AGREE): _scan_card,
        (Screen.CARD_NOTICE, Tap.BACK): _leave_card,
        (Screen.CARD_NOTICE, Tap.WITHOUT_CARD): _without_card,
        (Screen.CARD_SCAN, Tap.BACK): _leave_card,
        (Screen.CARD_SCAN, Tap.WITHOUT_CARD): _without_card,
        (Screen.CARD_CONFIRM, Tap.CONFIRM): _confirm_card,
        (Screen.CARD_CONFIRM, Tap.BACK): _scan_card,
        (Screen.CARD_CONFIRM, Tap.WITHOUT_CARD): _without_card,
        (Screen.UNREACHABLE, Tap.CANCEL): _cancel,
        (Screen.REFUSED, Tap.BACK): back(Screen.FIELDS),
        (Screen.REFUSED, Tap.DONE): _done,
        (Screen.TICKET, Tap.DONE): _done,
        (Screen.PROCEDURE, Tap.TAKE_NUMBER): _ticket_for_dossier,
        (Screen.RECEIPT, Tap.TAKE_NUMBER): _ticket_for_dossier,
        (Screen.HELP, Tap.BACK): _leave_help,
        **{(screen, Tap.HELP): _help for screen in HAS_HELP},
        **dossier.PERSON,
    }
)

#: What every screen answers to.
_ANYWHERE: MappingProxyType[object, Act] = MappingProxyType(
    {ChooseLanguage: _choose_language, Tap.CONTRAST: _contrast, Tap.LOWER: _lower}
)

_MACHINE: MappingProxyType[type, Act] = MappingProxyType(
    {
        Tick: _tick,
        CatalogueCame: _catalogue_came,
        HubLost: _hub_lost,
        HubSilent: _hub_silent,
        TicketCame: _ticket_came,
        TicketRefused: _ticket_refused,
        PaperCame: _paper_came,
        ReprintWanted: _reprint_wanted,
        PrinterChanged: _printer_changed,
        Scanned: _scanned,
        CardReaderChanged: _card_reader_changed,
        SetUpWrong: _set_up_wrong,
        **dossier.MACHINE,
    }
)
