"""What an officer's form asks for, or the sentence about what is wrong with it. Pure; central looks again."""

from dataclasses import dataclass, field
from typing import TypeVar, get_args

import msgspec

from kiosk.dossier.dossier import MAX_REASON
from kiosk.hub.desk.desk import times_asked
from kiosk.hub.desk.reasons import written
from kiosk.hub.pages.dossier_view import NEEDS_REASON, Typed
from kiosk.wire.dossier_api import ActName, ActOn, Apologise, CheckPaper, DossierReply

MAX_NOTE = 200  #: letters about one paper
MAX_NAME = 64
Fields = dict[str, list[str]]
Asked = TypeVar("Asked", ActOn, Apologise, CheckPaper)


@dataclass(frozen=True, slots=True)
class Problem:
    """A key of the page's words."""

    key: str
    values: dict[str, object] = field(default_factory=dict)


def typed_in(fields: Fields) -> Typed:
    return Typed(one(fields, "act"), tuple(fields.get("reason", ())), one(fields, "note"))


def wanted_act(reply: DossierReply, fields: Fields, by: str) -> ActOn | Apologise | Problem:
    """``by``: the officer's name, as the history and the printed forms say it."""
    typed = typed_in(fields)
    note = written(typed.chosen, typed.note)
    if typed.act in NEEDS_REASON and not note:
        return Problem("dossier.reason_missing")
    if len(note) > MAX_REASON:
        return Problem("dossier.reason_too_long", {"letters": len(note), "most": MAX_REASON})
    if typed.act == "ask_supplement" and times_asked(reply) and one(fields, "sure") != "yes":
        return Problem("dossier.second_supplement")
    common = {"code": reply.status.code, "seen": one(fields, "seen"), "by": by[:MAX_NAME], "note": note}
    if typed.act == "apologise":
        return _read(common | {"working_days": one(fields, "working_days")}, Apologise, "dossier.days_wrong")
    if typed.act not in get_args(ActName):
        return Problem("dossier.not_now")
    fee = one(fields, "fee").replace(".", "").strip()
    return _read(common | {"act": typed.act, "fee_vnd": fee or "0"}, ActOn, "dossier.fee_wrong")


def wanted_check(code: str, fields: Fields, by: str) -> CheckPaper | Problem:
    asked = {name: one(fields, name) for name in ("seen", "paper", "verdict")}
    note = one(fields, "note").strip()[:MAX_NOTE]
    return _read(asked | {"code": code, "by": by[:MAX_NAME], "note": note}, CheckPaper, "dossier.not_read")


def one(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[-1]


def _read(asked: dict[str, str], kind: type[Asked], otherwise: str) -> Asked | Problem:
    try:
        return msgspec.convert(asked, kind, strict=False)
    except msgspec.ValidationError:
        return Problem(otherwise)
