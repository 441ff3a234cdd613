"""Words and numbers as people read them. The texts are in ``assets/locales/touch.<language>.toml``."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from kiosk.clock import local
from kiosk.queueing.promise import wait_words
from kiosk.touch.events import Language
from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import WaitRange

ASSETS = Path(__file__).resolve().parents[3] / "assets"
Words = Mapping[str, str]


def load_words(language: Language, folder: Path = ASSETS / "locales") -> dict[str, str]:
    """All texts of a language by "section.key"."""
    sections = tomllib.loads((folder / f"touch.{language}.toml").read_text("utf-8"))
    return {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}


def pick(text: Text, language: Language) -> str:
    return text.en if language == "en" else text.vi


def wait_told(wait: WaitRange, language: Language) -> str:
    """A likely wait, in the words of the slip and of every page."""
    told = wait_words(wait.low_min, wait.high_min)
    return told.en if language == "en" else told.vi


def count_words(count: int, words: Words, some: str, none: str) -> str:
    """So many people or things, in the words ``some``, ``some_one`` for one, or ``none``."""
    if count <= 0:
        return words[none]
    return words[f"{some}_one" if count == 1 else some].format(count=count)


def clock_words(now_ms: int) -> str:
    """24 hours: "08:30"."""
    return f"{local(now_ms):%H:%M}"


def date_words(now_ms: int, words: Words) -> str:
    """ "Chủ nhật, 22/11/2026"."""
    moment = local(now_ms)
    return f"{words['date.days'].split('|')[moment.weekday()]}, {moment:%d/%m/%Y}"
