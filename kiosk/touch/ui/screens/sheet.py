"""A page of a paper: the live picture of the desk, or the scanner; then the page as it will be kept."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.dossier.errand import wanted
from kiosk.touch.dossier.steps import submission
from kiosk.touch.events import Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words, count_words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import id_card as _id_card  # the rules of sheet.kv use its classes
from kiosk.touch.ui.widgets import photo as _photo
from kiosk.touch.ui.widgets import press as _press
from kiosk.touch.viewfinder import Viewfinder

__all__ = ["SheetScreen"]


class SheetScreen(BoxLayout):
    taken = BooleanProperty(False)
    shows = BooleanProperty(True)  #: False: the scanner has no live picture
    taking = BooleanProperty(False)
    wrong = StringProperty("")
    hint = StringProperty("")
    kept = StringProperty("")

    def __init__(self, tell: Tell, viewfinder: Viewfinder) -> None:
        super().__init__()
        self._tell = tell
        self.ids.view.viewfinder = viewfinder

    def enter(self) -> None:
        self.ids.page.forget()

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        if parent is None:
            self.ids.view.end()
            self.ids.page.forget()
        else:
            self.ids.view.begin()

    def tap(self, name: str) -> None:
        self._tell(Tap(name))

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        errand = submission(state)
        paper = wanted(errand, errand.paper)
        if errand.sheet is not None:
            return words["sheet.check_title"], words["sheet.check_lead"]
        return words[f"sheet.title_{errand.source}"], pick(paper.words, state.session.language) if paper else ""

    def show(self, state: State, now_ms: int) -> None:
        errand, words = submission(state), look.words
        self.taken, self.taking = errand.sheet is not None, errand.taking
        self.shows = errand.source == "camera"
        self.ids.page.show(errand.sheet.picture if errand.sheet else b"")
        self.wrong = pick(errand.wrong, state.session.language) if errand.wrong else ""
        self.kept = count_words(errand.kept, words, "sheet.done", "sheet.leave")
        if errand.sheet is not None:
            turned = words["sheet.turned"] if errand.sheet.turned and not errand.by_hand else ""
            self.hint = turned if errand.sheet.is_cut else words["sheet.not_cut"]
        else:
            self.hint = words[f"sheet.hint_{errand.source}"]


load_kv(__file__)
assert _id_card
assert _photo
assert _press
