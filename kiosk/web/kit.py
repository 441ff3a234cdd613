"""Templates, words and static files of one process, put together: what a page handler renders with."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kiosk.web.i18n import Language, Words, as_language, load_words
from kiosk.web.static import StaticShelf
from kiosk.web.theme import FACES, theme_css
from kiosk.wire.common import Text

HERE = Path(__file__).parent
LANGUAGE_COOKIE = "language"


class PageKit:
    """``assets`` holds theme, fonts, icons, sounds and locales; each of ``rooms`` has ``templates`` and ``static``.

    A template sees ``t`` (words of the reader's language), ``say`` (bilingual text), ``icon``, ``static`` and what the
    handler gives; a name that nobody gave is an error.
    """

    def __init__(self, assets: Path, centre: Text, rooms: Sequence[Path], locales: tuple[str, ...]) -> None:
        self.words = load_words(assets / "locales", locales)
        self.shelf = _stock(assets, (HERE, *rooms))
        self._icons: dict[str, int] = tomllib.loads((assets / "icons" / "icons.toml").read_text(encoding="utf-8"))
        self._environment = Environment(
            loader=FileSystemLoader([room / "templates" for room in (HERE, *rooms)]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"icon": self.icon, "static": self.shelf.url, "centre": centre}

    def add_filters(self, filters: Mapping[str, Any]) -> None:
        """Filters of a room's own; those that need words take them as an argument."""
        self._environment.filters.update(filters)

    def add_globals(self, values: Mapping[str, Any]) -> None:
        """What all templates of a room see; macros too."""
        self._environment.globals |= values

    def language(self, request: Request) -> Language:
        return as_language(request.cookies.get(LANGUAGE_COOKIE))

    def words_for(self, request: Request) -> Words:
        return self.words[self.language(request)]

    def fragment(self, template: str, language: Language, /, **context: Any) -> str:
        """The HTML of a part of a page."""
        words = self.words[language]
        return self._environment.get_template(template).render(t=words, say=words.say, language=language, **context)

    def page(self, request: Request, template: str, /, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page. ``path`` is where the language switch leads back to."""
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        html = self.fragment(template, self.language(request), path=path, **context)
        return HTMLResponse(html, status)

    def sorry(
        self, request: Request, status: int, message: str, heading: str = "error.title", home: str = ""
    ) -> HTMLResponse:
        """A page that says in a sentence why there is nothing else to see; ``home`` is where a link leads."""
        return self.page(request, "error.html", status, message=message, heading=heading, home=home)

    def icon(self, name: str) -> Markup:
        """A picture beside words; assistive technology does not hear it."""
        return Markup('<span class="icon" aria-hidden="true">&#x{:x};</span>').format(self._icons[name])


def _stock(assets: Path, rooms: Sequence[Path]) -> StaticShelf:
    shelf = StaticShelf()
    for file, _, _ in FACES:
        shelf.put(file, (assets / "fonts" / file).read_bytes())
    for folder in (assets / "sounds", *(room / "static" for room in rooms)):
        shelf.put_folder(folder)
    shelf.put("theme.css", theme_css(assets / "theme.toml", shelf.url).encode())
    return shelf
