"""The words of central's pages: the same in both languages, and each of them used."""

import re
import tomllib

from kiosk.central.access import Role
from kiosk.central.pages.city import Asked
from kiosk.central.pages.wording import number, plain_name, share
from kiosk.central.views.now import Light
from kiosk.web.i18n import load_words
from tests.architecture.tree import ROOT

LOCALES = ROOT / "assets" / "locales"
WORDS = load_words(LOCALES, ("pages", "central"))
SOURCES = [
    file
    for room in ("web", "central")
    for file in (ROOT / "kiosk" / room).rglob("*.*")
    if file.suffix in (".py", ".html")
]
#: Put together at run time: of a role, a light, a weekday, a wrong question, a word that is explained.
BY_VALUE = (
    "role_",
    "light_",
    "chip_",
    "weekday_",
    "problem_",
    "words_",
    "nav_",
    "mark_",
    "chart_",
    "part_",
    "system_",
    "why_",
)


def test_every_word_is_used() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES)
    table = tomllib.loads((LOCALES / "central.vi.toml").read_text(encoding="utf-8"))
    keys = [(section, key) for section, words in table.items() for key in words]
    unused = [
        f"{section}.{key}"
        for section, key in keys
        if f"{section}.{key}" not in text and f'"{key}"' not in text and not key.startswith(BY_VALUE)
    ]
    assert unused == []


def test_every_role_light_and_weekday_has_words() -> None:
    keys = [f"role_{role}" for role in Role] + [f"weekday_{day}" for day in range(7)]
    keys += [f"{kind}_{light}" for kind in ("light", "chip") for light in Light]
    assert [key for words in WORDS.values() for key in keys if not words.has(f"central.{key}")] == []


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert number(1234567, WORDS["vi"]) == "1.234.567"
    assert number(1234567, WORDS["en"]) == "1,234,567"
    assert share(0.925, WORDS["vi"]) == "92,5 %"
    assert share(1, WORDS["en"]) == "100 %"
    assert share(None, WORDS["vi"]) == "–"


def test_a_tile_leaves_out_the_kind_of_unit() -> None:
    assert plain_name("Phường Thủ Dầu Một") == "Thủ Dầu Một"
    assert plain_name("Đặc khu Côn Đảo") == "Côn Đảo"
    assert plain_name("Thu Dau Mot Ward") == "Thu Dau Mot"


def test_what_was_asked_is_carried_in_the_address() -> None:
    assert Asked().query == ""
    assert re.fullmatch(r"\?q=%C4%91%E1%BB%A9c&state=over", Asked("đức", "over").query)
