"""What a draft would look like: a kiosk's first two screens in its colours and words, and a slip as it is printed."""

import base64
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.central.fleet.layerbook import merged_at, read_layer
from kiosk.central.pages.layers import Opened, opened
from kiosk.central.pages.parts import PageParts
from kiosk.central.pages.sample_slip import SampleSlip, sample_slip, sample_ticket
from kiosk.central.ports import Transaction
from kiosk.central.views.centres import Centre
from kiosk.config.layers import Tree
from kiosk.config.logo import logo_problem
from kiosk.web.i18n import LANGUAGES, Language, as_language, load_words
from kiosk.wire.common import Text

_FIELDS = 9
_TOUCH = load_words(Path(__file__).resolve().parents[3] / "assets" / "locales", ("touch",))


class PreviewPages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/settings/{layer}/preview", self.show),
            Route("/settings/{layer}/logo", self.logo),
            Route("/settings/{layer}/slip.{language}.png", self.slip),
        ]

    async def show(self, request: Request) -> Response:
        it = await opened(self._parts, request)
        centre = await self._centre(it)
        if centre is None:
            return self._parts.page(request, "preview.html", it.visitor, it=it, centre_shown=None)
        tree, is_whole = await self._tree(it, centre)
        shown = picture(tree, it.name.kiosk)
        languages: list[Language] = ["vi", "en"] if shown["has_english"] else ["vi"]
        slips = [(each, made.words) for each in languages if (made := await self._slip(it, centre, tree, each))]
        shown |= {"centre_shown": centre, "is_whole": is_whole, "slips": slips}
        return self._parts.page(request, "preview.html", it.visitor, it=it, **shown)

    async def logo(self, request: Request) -> Response:
        """The picture that the preview shows; pages may show none that stands in them."""
        it = await opened(self._parts, request)
        centre = await self._centre(it)
        text = picture((await self._tree(it, centre))[0], it.name.kiosk)["logo"] if centre else ""
        if not text or logo_problem(text) is not None:
            raise HTTPException(404)
        return Response(base64.b64decode(text), media_type="image/png")

    async def slip(self, request: Request) -> Response:
        """A ticket as the kiosk's printer would print it."""
        it, language = await opened(self._parts, request), request.path_params["language"]
        centre = await self._centre(it)
        if centre is None or language not in LANGUAGES:
            raise HTTPException(404)
        made = await self._slip(it, centre, (await self._tree(it, centre))[0], language)
        if made is None:
            raise HTTPException(404)
        return Response(made.png, media_type="image/png")

    async def _slip(self, it: Opened, centre: Centre, tree: Tree, language: Language) -> SampleSlip | None:
        shown = picture(tree, it.name.kiosk)
        ticket = sample_ticket(tree, shown["name"] or centre.name, shown["label"], self._parts.clock.now_ms())
        if ticket is None:
            return None
        return await run_in_threadpool(sample_slip, ticket, language, shown["devices"])

    async def _tree(self, it: Opened, centre: Centre) -> tuple[Tree, bool]:
        """What would hold there, and whether the centre's own file is part of it."""
        place = (centre.id, centre.code, centre.group)

        def job(tx: Transaction) -> tuple[Tree, bool]:
            merged, is_whole = merged_at(tx, place, it.name, read_layer(tx, it.name).tree)
            return merged.tree, is_whole

        return await self._parts.database.read(job)

    async def _centre(self, it: Opened) -> Centre | None:
        """The layer's own; else one whose own file is known, so that there is something to see."""
        if it.centre is not None:
            return it.centre
        fleet = await self._parts.fleet(it.visitor)
        known = dict(await self._parts.database.read(lambda tx: tx.rows("settings.own_files")))
        mine = [each for each in fleet.centres if it.name.concerns(each.code, each.group)]
        return next((each for each in mine if each.id in known), mine[0] if mine else None)


def picture(tree: Tree, kiosk: str) -> dict[str, Any]:
    """What the first screen and a slip show of settings that may be incomplete."""
    every = tree.get("kiosk") or {}
    mine: Tree = next((each for each in tree.get("kiosks", []) if each.get("id") == kiosk), {})
    theme = {**every.get("theme", {}), **mine.get("theme", {})}
    features = {**every.get("features", {}), **mine.get("features", {})}
    services = [each for each in tree.get("services", []) if "name" in each]
    fields = [each for each in tree.get("fields", []) if "name" in each]
    texts = tree.get("texts") or {}
    first = services[0] if services else None
    prefix = (first or {}).get("prefix") or next(
        (f.get("prefix") for f in fields if f.get("id") == (first or {}).get("field")), ""
    )
    return {
        "palette": theme.get("palette", "blue"),
        "logo": theme.get("logo", ""),
        "has_english": features.get("english", True),
        "has_procedures": features.get("procedures", True),
        "touch": _TOUCH[as_language(mine.get("language") or every.get("language"))],
        "fields": fields[:_FIELDS],
        "welcome": _text(texts.get("welcome")),
        "announcement": _text(texts.get("announcement")),
        "name": _text((tree.get("centre") or {}).get("name")),
        "devices": [*mine.get("devices", []), *every.get("devices", [])],
        "label": f"{prefix or 'C'}001",
    }


def _text(value: Any) -> Text | None:
    return Text(vi=value["vi"], en=value["en"]) if isinstance(value, dict) and {"vi", "en"} <= set(value) else None
