"""From a draft to all centres: the difference, publishing, the rollout live, history, files."""

from datetime import datetime
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.access import Visitor
from kiosk.central.fleet.layerbook import Conflict, problems_with, read_layer, read_version, save_draft, versions
from kiosk.central.fleet.pace import Rollout
from kiosk.central.fleet.rollout import Plan, cancel, find, go_back, outcomes, publish
from kiosk.central.pages.layers import Opened, is_seen, may_change_in, opened, title_of
from kiosk.central.pages.parts import PageParts
from kiosk.central.pages.settings import MAX_FORM, revision_of
from kiosk.central.ports import Transaction
from kiosk.clock import to_ms
from kiosk.config.layers import Tree, differences, written
from kiosk.config.settings_sense import layer_problems
from kiosk.web.entry import read_fields
from kiosk.web.i18n import Language
from kiosk.web.live import Snapshot
from kiosk.web.signin import RoleNeeded

_SHOWN = 300


class PublishingPages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/settings/{layer}/difference", self.show_difference),
            Route("/settings/{layer}/publish", self.publish, methods=["POST"]),
            Route("/settings/{layer}/history", self.show_history),
            Route("/settings/{layer}/restore", self.restore, methods=["POST"]),
            Route("/settings/{layer}/export.{form}", self.export),
            Route("/settings/{layer}/import", self.take_file, methods=["POST"]),
            Route("/rollouts/{rollout:int}", self.show_rollout),
            Route("/rollouts/{rollout:int}/stream", self.stream),
            Route("/rollouts/{rollout:int}/stop", self.stop, methods=["POST"]),
        ]

    async def show_difference(self, request: Request) -> Response:
        it = await opened(self._parts, request)
        return await self._difference(request, it)

    async def _difference(self, request: Request, it: Opened, status: int = 200, problem: str = "") -> Response:
        def job(tx: Transaction) -> Any:
            state = read_layer(tx, it.name)
            return state, problems_with(tx, it.name, state.tree) if it.may_change and state.draft is not None else []

        state, problems = await self._parts.database.read(job)
        fleet = await self._parts.fleet(it.visitor)
        shown = {
            "state": state,
            "changes": differences(state.published, state.tree),
            "problems": problems,
            "problem": problem,
            "centres": [each for each in fleet.centres if it.name.concerns(each.code, each.group)],
        }
        return self._parts.page(request, "settings_difference.html", it.visitor, status, it=it, **shown)

    async def publish(self, request: Request) -> Response:
        it = await opened(self._parts, request, to_change=True)
        form = await _form(request)
        now_ms, t = self._parts.clock.now_ms(), self._parts.kit.words_for(request)
        plan = plan_of(form, it.visitor.display_name, now_ms)
        if isinstance(plan, str):
            return await self._difference(request, it, 400, t(plan))
        seen = revision_of(form.get("revision", ""))
        made = await self._parts.database.write(lambda tx: _published(tx, it, seen, plan, now_ms), alone=True)
        if isinstance(made, str):
            return await self._difference(request, it, 409, t(made))
        return RedirectResponse(f"/rollouts/{made.id}", 303)

    async def show_history(self, request: Request) -> Response:
        it = await opened(self._parts, request)
        state, every = await self._parts.database.read(lambda tx: (read_layer(tx, it.name), versions(tx, it.name)))
        older: list[Tree] = [*(each.tree for each in every[1:]), {}]
        rows = [(each, differences(before, each.tree)) for each, before in zip(every, older, strict=False)]
        return self._parts.page(request, "settings_history.html", it.visitor, it=it, state=state, rows=rows)

    async def restore(self, request: Request) -> Response:
        """An old version becomes the draft, to be looked at and published."""
        it = await opened(self._parts, request, to_change=True)
        number = (await _form(request)).get("version", "")
        if not number.isdecimal() or len(number) > 9:
            raise HTTPException(404)
        author, now_ms = it.visitor.display_name, self._parts.clock.now_ms()

        def job(tx: Transaction) -> None:
            tree = read_version(tx, it.name, int(number))
            save_draft(tx, it.name, tree, read_layer(tx, it.name).revision, author, now_ms)

        await self._parts.database.write(job)
        return RedirectResponse(f"/settings/{it.name.slug}/difference", 303)

    async def export(self, request: Request) -> Response:
        it, form = await opened(self._parts, request), request.path_params["form"]
        if form not in ("toml", "json"):
            raise HTTPException(404)
        tree = (await self._parts.database.read(lambda tx: read_layer(tx, it.name))).tree
        text = written(tree, is_toml=form == "toml")
        headers = {"Content-Disposition": f'attachment; filename="{it.name.slug}.{form}"'}
        return Response(text, media_type="application/json" if form == "json" else "application/toml", headers=headers)

    async def take_file(self, request: Request) -> Response:
        it = await opened(self._parts, request, to_change=True)
        form = await _form(request)
        tree = tree_of(form.get("text", ""))
        problems = layer_problems(tree, it.name.kind) if tree is not None else []
        t = self._parts.kit.words_for(request)
        if tree is None or problems:
            said = str(problems[0]) if problems else t("settings.problem_file")
            return await self._difference(request, it, 400, said)
        author, now_ms = it.visitor.display_name, self._parts.clock.now_ms()
        seen = revision_of(form.get("revision", ""))
        saved = await self._parts.database.write(lambda tx: save_draft(tx, it.name, tree, seen, author, now_ms))
        if isinstance(saved, Conflict):
            return await self._difference(request, it, 409, t("settings.problem_changed"))
        return RedirectResponse(f"/settings/{it.name.slug}/difference", 303)

    # --- rollouts

    async def show_rollout(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        context = await self._rollout(visitor, request.path_params["rollout"])
        return self._parts.page(request, "rollout.html", visitor, **context)

    async def stream(self, request: Request) -> Response:
        parts, number, language = self._parts, request.path_params["rollout"], self._parts.kit.language(request)
        await self._rollout(await parts.door.visitor(request), number)
        return parts.live.respond(request, lambda visitor: self._drawn(visitor, number, language))

    async def _drawn(self, visitor: Visitor, number: int, language: Language) -> Snapshot:
        context = await self._rollout(visitor, number)
        return self._parts.kit.fragment("rollout_live.html", language, visitor=visitor, **context)

    async def stop(self, request: Request) -> Response:
        """Back to what was there before; one that has not begun is cancelled."""
        visitor = await self._parts.door.visitor(request)
        context = await self._rollout(visitor, request.path_params["rollout"])
        rollout, author, now_ms = context["rollout"], visitor.display_name, self._parts.clock.now_ms()
        if not context["may_change"]:
            raise RoleNeeded
        act = cancel if rollout.state == "scheduled" else go_back
        if context["may_stop"]:
            await self._parts.database.write(lambda tx: act(tx, rollout, author, now_ms), alone=True)
        return RedirectResponse(f"/rollouts/{rollout.id}", 303)

    async def _rollout(self, visitor: Visitor, number: int) -> dict[str, Any]:
        """Raises HTTPException 404 for one that there is not, or not for that account."""
        now_ms = self._parts.clock.now_ms()

        def job(tx: Transaction) -> Any:
            found = find(tx, number) if number < 2**62 else None
            if found is None:
                return None
            newest = tx.rows("rollout.open_of_layer", kind=found.kind, layer=found.layer)[0][0]
            return found, outcomes(tx, found, now_ms), tx.rows("rollout.targets", id=number), newest

        row, fleet = await self._parts.database.read(job), await self._parts.fleet(visitor)
        if row is None or not is_seen(row[0].name, fleet):
            raise HTTPException(404)
        rollout, fare, targets, newest = row
        known, allowed = {each.code for each in fleet.centres}, may_change_in(visitor, rollout.name, fleet)
        centres = [each for each in map(Target.of, targets) if each.code in known]
        return {
            "rollout": rollout,
            "title": title_of(rollout.name, fleet),
            "fare": sorted(fare.items()),
            "targets": sorted(centres, key=lambda each: (each.outcome_rank, each.wave, each.code))[:_SHOWN],
            "more": max(0, len(centres) - _SHOWN),
            "may_change": allowed,
            "may_stop": allowed and newest == rollout.id and rollout.state in ("scheduled", "running", "done"),
            "now_ms": now_ms,
        }


_RANK = ("ill", "waiting", "open", "done", "later")


class Target(msgspec.Struct, frozen=True):
    """A centre of a rollout, and how it fares."""

    code: str
    name_vi: str
    name_en: str
    wave: int
    version: int
    heard_ms: int
    has: int
    outcome: str
    detail: str

    @property
    def outcome_rank(self) -> int:
        return _RANK.index(self.outcome)

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "Target":
        code, name_vi, name_en, wave, version, heard_ms, has, refused, state, ill, report, why, until = row
        if version == 0:
            outcome = "later"
        elif why or version <= refused < until or (version <= has < until and (ill or state == "rolled_back")):
            outcome = "ill"
        elif has >= version:
            outcome = "done" if state == "applied" else "waiting"
        else:
            outcome = "open"
        detail = why
        if report and outcome == "ill" and not why:
            detail = msgspec.json.decode(report).get("detail", "")
        return cls(code, name_vi, name_en, wave, version, heard_ms, has, outcome, detail)


async def _form(request: Request) -> dict[str, str]:
    """The last value of each field."""
    return {name: values[-1] for name, values in (await read_fields(request, MAX_FORM, 50)).items()}


def _published(tx: Transaction, it: Opened, seen: int, plan: Plan, now_ms: int) -> Rollout | str:
    """The rollout, or the key of why there is none."""
    if problems_with(tx, it.name, read_layer(tx, it.name).tree):
        return "settings.problem_sense"
    made = publish(tx, it.name, seen, plan, now_ms)
    if isinstance(made, Rollout):
        return made
    return "settings.problem_changed" if isinstance(made, Conflict) else "settings.problem_under_way"


def plan_of(form: dict[str, str], author: str, now_ms: int) -> Plan | str:
    """What the admin asks for, or the key of what is wrong with it."""
    reason, limit, start = form.get("reason", "").strip()[:300], form.get("limit", "2"), form.get("start", "")
    if not reason:
        return "settings.problem_reason"
    if not limit.isdecimal() or not 0 <= int(limit[:4]) <= 50:
        return "settings.problem_limit"
    try:
        start_ms = to_ms(datetime.fromisoformat(start)) if start else now_ms
    except (ValueError, OverflowError):
        return "settings.problem_start"
    return Plan(author, reason, start_ms, int(limit), form.get("first", ""), at_once="at_once" in form)


def tree_of(text: str) -> Tree | None:
    """A layer in TOML or JSON; None for anything else. Dates become words, as JSON has them."""
    for decode in (msgspec.json.decode, msgspec.toml.decode):
        try:
            tree = msgspec.to_builtins(decode(text.encode()))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        return tree if isinstance(tree, dict) else None
    return None
