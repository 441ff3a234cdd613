"""How numbers and devices are said on every page: minutes, clock times, shares, what ails a device. Pure."""

import math
from dataclasses import dataclass

from kiosk.clock import local
from kiosk.web.i18n import Words
from kiosk.wire.kiosk_api import DeviceState


def duration(seconds: float | None, t: Words) -> str:
    """Whole minutes, hours from 60 minutes on; a dash where nothing was counted."""
    if seconds is None:
        return "–"
    minutes = int(seconds // 60)
    if minutes == 0:
        return t("time.now") if seconds > 0 else t("time.minutes", n=0)
    return t("time.minutes", n=minutes) if minutes < 60 else t("time.hours", hours=minutes // 60, minutes=minutes % 60)


def short(seconds: float | None, t: Words) -> str:
    """A duration for a narrow column: "0 phút" instead of a sentence."""
    return duration(seconds if seconds is None or seconds >= 60 else 0, t)


def at_most(seconds: float | None, t: Words) -> str:
    """For "no longer than": whole minutes that it really did not exceed, so rounded up."""
    return duration(seconds if seconds is None else 60 * math.ceil(seconds / 60), t)


def clock_time(ms: int | None) -> str:
    return local(ms).strftime("%H:%M") if ms else "–"


def long_date(ms: int) -> str:
    return local(ms).strftime("%d/%m/%Y")


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device in plain words; ``tone``: "good", "warn" (soon) or "bad" (now); ``todo`` is "" when all is well."""

    id: str
    kind: str
    words: str
    todo: str
    tone: str
    icon: str
    detail: str


def device_line(device: DeviceState, t: Words) -> DeviceLine:
    word, tone = _condition(device)
    todo = t(f"device.do_{word}") if t.has(f"device.do_{word}") else ""
    icon = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-x"}[tone]
    return DeviceLine(device.id, t(f"device.{device.kind}"), t(f"device.{word}"), todo, tone, icon, device.detail)


def _condition(device: DeviceState) -> tuple[str, str]:
    """The most urgent thing to say. Silence is said as silence and never as "no paper"."""
    if device.device in ("offline", "no_device"):
        return device.device, "bad"
    if device.cover == "open":
        return "cover_open", "bad"
    if device.paper in ("out", "jammed"):
        return ("paper_out" if device.paper == "out" else "jammed"), "bad"
    if device.device in ("hardware_error", "user_error"):
        return device.device, "bad"
    if device.paper == "low":
        return "paper_low", "warn"
    if device.device == "starting":
        return "starting", "warn"
    return ("busy" if device.device == "device_busy" else "ready"), "good"
