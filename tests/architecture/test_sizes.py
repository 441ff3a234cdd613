"""Files and functions stay small enough to be read at once: the long tail is what makes a code base bad."""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, code, tracked

FILE_LINES = 500
KV_LINES = 160
PORT_LINES = 50
HANDLER_LINES = 15
#: Not a handler but what goes around all of them: limits, decoding, the error table.
AROUND_HANDLERS = "kiosk/hub/api/endpoint.py"
FUNCTION_P90_LINES = 30
DISGUISED = {"utils", "common", "services", "core", "helpers", "helper", "util", "misc", "manager"}
#: "Service" would be among them, were it not a word of this domain.
EMPTY_NAMES = ("Manager", "Helper", "Util", "Utils", "Base", "Abstract")
#: The bilingual text and ids that every message shares; the name says just that.
MODULES_ON_PURPOSE = {"kiosk/wire/common.py"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_500_lines() -> None:
    long = {str(path): lines for path in tracked("*.py") if (lines := path.read_text().count("\n")) > FILE_LINES}
    assert long == {}


def test_no_kv_file_is_longer_than_160_lines() -> None:
    long = {str(path): lines for path in tracked("*.kv") if (lines := path.read_text().count("\n")) > KV_LINES}
    assert long == {}


def test_nine_functions_of_ten_fit_in_30_lines() -> None:
    lengths = sorted(length(node) for path in code() for node in functions(path))
    assert lengths[int(len(lengths) * 0.9)] <= FUNCTION_P90_LINES


def test_a_port_stays_a_few_methods() -> None:
    long = {
        f"{path}:{node.name}": (node.end_lineno or 0) - node.lineno
        for path in code()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
        and (node.end_lineno or 0) - node.lineno > PORT_LINES
    }
    assert long == {}


def test_a_route_handler_only_parses_asks_and_answers() -> None:
    """A handler is an async function whose only way in is what was asked; what it does belongs to the use cases."""
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": length(node)
        for path in tracked("kiosk/hub/*.py", "kiosk/central/*.py", "kiosk/web/*.py", f":!{AROUND_HANDLERS}")
        for node in functions(path)
        if isinstance(node, ast.AsyncFunctionDef)
        and [argument.arg for argument in node.args.args if argument.arg != "self"] in (["request"], ["ask"])
        and length(node) > HANDLER_LINES
    }
    assert long == {}


def test_no_module_or_class_has_a_name_that_says_nothing() -> None:
    modules = [str(path.relative_to(ROOT)) for path in code() if path.stem in DISGUISED]
    classes = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in code()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and node.name.endswith(EMPTY_NAMES)
    ]
    assert set(modules) - MODULES_ON_PURPOSE == set()
    assert classes == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in chain(code(), tracked("tests/*.py"))
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


@pytest.mark.parametrize("silencer", ["# noqa\n", "# type: ignore\n"])
def test_nothing_is_silenced_without_saying_what(silencer: str) -> None:
    assert [
        str(path) for path in tracked("*.py") if path.resolve() != Path(__file__) and silencer in path.read_text()
    ] == []
