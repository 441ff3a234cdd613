"""One question: what is asked, what is typed, what is wrong with it, and the keys that this answer needs.

Also what the card filled in, for confirmation; the ward; a dossier's code; the digits after a crash; and the number
that a phone shows.
"""

from dataclasses import dataclass
from functools import partial

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.dossier.form import FormField
from kiosk.dossier.search import fold
from kiosk.touch.dossier.errand import FROM_CARD, HANDLER, Enquiry, Submission, field_named, questions
from kiosk.touch.dossier.events import Key, Of, Pick
from kiosk.touch.dossier.keys import Board, board_of, is_capital
from kiosk.touch.dossier.steps import enquiry, submission
from kiosk.touch.events import Event, Tap
from kiosk.touch.flow import Screen, State
from kiosk.touch.ui.contents import Option, answer_words
from kiosk.touch.ui.i18n import Words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import answer as _answer  # the rules of question.kv use its classes
from kiosk.touch.ui.widgets import keyboard as _keyboard
from kiosk.touch.ui.widgets import pager as _pager
from kiosk.touch.ui.widgets.answer import CheckTile, PaperTile
from kiosk.wire.common import Text
from kiosk.wire.submission_api import Handler

__all__ = ["QuestionScreen"]


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """``board`` "": nothing is typed, ``options`` are chosen from. ``action`` "": it goes on by itself."""

    title: str
    lead: str = ""
    typed: str = ""
    example: str = ""
    board: Board | str = ""
    options: tuple[Option, ...] = ()
    wrong: Text | None = None
    action: str = ""
    shifted: bool = False
    quiet: str = ""


class QuestionScreen(BoxLayout):
    typed = StringProperty("")
    example = StringProperty("")
    wrong = StringProperty("")
    action = StringProperty("")
    quiet = StringProperty("")
    types = BooleanProperty(True)

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._options: object = None
        self.ids.keyboard.bind(on_key=lambda _, key: tell(Key(key)))

    def enter(self) -> None:
        self.ids.pager.page = 0
        self._options = None

    def next(self) -> None:
        self._tell(Tap.NEXT)

    def cancel(self) -> None:
        self._tell(Tap.CANCEL)

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        """What was on it goes with it."""
        if parent is None:
            self._options, self.typed = None, ""
            self.ids.pager.fill([])

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        asked = _asked(state, words)
        return asked.title, asked.lead

    def show(self, state: State, now_ms: int) -> None:
        asked = _asked(state, look.words)
        self.typed, self.example, self.types = asked.typed, asked.example, bool(asked.board)
        self.wrong = pick(asked.wrong, state.session.language) if asked.wrong else ""
        self.action, self.quiet = asked.action, asked.quiet
        capital = bool(asked.board) and is_capital(asked.board, asked.typed, asked.shifted)  # type: ignore[arg-type]  # not ""
        self.ids.keyboard.show(asked.board, capital)
        if asked.options != self._options:
            self._options = asked.options
            self.ids.pager.fill([partial(self._tile, option) for option in asked.options])

    def _tile(self, option: Option) -> Widget:
        kind = PaperTile if option.ticked is None else CheckTile
        tile = kind(test_name=option.test_name, text=option.text, hint=option.hint)
        if option.ticked is None:
            tile.icon, tile.bad = option.icon, option.bad
        else:
            tile.is_on = option.ticked
        tile.bind(on_release=lambda _: self._tell_event(option.event))
        return tile

    def _tell_event(self, event: Event | None) -> None:
        if event is not None:
            self._tell(event)


def _asked(state: State, words: Words) -> Asked:
    errand = state.session.errand
    if isinstance(errand, Enquiry):
        return _look_up(state, words)
    errand = submission(state)
    if state.screen in (Screen.RESUME, Screen.PHONE_CHECK):
        return _some_digits(errand, state.screen.value, words)
    if errand.asked == FROM_CARD:
        return _from_card(errand, state, words)
    if errand.asked == HANDLER:
        return _handler(errand, state, words)
    field = field_named(errand, errand.asked)
    return _question(errand, field, state, words) if field else Asked("")


def _some_digits(errand: Submission, screen: str, words: Words) -> Asked:
    return Asked(
        words[f"{screen}.title"],
        words[f"{screen}.lead"],
        typed=errand.typed,
        example=words[f"{screen}.example"],
        board="digits",
        wrong=errand.wrong,
        quiet=words[f"{screen}.no"],
    )


def _question(errand: Submission, field: FormField, state: State, words: Words) -> Asked:
    answer, pages = errand.answers.get(field.id, ""), questions(errand)
    place = (
        f"{words['question.place'].format(page=pages.index(field.id) + 1, pages=len(pages))}"
        if field.id in pages
        else ""
    )
    optional = "" if field.required else words["question.optional"]
    options = tuple(
        Option(
            f"answer:{each.id}",
            each.en if state.session.language == "en" else each.vi,
            Pick(Of.ANSWER, each.id),
            ticked=each.id == answer,
        )
        for each in field.choices
    )
    return Asked(
        field.en if state.session.language == "en" else field.vi,
        "  ·  ".join(filter(None, (place, optional))),
        typed=answer,
        example=words.get(f"question.example_{field.kind}", ""),
        board="" if field.choices else board_of(field),
        options=options,
        wrong=errand.wrong,
        action=words["question.next" if answer or field.required else "question.skip"],
        shifted=errand.shifted,
    )


def _from_card(errand: Submission, state: State, words: Words) -> Asked:
    fields = [each for each in errand.form.fields if each.id in errand.from_card] if errand.form else []
    options = tuple(
        Option(
            f"question:{each.id}",
            answer_words(each, errand.answers.get(each.id, ""), words, state),
            Pick(Of.QUESTION, each.id),
            hint=(each.en if state.session.language == "en" else each.vi)
            + (f" – {words['question.to_check']}" if each.id in errand.to_check else ""),
            icon="triangle-alert" if each.id in errand.to_check else "check",
            bad=each.id in errand.to_check,
        )
        for each in fields
    )
    return Asked(
        words["question.card_title"], words["question.card_lead"], options=options, action=words["question.card_next"]
    )


def _handler(errand: Submission, state: State, words: Words) -> Asked:
    handlers = handlers_shown(errand.form.handlers if errand.form else [], errand)
    options = tuple(
        Option(
            f"handler:{each.id}",
            pick(each.name, state.session.language),
            Pick(Of.HANDLER, each.id),
            ticked=each.id == errand.handled_by,
        )
        for each in handlers
    )
    return Asked(
        words["question.handler_title"],
        words["question.handler_lead"],
        typed=errand.typed,
        example=words["question.handler_example"],
        board="search",
        options=options,
        action=words["question.next"],
    )


def handlers_shown(handlers: list[Handler], errand: Submission) -> list[Handler]:
    """This centre and the ward that was chosen, then what fits the letters that were typed."""
    typed = fold(errand.typed.strip())
    ours = [each for each in handlers if each in handlers[:1] or each.id == errand.handled_by]
    fitting = [each for each in handlers if typed and typed in fold(each.name.vi) and each not in ours]
    return [*ours, *fitting]


def _look_up(state: State, words: Words) -> Asked:
    errand, screen = enquiry(state), state.screen.value
    by_phone = state.screen is Screen.LOOK_UP_PHONE
    return Asked(
        words[f"{screen}.title"],
        words[f"{screen}.lead"],
        typed=errand.code if state.screen is Screen.LOOK_UP_CODE else errand.secret,
        example=words[f"{screen}.example"],
        board="digits" if by_phone else "code",
        wrong=errand.wrong,
        action="" if by_phone else words["question.next"],
    )


load_kv(__file__)
assert _answer
assert _keyboard
assert _pager
