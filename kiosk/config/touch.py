"""``touch.toml``: one kiosk in the hall."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.config.parts import DeviceSection, Section, Slug

Seconds = Annotated[int, msgspec.Meta(ge=5, le=3600)]


class Idle(Section, frozen=True):
    """When nobody touches: ask after ``warn_after_s``, go back to the start after ``reset_after_s``."""

    warn_after_s: Seconds = 60
    reset_after_s: Seconds = 80


class Window(Section, frozen=True):
    """Size in pixels when ``fullscreen = false`` (on a desk); full screen takes what the screen has."""

    width: Annotated[int, msgspec.Meta(ge=320, le=7680)] = 1080
    height: Annotated[int, msgspec.Meta(ge=320, le=7680)] = 1920
    fullscreen: bool = True


class Sound(Section, frozen=True):
    """The tone when a card was read. 0 is silent, 100 as loud as the machine is set."""

    volume_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 60


class TouchConfig(Section, frozen=True):
    """``run``: for what outlives a crash of the touch app and no more; ``data``: the city's settings."""

    kiosk: Slug
    hub_url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s/]+$")]
    token_file: Path
    run: Path = Path("run")
    data: Path = Path("data")
    language: Literal["vi", "en"] = "vi"
    idle: Idle = Idle()
    window: Window = Window()
    sound: Sound = Sound()
    devices: tuple[DeviceSection, ...] = ()
