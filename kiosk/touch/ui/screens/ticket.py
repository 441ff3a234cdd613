"""The number, what to expect, and what became of the paper."""

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import Tap
from kiosk.touch.flow import Paper, State, ticket_left_s
from kiosk.touch.ui.i18n import Words, count_words, pick, wait_told
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import press as _press  # the rules of ticket.kv use its classes
from kiosk.touch.ui.widgets import qr as _qr
from kiosk.wire.kiosk_api import TicketReply

__all__ = ["TicketScreen"]

#: Icon, tint and tone of each word about the paper.
PAPER_LOOK = {
    Paper.PRINTING: ("printer", "brand_soft", "brand"),
    Paper.PRINTED: ("printer-check", "good_soft", "good"),
    Paper.NOT_PRINTED: ("triangle-alert", "bad_soft", "bad"),
    Paper.UNKNOWN: ("circle-help", "warn_soft", "warn"),
}
#: The paper slip is where all is listed; on the screen the first things are enough.
SHOWN_TO_BRING = 3


class TicketScreen(BoxLayout):
    label = StringProperty("")
    service = StringProperty("")
    priority = StringProperty("")
    ahead = StringProperty("")
    wait = StringProperty("")
    url = StringProperty("")
    bring = StringProperty("")
    paper = StringProperty("printing")
    paper_icon = StringProperty("printer")
    paper_title = StringProperty("")
    paper_text = StringProperty("")
    paper_tint = StringProperty("brand_soft")
    paper_tone = StringProperty("brand")
    closes = StringProperty("")

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def enter(self) -> None:
        """Nothing of the last person is kept here: ``show`` sets everything."""

    def done(self) -> None:
        self._tell(Tap.DONE)

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return "", ""

    def show(self, state: State, now_ms: int) -> None:
        if state.session.ticket is not None:
            self._show_ticket(state.session.ticket, state)
        show_paper(self, state, "paper")
        left_s = max(0, ticket_left_s(state, now_ms))
        still = state.session.paper is Paper.PRINTING
        self.closes = "" if still else look.words["ticket.closes"].format(count=left_s)

    def _show_ticket(self, ticket: TicketReply, state: State) -> None:
        words, language = look.words, state.session.language
        self.label, self.url = ticket.label, ticket.status_url
        self.service = pick(ticket.service_name, language)
        self.priority = words["ticket.priority"] if ticket.ticket_class == "priority" else ""
        self.ahead = count_words(ticket.people_ahead, words, "ticket.ahead", "ticket.ahead_none")
        self.wait = wait_told(ticket.wait, language)
        self.bring = "\n".join(f"•  {pick(one, language)}" for one in ticket.bring[:SHOWN_TO_BRING])


def show_paper(screen: Widget, state: State, section: str) -> None:
    """What became of the paper, in the words of ``section`` of the locale file, on a screen with a band for it."""
    words, paper = look.words, state.session.paper
    reason = words.get(f"reason.{state.session.paper_reason}", words["reason.error"])
    screen.paper_icon, screen.paper_tint, screen.paper_tone = PAPER_LOOK[paper]
    screen.paper = paper.value
    screen.paper_title = words[f"{section}.{paper.value}"].format(reason=reason)
    screen.paper_text = words[f"{section}.{paper.value}_hint"]


load_kv(__file__)
assert _press
assert _qr
