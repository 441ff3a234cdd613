"""Settings: which layers there are, and the form of one, made from the schema."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.fleet.audit import acts
from kiosk.central.fleet.layer import KINDS, LayerName
from kiosk.central.fleet.layerbook import Conflict, LayerState, save_draft
from kiosk.central.fleet.rollout import recent
from kiosk.central.pages.layers import Opened, is_seen, opened, read_below, shown_tree, title_of
from kiosk.central.pages.parts import PageParts
from kiosk.central.pages.settings_fields import Form, read_nodes
from kiosk.central.pages.settings_form import Below, by_place, section_nodes, sections, views
from kiosk.central.ports import Transaction
from kiosk.central.views.centres import Fleet
from kiosk.config.layers import Tree, differences
from kiosk.config.parts import Problem
from kiosk.config.reference import reference
from kiosk.config.settings_sense import layer_problems
from kiosk.web.entry import read_fields

MAX_FORM = 1_000_000
_MOST_FIELDS = 20_000


class SettingsPages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/settings", self.show_layers),
            Route("/settings/reference", self.show_reference),
            Route("/settings/{layer}", self.open_first),
            Route("/settings/{layer}/form/{section}", self.show_form),
            Route("/settings/{layer}/form/{section}", self.save, methods=["POST"]),
            Route("/audit", self.show_acts),
        ]

    async def show_layers(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        if wanted := request.query_params.get("centre"):
            kiosk = request.query_params.get("kiosk", "")
            name = LayerName("kiosk", f"{wanted}/{kiosk}") if kiosk else LayerName("centre", wanted)
            return RedirectResponse(f"/settings/{quote(name.slug)}", 303)
        fleet = await self._parts.fleet(visitor)
        shown = await self._parts.database.read(lambda tx: _overview(tx, fleet))
        return self._parts.page(request, "settings.html", visitor, **shown)

    async def show_reference(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        return self._parts.page(
            request, "settings_reference.html", visitor, sections=reference(self._parts.kit.words_for(request))
        )

    async def open_first(self, request: Request) -> Response:
        it = await opened(self._parts, request)
        return RedirectResponse(f"/settings/{it.name.slug}/form/{sections(it.name.kind)[0]}", 303)

    async def show_form(self, request: Request) -> Response:
        it = await opened(self._parts, request)
        state, merged = await self._parts.database.read(lambda tx: read_below(tx, it))
        below = Below(merged, by_place(layer_problems(state.tree, it.name.kind), state.tree))
        return self._form(request, it, state, state.tree, below)

    async def save(self, request: Request) -> Response:
        it = await opened(self._parts, request, to_change=True)
        form, section = await read_fields(request, MAX_FORM, _MOST_FIELDS), self._section(request, it)
        state, merged = await self._parts.database.read(lambda tx: read_below(tx, it))
        tree = with_section(state.tree, it.name.kind, section, form)
        wrong = problems_in(section, tree, it.name.kind)
        if wrong:
            return self._form(request, it, state, tree, Below(merged, by_place(wrong, tree)), wrong)
        seen, author, now_ms = revision_of(form.get("revision", [""])[-1]), it.visitor.display_name, self._now_ms()
        saved = await self._parts.database.write(lambda tx: save_draft(tx, it.name, tree, seen, author, now_ms))
        if isinstance(saved, Conflict):
            return self._both(request, it, saved.theirs, tree)
        return RedirectResponse(f"/settings/{it.name.slug}/form/{section}?saved=1", 303)

    def _now_ms(self) -> int:
        return self._parts.clock.now_ms()

    def _both(self, request: Request, it: Opened, theirs: LayerState, tree: Tree) -> Response:
        """Two admins: the second is told, and shown both; nothing of either is lost."""
        base = theirs.published
        shown = {
            "theirs": differences(base, theirs.tree),
            "mine": differences(base, tree),
            "state": theirs,
            "section": request.path_params["section"],
            "form": shown_tree(tree),
        }
        return self._parts.page(request, "settings_both.html", it.visitor, 409, it=it, **shown)

    def _section(self, request: Request, it: Opened) -> str:
        section: str = request.path_params["section"]
        if section not in sections(it.name.kind):
            raise HTTPException(404)
        return section

    def _form(
        self,
        request: Request,
        it: Opened,
        state: LayerState,
        tree: Tree,
        below: Below,
        problems: Iterable[Problem] = (),
    ) -> Response:
        section = self._section(request, it)
        shown = {
            "section": section,
            "sections": sections(it.name.kind),
            "fields": views(section_nodes(it.name.kind, section), tree, below),
            "problems": list(problems),
            "saved": "saved" in request.query_params,
        }
        status = 400 if shown["problems"] else 200
        return self._parts.page(request, "settings_form.html", it.visitor, status, it=it, state=state, **shown)

    async def show_acts(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        fleet = await self._parts.fleet(visitor)
        every = await self._parts.database.read(acts)
        groups = {each.code: each.group for each in fleet.centres}

        def is_mine(centre: str, group: str) -> bool:
            if centre:
                return centre in groups
            return group in fleet.groups if group else visitor.scope.kind == "city"

        mine = [each for each in every if is_mine(each.centre, each.group)]
        return self._parts.page(request, "audit.html", visitor, acts=mine)


def with_section(tree: Tree, kind: str, section: str, form: Form) -> Tree:
    """The layer with that part of it said anew."""
    said = read_nodes(section_nodes(kind, section), form, "")
    return said if kind == "kiosk" else {name: value for name, value in tree.items() if name != section} | said


def problems_in(section: str, tree: Tree, kind: str) -> list[Problem]:
    """What is wrong in that part; another part may wait until it is edited."""
    every = layer_problems(tree, kind)
    return [each for each in every if kind == "kiosk" or each.place.startswith(section) or not each.place]


def revision_of(text: str) -> int:
    """Which draft was on the screen; -1 for none that there is."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _overview(tx: Transaction, fleet: Fleet) -> dict[str, Any]:
    stored = {LayerName(row[0], row[1]): row[2:] for row in tx.rows("settings.layers")}
    base = [LayerName("city"), *(LayerName("group", each) for each in fleet.groups)]
    names = sorted({*base, *stored}, key=lambda name: (KINDS.index(name.kind), name.id))
    return {
        "layers": [(name, title_of(name, fleet), stored.get(name)) for name in names if is_seen(name, fleet)],
        "rollouts": [(each, title_of(each.name, fleet)) for each in recent(tx) if is_seen(each.name, fleet)],
        "centres": sorted(fleet.centres, key=lambda each: each.name.vi),
    }
