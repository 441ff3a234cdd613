"""What must not stand in the repository, and what must be tested by doing rather than by pretending."""

import re
from pathlib import Path

from tests.architecture.tree import ROOT, tracked

TEXT = (
    "*.py",
    "*.kv",
    "*.toml",
    "*.md",
    "*.sh",
    "*.lock",
    "*.txt",
    "*.html",
    "*.css",
    "*.js",
    "*.sql",
    "Makefile",
    ".ci/run",
)
#: Written apart so that this file does not find itself.
MACHINE = re.compile(
    "|".join(
        ["/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w+/", "(?<!emit-)index-" + "url", r"https?://[^ \"]*/sim" + "ple"]
    )
)
UNFINISHED = re.compile(
    "|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b", r"mark\.sk" + "ip", r"mark\.xf" + "ail"])
)
PRETENDING = re.compile(r"unittest\.mo" + r"ck|mo" + r"ck\.patch|monkeypatch\.setattr\([\"'](kiosk|hardware)")


def lines_with(pattern: re.Pattern[str], *globs: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked(*globs)
        for number, line in enumerate(path.read_text(errors="replace").split("\n"), start=1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine_and_no_registry_host_is_written_down() -> None:
    assert lines_with(MACHINE, *TEXT) == []


def test_nothing_is_left_unfinished_or_skipped() -> None:
    assert lines_with(UNFINISHED, "*.py", "*.js", "*.kv", "*.html") == []


def test_our_own_modules_are_never_patched() -> None:
    assert lines_with(PRETENDING, "tests/*.py") == []


def test_tests_wait_for_events_and_never_sleep() -> None:
    sleepers = lines_with(
        re.compile(r"\btime\.sl" + r"eep\(|asyncio\.sl" + r"eep\([1-9]"), "tests/unit/*.py", "tests/hub/*.py"
    )
    assert sleepers == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    askers = lines_with(
        re.compile(r"time\.time\(|time_ns\(|datetime\.now\(|date\.today\("), "kiosk/*.py", "hardware/*.py"
    )
    assert [line for line in askers if not line.startswith("kiosk/clock.py:")] == []


def test_logging_goes_through_the_logger() -> None:
    """print is for the commands a person typed."""
    printers = lines_with(re.compile(r"^\s*print\("), "kiosk/*.py", "hardware/*.py")
    allowed = re.compile(r"^kiosk/(cli|demo/\w+|(\w+/)?(\w+_)?commands?)\.py:")
    assert [line for line in printers if not allowed.match(line)] == []


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert [str(path) for path in tracked() if path.stat().st_size > 1_000_000 and path.suffix != ".ttf"] == []


def test_the_pictures_of_the_readme_are_small() -> None:
    assert [path.name for path in Path(ROOT / "assets/readme").glob("*") if path.stat().st_size > 150_000] == []
