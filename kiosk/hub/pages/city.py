"""How the line to the city is, in plain words. Pure."""

from dataclasses import dataclass

from kiosk.clock import day_of, local
from kiosk.hub.usecases.views import SupervisorView
from kiosk.web.i18n import Words

#: So many events wait that the page speaks of them, although they are being sent.
_BACKLOG = 200

#: What needs somebody: how it is said, and what to do.
_TROUBLES = {
    "not_enrolled": ("city.not_enrolled", "city.do_enrol"),
    "refused": ("city.refused", "city.do_enrol"),
    "row_refused": ("city.row_refused", "city.do_tell"),
    "untrusted": ("city.untrusted", "city.do_clock"),
}


@dataclass(frozen=True, slots=True)
class CityWords:
    """``todo`` is "" when there is nothing to do; ``tone``: "good", "warn" or "bad"."""

    words: str
    todo: str
    tone: str
    icon: str


def city_words(view: SupervisorView, t: Words) -> CityWords:
    line, waiting = view.city, view.city_waiting
    since = _moment(line.since_ms, view.now_ms)
    if line.state == "none":
        return CityWords(t("city.none"), "", "good", "building-2")
    if line.state == "starting":
        return CityWords(t("city.starting"), "", "good", "refresh-cw")
    if line.state == "fine" and (waiting > _BACKLOG or not line.until_ms):
        return CityWords(t("city.sending", n=waiting), "", "good", "refresh-cw")
    if line.state == "fine":
        return CityWords(t("city.fine", time=_moment(line.until_ms, view.now_ms)), "", "good", "circle-check")
    if line.state == "failing":
        return CityWords(t("city.failing", time=since, n=waiting), t("city.do_failing"), "warn", "triangle-alert")
    words, todo = _TROUBLES[line.state]
    return CityWords(t(words, time=since, n=waiting), t(todo), "bad", "circle-x")


def _moment(ms: int, now_ms: int) -> str:
    """The time of day, with its date when that is not today."""
    return local(ms).strftime("%H:%M" if day_of(ms) == day_of(now_ms) else "%H:%M %d/%m/%Y")
