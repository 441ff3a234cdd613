"""The look of the touch app: ``assets/theme.toml`` scaled to the window, as properties that kv rules follow.

Lengths in the theme are px of a 1080 x 1920 portrait panel (1920 x 1080 in landscape). ``look.u`` is one such px.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.core.text import LabelBase
from kivy.event import EventDispatcher
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import BooleanProperty, DictProperty, NumericProperty, ObjectProperty
from kivy.utils import get_color_from_hex

from kiosk.touch.events import Language
from kiosk.touch.ui.i18n import ASSETS, load_words
from kiosk.wire.common import Text

#: The panel that the theme is drawn for: short and long side.
SHORT_PX, LONG_PX = 1080, 1920
FONTS = {
    "body": "BeVietnamPro-Regular",
    "medium": "BeVietnamPro-Medium",
    "semibold": "BeVietnamPro-SemiBold",
    "bold": "BeVietnamPro-Bold",
    "digits": "BeVietnamProTabular-SemiBold",
    "digits_bold": "BeVietnamProTabular-Bold",
    "icons": "icons",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of RGBA from the top."""

    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Dress:
    """What of the look an admin may change."""

    palette: str = "blue"
    logo: Picture | None = None
    welcome: Text | None = None
    english: bool = True
    procedures: bool = True  #: whether a dossier can be handed in


class Look(EventDispatcher):
    """One for the window. Colours change with the contrast, lengths with the window, words with the language."""

    u = NumericProperty(1.0)
    landscape = BooleanProperty(False)
    high_contrast = BooleanProperty(False)
    lowered = BooleanProperty(False)
    words = DictProperty({})

    english = BooleanProperty(True)
    procedures = BooleanProperty(True)
    welcome = ObjectProperty(None, allownone=True)  #: a ``Text``, instead of the first screen's usual sentence
    logo = ObjectProperty(None, allownone=True)  #: a texture
    logo_shape = NumericProperty(0.0)  #: width for a height of 1; 0: there is no logo

    colours = DictProperty(
        {}
    )  #: rgba of each role of ``[color]``; widgets name roles, so that a change makes none anew

    caption = NumericProperty()
    body = NumericProperty()
    lead = NumericProperty()
    title = NumericProperty()
    headline = NumericProperty()
    number = NumericProperty()

    xs = NumericProperty()
    s = NumericProperty()
    m = NumericProperty()
    l = NumericProperty()  # noqa: E741  # the theme's own name for this step of space
    xl = NumericProperty()
    xxl = NumericProperty()

    touch_min = NumericProperty()
    button = NumericProperty()
    tile = NumericProperty()
    header = NumericProperty()
    radius = NumericProperty()
    radius_small = NumericProperty()
    icon = NumericProperty()
    icon_large = NumericProperty()

    fade_s = NumericProperty(0.0)
    press_s = NumericProperty(0.0)

    def __init__(self) -> None:
        super().__init__()
        self._theme: dict[str, Any] = {}
        self._words: dict[Language, dict[str, str]] = {}
        self._icons: dict[str, int] = {}
        self.language: Language = "vi"
        self._palette: dict[str, str] = {}
        self._dress = Dress()

    def dress(self, dress: Dress) -> None:
        """Look as the city says."""
        before, self._dress = self._dress, dress
        self.welcome, self.english, self.procedures = dress.welcome, dress.english, dress.procedures
        if before.logo != dress.logo:
            self.logo, self.logo_shape = _texture(dress.logo), dress.logo.width / dress.logo.height if dress.logo else 0
        if before.palette != dress.palette:
            self._palette = self._theme["palette"][dress.palette]
            self.colour(self.high_contrast)

    def load(self, language: Language, assets: Path = ASSETS) -> None:
        """Read theme, icons, fonts and words; before the first widget is made."""
        self._theme = tomllib.loads((assets / "theme.toml").read_text("utf-8"))
        self._icons = tomllib.loads((assets / "icons" / "icons.toml").read_text("utf-8"))
        self._words = {"vi": load_words("vi", assets / "locales"), "en": load_words("en", assets / "locales")}
        for name, file in FONTS.items():
            LabelBase.register(name, str(assets / "fonts" / f"{file}.ttf"))
        self.fade_s, self.press_s = self._theme["motion"]["fade_s"], self._theme["motion"]["press_s"]
        self.speak(language)
        self.colour(False)
        self.fit(SHORT_PX, LONG_PX)

    def speak(self, language: Language) -> None:
        self.language = language
        self.words = self._words[language]

    def colour(self, high_contrast: bool) -> None:
        self.high_contrast = high_contrast
        colours = self._theme["color"] | self._palette | (self._theme["contrast"] if high_contrast else {})
        self.colours = {role: get_color_from_hex(value) for role, value in colours.items()}

    def fit(self, width: float, height: float) -> None:
        """Scale all lengths to a window of this size."""
        self.landscape = width > height
        design = (LONG_PX, SHORT_PX) if self.landscape else (SHORT_PX, LONG_PX)
        self.u = min(width / design[0], height / design[1])
        for section in ("type", "space", "size"):
            for name, value in self._theme[section].items():
                if isinstance(value, int) and self.property(name, quiet=True) is not None:
                    setattr(self, name, value * self.u)

    def glyph(self, icon: str) -> str:
        """The character of an icon; an unknown name shows a document, as the catalogue is data."""
        return chr(self._icons.get(icon, self._icons["file-text"]))


def _texture(picture: Picture | None) -> Texture | None:
    if picture is None:
        return None
    texture = Texture.create(size=(picture.width, picture.height), colorfmt="rgba", mipmap=True)
    texture.blit_buffer(picture.pixels, colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


look = Look()


def mix(first: list[float], second: list[float], share: float) -> list[float]:
    """A colour between two."""
    return [a + (b - a) * share for a, b in zip(first, second, strict=True)]


def load_kv(source: str) -> None:
    """Load the rules that stand beside a module: ``load_kv(__file__)``."""
    Builder.load_file(str(Path(source).with_suffix(".kv")))
