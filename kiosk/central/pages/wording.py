"""How central says numbers, lights, services and days. Pure."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from kiosk.central.views.now import CentreNow, Light
from kiosk.clock import day_of, local
from kiosk.web.i18n import Words
from kiosk.web.wording import clock_time
from kiosk.wire.common import Text

#: Each light has a shape of its own: colour is never the only sign.
SHAPES = {
    Light.OVER: "circle-x",
    Light.LATE: "triangle-alert",
    Light.SILENT: "wifi-off",
    Light.GOOD: "circle-check",
    Light.ABSENT: "circle-minus",
}


@dataclass(frozen=True, slots=True)
class ServiceNames:
    """Everyday names of services by their id; a service that a centre made up itself is called by its id."""

    names: Mapping[str, Text]

    def __call__(self, service: str) -> Text:
        return self.names.get(service) or Text(vi=service, en=service)


def service_names(assets: Path) -> ServiceNames:
    table = tomllib.loads((assets / "catalogue" / "everyday.toml").read_text(encoding="utf-8"))
    every = (service for field in table["fields"] for service in field["services"])
    return ServiceNames({each["id"]: Text(vi=each["vi"], en=each["en"]) for each in every})


def number(value: float, t: Words) -> str:
    """1.234 in Vietnamese, 1,234 in English."""
    text = f"{value:,.0f}"
    return text.replace(",", ".") if t.language == "vi" else text


def share(value: float | None, t: Words) -> str:
    """A share in percent with one digit: 92,5 %; a dash where nothing was counted."""
    if value is None:
        return "–"
    text = "100 %" if value == 1 else f"{value * 100:.1f} %"
    return text.replace(".", ",") if t.language == "vi" else text


def minutes(seconds: float | None) -> str:
    """Whole minutes for a column whose head says so."""
    return "–" if seconds is None else f"{seconds / 60:.0f}"


def day_text(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def short_day(day: date) -> str:
    return day.strftime("%d/%m")


def plain_name(name: str) -> str:
    """Without the kind of unit, for a tile: "Thủ Dầu Một"."""
    for kind in ("Phường ", "Xã ", "Đặc khu "):
        name = name.removeprefix(kind)
    return name.removesuffix(" Ward").removesuffix(" Commune").removesuffix(" Special Zone")


def light_words(each: CentreNow, now_ms: int, t: Words) -> str:
    """What a centre's light means, in words of its own: "chưa nghe từ 09:42"."""
    if each.light is Light.SILENT and each.heard_ms is not None:
        if day_of(each.heard_ms) == day_of(now_ms):
            return t("central.silent_since", time=clock_time(each.heard_ms))
        return t("central.silent_since_day", time=clock_time(each.heard_ms), day=local(each.heard_ms).strftime("%d/%m"))
    return t(f"central.light_{each.light}")


def day_month(ms: int) -> str:
    return f"{local(ms):%d/%m}"


def input_id(place: str) -> str:
    """An id for an input: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", place).strip("-") + ("-new" if "[+]" in place else "")


def as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def at_most_letters(value: object, most: int) -> str:
    """One line that is not too long."""
    text = " · ".join(str(value).split("\n"))
    return text if len(text) <= most else f"{text[: most - 1]}…"
