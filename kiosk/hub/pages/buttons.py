"""Which buttons the console shows, which may be pressed, and why not. Pure: the same picture gives the same buttons.

Buttons keep their places in every state, for hands that press them all day; only the primary one changes its meaning.
The hub decides again when a command arrives: a button is an offer, not a permission.
"""

import json
from dataclasses import dataclass

from kiosk.hub.usecases.views import ConsoleView, TicketRow
from kiosk.queueing.model import TicketState
from kiosk.web.i18n import Words


@dataclass(frozen=True, slots=True)
class Button:
    """``key`` is a letter on the keyboard; ``why_not`` is "" when the button may be pressed.

    A button sends ``command`` or, where more must be asked first, ``opens`` a dialog.
    """

    id: str
    key: str
    icon: str
    label: str
    note: str = ""
    why_not: str = ""
    command: str = ""
    opens: str = ""
    until_ms: int = 0  #: counts down to this instant


def command(action: str, view: ConsoleView, **values: object) -> str:
    """The JSON of a command, with the ticket that the page shows at the counter: a stale page is told so."""
    seen = view.counter.current.id if view.counter.current else None
    return json.dumps({"action": action, "seen": seen, **values}, ensure_ascii=False)


def primary(view: ConsoleView, t: Words) -> Button:
    """The one action that comes next."""
    current = view.counter.current
    if current is not None and current.state is TicketState.CALLED:
        return Button("arrive", "A", "user-check", t("console.arrive"), command=command("arrive", view))
    if view.counter.status == "paused":
        return _resume(view, t)
    note = t("console.next_is", label=view.next_up.label) if view.next_up else ""
    if current is not None:
        return Button(
            "call-next", "N", "arrow-right", t("console.finish_next"), note, command=command("call_next", view)
        )
    why_not = _why_not_next(view, t)
    return Button("call-next", "N", "megaphone", t("console.call_next"), note, why_not, command("call_next", view))


def others(view: ConsoleView, t: Words) -> tuple[Button, ...]:
    """The six actions with fixed places."""
    current = view.counter.current
    called = current is not None and current.state is TicketState.CALLED
    nobody = "" if current else t("console.not_now")
    recalls = current.recalls if current and called else 0
    most = view.rule.recalls_before_no_show
    only_called = "" if called else t("console.not_now")
    left = max(0, most - recalls)
    too_soon = t("console.no_show_after", n=left) if called and left else ""
    return (
        Button(
            "recall",
            "R",
            "bell-ring",
            t("console.recall"),
            _recall_note(called, recalls, most, t),
            only_called,
            command("recall", view),
        ),
        Button(
            "no-show", "X", "user-x", t("console.no_show"), too_soon, only_called or too_soon, command("no_show", view)
        ),
        Button("finish", "F", "check", t("console.finish"), "", nobody, command("finish", view)),
        Button("park", "K", "circle-pause", t("console.park"), "", nobody, command("park", view)),
        Button("transfer", "T", "forward", t("console.transfer"), "", nobody, opens="transfer-to"),
        _undo(view.undoable, view, t),
    )


def pause(view: ConsoleView, t: Words) -> Button | None:
    """The small button at the top; None where the primary one already says "resume", or nothing can be paused."""
    if view.counter.status == "open":
        return Button("pause", "P", "pause", t("console.pause"), opens="pause-for")
    called = view.counter.current is not None and view.counter.current.state is TicketState.CALLED
    return _resume(view, t) if called and view.counter.status == "paused" else None


def _resume(view: ConsoleView, t: Words) -> Button:
    return Button("resume", "P", "play", t("console.resume"), command=command("resume", view))


def call_chosen(view: ConsoleView, t: Words) -> str:
    """Why no chosen ticket can be called now; "" when one can."""
    if view.counter.current is not None and view.counter.current.state is TicketState.CALLED:
        return t("console.settle_first")
    return "" if view.counter.status == "open" else t(f"console.{view.counter.status}")


def _why_not_next(view: ConsoleView, t: Words) -> str:
    if view.counter.status == "closed":
        return t("console.closed")
    return "" if view.next_up else t("console.nobody")


def _recall_note(called: bool, recalls: int, most: int, t: Words) -> str:
    return t("console.recall_note", n=recalls, most=max(most, recalls)) if called else ""


def _undo(ticket: TicketRow | None, view: ConsoleView, t: Words) -> Button:
    if ticket is None or ticket.can_undo_until_ms <= view.now_ms:
        return Button(
            "undo",
            "U",
            "undo-2",
            t("console.undo"),
            t("console.undo_none"),
            t("console.not_now"),
            command("undo", view),
        )
    return Button(
        "undo",
        "U",
        "undo-2",
        t("console.undo"),
        ticket.label,
        "",
        command("undo", view),
        until_ms=ticket.can_undo_until_ms,
    )
