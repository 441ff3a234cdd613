"""Status files: CSV or JSON, as other systems write them. Pure.

1. What cannot be read as a whole is refused as a whole; a line that cannot be read is a line for ``city_aside``.
2. A file that ends in the middle is noticed: JSON by itself, CSV by its last line, which has no end.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.central.city.ports import Said
from kiosk.central.spreadsheet import unguarded

MAX_BYTES = 64 << 20
MAX_LINES = 500_000
#: Names of columns, as different systems have them; the first that is there counts.
_CODE = ("MaHoSo", "code", "ma_ho_so")
_STATUS = ("TrangThaiHoSo", "TrangThai", "status", "statusCurrentTask", "trang_thai")
_AT = ("ThoiDiemXuLy", "at", "updatedDate", "thoi_diem")
_NOTE = ("NoiDungXuLy", "GhiChu", "note", "ghi_chu")
_MAX_FIELD = 4_000


def read_statuses(name: str, content: bytes) -> list[Said]:
    """Raises ValueError: not such a file, with the reason for people."""
    if len(content) > MAX_BYTES:
        raise ValueError(f"{len(content)} bytes, more than {MAX_BYTES}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start}); expected a file in UTF-8") from error
    if text.lstrip()[:1] in ("[", "{"):
        return [_said(f"{name}, {number}", record) for number, record in enumerate(_records(text), start=1)]
    return list(_lines(name, text))


def _records(text: str) -> list[Mapping[str, Any]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not whole JSON: {error}") from error
    for key in ("data", "content"):
        if isinstance(content, dict) and isinstance(content.get(key), list):
            content = content[key]
    records = content if isinstance(content, list) else [content]
    if len(records) > MAX_LINES or not all(isinstance(each, dict) for each in records):
        raise ValueError(f"expected at most {MAX_LINES} records, each with the names of its fields")
    return records


def _lines(name: str, text: str) -> Iterable[Said]:
    has_end = text.endswith(("\n", "\r"))
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = reader.fieldnames or []
        if not (set(names) & set(_CODE) and set(names) & set(_STATUS)):
            raise ValueError(f"expected columns such as {_CODE[0]},{_STATUS[0]},{_AT[0]},{_NOTE[0]}")
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ValueError(f"not whole CSV: line {reader.line_num}: {error}") from error
    if len(rows) > MAX_LINES:
        raise ValueError(f"more than {MAX_LINES} lines")
    for place, (number, row) in enumerate(rows, start=1):
        cut_off = None in row or None in row.values() or (place == len(rows) and not has_end)
        yield _cut_off(f"{name}, {number}", row) if cut_off else _said(f"{name}, {number}", row)


def _said(origin: str, record: Mapping[Any, Any]) -> Said:
    code, status, at, note = (_field(record, names) for names in (_CODE, _STATUS, _AT, _NOTE))
    return Said(origin, code, status, at, note)


def _cut_off(origin: str, record: Mapping[Any, Any]) -> Said:
    """Its status is not to be trusted: half a word may be another word."""
    return Said(origin, _field(record, _CODE), "", "", " ".join(str(each) for each in record.values() if each)[:300])


def _field(record: Mapping[Any, Any], names: tuple[str, ...]) -> str:
    value = next((record[name] for name in names if record.get(name) not in (None, "")), "")
    return unguarded(str(value)[:_MAX_FIELD]) if isinstance(value, str | int) else ""
