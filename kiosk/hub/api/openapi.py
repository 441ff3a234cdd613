"""/openapi.json, made from the same table as the routes."""

import re
from typing import Any

import msgspec

from kiosk import __version__
from kiosk.hub.api.endpoint import ApiRoute, Who
from kiosk.wire.common import ErrorReply

_REF = "#/components/schemas/{name}"
_SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    Who.ANYBODY: [],
    Who.KIOSK: [{"kiosk": []}],
    Who.STAFF: [{"staff": []}],
    Who.SUPERVISOR: [{"staff": []}],
}
_ERRORS = {
    "400": "The body is not what was expected",
    "401": "Unknown token, or nobody is signed in",
    "403": "Not allowed, or the request came from another site",
    "404": "Unknown service, counter or ticket",
    "409": "Not now; the sentence says why",
    "413": "The body is too large",
    "422": "Incomplete, or the request id was used for something else",
    "503": "Nothing can be stored now; nothing was changed",
}


def describe(routes: tuple[ApiRoute, ...]) -> dict[str, Any]:
    types = list(dict.fromkeys([ErrorReply, *(r.reply for r in routes), *(r.body for r in routes if r.body)]))
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    schema_of = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {"title": "kiosk hub", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "kiosk": {"type": "http", "scheme": "bearer"},
                "staff": {"type": "apiKey", "in": "cookie", "name": "hub_session"},
            },
        },
    }


def _operation(route: ApiRoute, schema_of: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "security": _SECURITY[route.who],
        "responses": {"200": _content(schema_of[route.reply], "Done")}
        | {status: _content(schema_of[ErrorReply], text) for status, text in _ERRORS.items()},
    }
    names = re.findall(r"{(\w+)}", route.path)
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    if route.body:
        content = {"application/json": {"schema": schema_of[route.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _content(schema: Any, description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
