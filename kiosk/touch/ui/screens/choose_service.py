"""Which service, how many wait for it and for how long; a closed one says why."""

from functools import partial

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import ChooseService
from kiosk.touch.flow import State, field_of, services_in
from kiosk.touch.ui.i18n import Words, count_words, pick, wait_told
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import pager as _pager  # the rules of choose_service.kv use its classes
from kiosk.touch.ui.widgets.tiles import ServiceTile
from kiosk.wire.kiosk_api import ServiceInfo

__all__ = ["ServicesScreen"]


class ServicesScreen(BoxLayout):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._shown: object = None

    def enter(self) -> None:
        self.ids.pager.page = 0

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        field = field_of(state, state.session.field)
        name = pick(field.name, state.session.language) if field else ""
        return words["services.title"], words["services.lead"].format(field=name)

    def show(self, state: State, now_ms: int) -> None:
        services = services_in(state, state.session.field)
        shown = (state.session.language, services)
        if shown == self._shown:
            return
        self._shown = shown
        self.ids.pager.fill([partial(self._tile, service, state) for service in services])

    def _tile(self, service: ServiceInfo, state: State) -> Widget:
        words, language = look.words, state.session.language
        why = service.closed_reason
        tile = ServiceTile(
            test_name=f"service:{service.id}",
            text=pick(service.name, language),
            is_open=service.is_open,
            people=count_words(
                service.waiting, words, "wait.people", "wait.people_none" if service.has_counter else "wait.no_counter"
            ),
            wait=wait_told(service.wait, language) if service.wait and service.has_counter else "",
            quieter=_quieter(service, words) if service.wait and service.has_counter else "",
            closed="" if service.is_open else (pick(why, language) if why else words["services.closed"]),
            disabled=not service.is_open,
        )
        tile.bind(on_release=lambda _: self._tell(ChooseService(service.id)))
        return tile


def _quieter(service: ServiceInfo, words: Words) -> str:
    """A better time to come today, when there is one."""
    if service.quieter_min is None:
        return ""
    hour, minute = divmod(service.quieter_min, 60)
    return words["wait.quieter"].format(time=f"{hour}:{minute:02d}")


load_kv(__file__)
assert _pager
