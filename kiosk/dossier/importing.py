"""Versions of procedures from files: the catalogue's own JSON, records of the national database, CSV.

1. One entry that is wrong is refused with its place and a reason; the others are read.
2. A national record (keys of the service LayThuTuc) and a line of CSV say only a part: what they leave out stays as it
   is in the version in force. Of a procedure that is new they have to say at least code, name, field and agency.
3. Of a code only the national part counts; a code that stands in the file twice is refused, both times.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from kiosk.dossier.national import national_version
from kiosk.dossier.procedures import Fact, Fee, LimitText, Paper, Procedure, national_code

MAX_BYTES = 32 << 20
MAX_ENTRIES = 20_000
_WRONG = (ValueError, TypeError, KeyError, RecursionError, msgspec.ValidationError)
#: Columns of CSV. ``papers``: separated by ";", "?" before one that is not always needed, "@" before one that is shown.
COLUMNS = (
    *("code", "name", "field", "agency", "online_level", "time", "days", "unit"),
    *("fee", "fee_vnd", "exempt", "papers", "result", "notes", "effective_from"),
)

Versions = Mapping[str, Procedure]


@dataclass(frozen=True, slots=True)
class NotRead:
    """``place``: "line 7", "procedure 3". ``why``: a sentence for who imports."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    procedures: tuple[Procedure, ...]
    not_read: tuple[NotRead, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    place: str
    read: Callable[[], Procedure]


def read_import(content: bytes, in_force: Versions) -> Imported:
    """Whatever of the three it is. Raises ValueError when the file as a whole cannot be read."""
    if len(content) > MAX_BYTES:
        raise ValueError(f"{len(content)} bytes; expected at most {MAX_BYTES}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"not UTF-8: byte {error.start} cannot be read; save it as UTF-8 and import it again"
        ) from error
    entries = _of_json(text, in_force) if text.lstrip()[:1] in ("{", "[") else _of_csv(text, in_force)
    return _without_doubles(_read_each(entries))


def _read_each(entries: Iterable[_Entry]) -> list[tuple[str, Procedure | NotRead]]:
    results: list[tuple[str, Procedure | NotRead]] = []
    for entry in entries:
        try:
            results.append((entry.place, entry.read()))
        except _WRONG as error:
            results.append((entry.place, NotRead(entry.place, str(error) or type(error).__name__)))
    return results


def _without_doubles(results: list[tuple[str, Procedure | NotRead]]) -> Imported:
    counts = Counter(each.key for _, each in results if isinstance(each, Procedure))
    procedures = [each for _, each in results if isinstance(each, Procedure) and counts[each.key] == 1]
    not_read = [
        each if isinstance(each, NotRead) else NotRead(place, f"{each.key} stands there {counts[each.key]} times")
        for place, each in results
        if isinstance(each, NotRead) or counts[each.key] > 1
    ]
    return Imported(tuple(procedures), tuple(not_read))


def _of_json(text: str, in_force: Versions) -> list[_Entry]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    records = content
    for key in ("procedures", "data", "result"):
        if isinstance(content, dict) and isinstance(content.get(key), list):
            records = content[key]
    if isinstance(records, dict):
        records = [records]
    if len(records) > MAX_ENTRIES:
        raise ValueError(f"{len(records)} entries; expected at most {MAX_ENTRIES}")
    return [_json_entry(number, record, in_force) for number, record in enumerate(records, start=1)]


def _json_entry(number: int, record: Any, in_force: Versions) -> _Entry:
    if isinstance(record, dict) and "TENTTHC" in record:
        return _Entry(f"record {number}", lambda: national_version(record, in_force))
    return _Entry(f"procedure {number}", lambda: msgspec.convert(record, Procedure))


def _of_csv(text: str, in_force: Versions) -> list[_Entry]:
    lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names, rows = lines.fieldnames or [], [(lines.line_num, row) for row in lines]
    except csv.Error as error:
        raise ValueError(f"not CSV: line {lines.line_num}: {error}") from error
    if "code" not in names or set(names) - set(COLUMNS):
        raise ValueError(f"expected code and some of the columns {','.join(COLUMNS)}; got {','.join(names)[:200]}")
    if len(rows) > MAX_ENTRIES:
        raise ValueError(f"{len(rows)} lines; expected at most {MAX_ENTRIES}")
    return [_csv_entry(number, row, in_force) for number, row in rows]


def _csv_entry(number: int, row: Mapping[str | Any, Any], in_force: Versions) -> _Entry:
    return _Entry(f"line {number}", lambda: _csv_version(row, in_force))


def _csv_version(row: Mapping[str | Any, Any], in_force: Versions) -> Procedure:
    if None in row or None in row.values():
        raise ValueError("more or fewer columns than the first line names")
    said = {name: text.strip() for name, text in row.items() if text.strip()}
    code = national_code(said.get("code", ""))
    if code is None:
        raise ValueError(f'"{said.get("code", "")[:40]}" is not the code of a procedure')
    base = in_force.get(code) or new_procedure(
        code, said.get("name", ""), said.get("field", ""), said.get("agency", "")
    )
    plain = {name: said[name] for name in ("name", "field", "agency", "result", "notes") if name in said}
    return _checked(
        msgspec.structs.replace(
            base,
            **plain,
            online_level=_stated(said["online_level"]) if "online_level" in said else base.online_level,
            time=_time(said, base),
            fee=_fee(said, base),
            papers=_stated(_papers(said["papers"])) if "papers" in said else base.papers,
            effective_from=int(said.get("effective_from", "0").replace("-", "")),
            reviewed_by="",
        )
    )


def new_procedure(code: str, name: str, field: str, agency: str) -> Procedure:
    """With nothing known but what it is called. Raises ValueError where that is missing."""
    if not (name and field and agency):
        raise ValueError(f"{code} is new: expected a name, a field and an agency")
    nothing = Fact(value=LimitText(text=_UNKNOWN), confidence="recall-low")
    return Procedure(
        code=Fact(value=code, confidence="verified"),
        name=name,
        field=field,
        agency=agency,
        level="",
        online_level=Fact(value="", confidence="recall-low"),
        time=nothing,
        fee=Fact(value=Fee(text=_UNKNOWN), confidence="recall-low"),
        papers=Fact(value=(), confidence="recall-low"),
        result="",
    )


def _time(said: Mapping[str, str], base: Procedure) -> Fact[LimitText]:
    if not said.keys() & {"time", "days", "unit"}:
        return base.time
    old = base.time.value
    days = int(said["days"]) if "days" in said else old.days
    return _stated(
        msgspec.structs.replace(old, text=said.get("time", old.text), days=days, unit=said.get("unit", old.unit))
    )


def _fee(said: Mapping[str, str], base: Procedure) -> Fact[Fee]:
    if not said.keys() & {"fee", "fee_vnd", "exempt"}:
        return base.fee
    old = base.fee.value
    vnd = int(said["fee_vnd"].replace(".", "")) if "fee_vnd" in said else old.vnd_direct
    return _stated(
        msgspec.structs.replace(
            old, text=said.get("fee", old.text), vnd_direct=vnd, exempt=said.get("exempt", old.exempt)
        )
    )


def _papers(text: str) -> tuple[Paper, ...]:
    return tuple(_paper(part.strip()) for part in text.split(";") if part.strip())


def _paper(text: str) -> Paper:
    name = text.lstrip("?@ ")
    marks = text[: len(text) - len(name)]
    return Paper(name=name, how="show" if "@" in marks else "hand_in", required="?" not in marks)


def _stated(value: Any) -> Fact[Any]:
    """What a file says is not confirmed before somebody has reviewed it."""
    return Fact(value=value, confidence="recall-high")


def _checked(version: Procedure) -> Procedure:
    """Raises ValueError where a limit of the catalogue is broken: ``replace`` looks at none."""
    return msgspec.convert(msgspec.to_builtins(version), Procedure)


_UNKNOWN = "Chưa có thông tin, mời hỏi tại quầy"
