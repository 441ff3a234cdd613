"""A procedure as the national database gives it: the keys of its service LayThuTuc, where everything is a string.

What the record does not carry (exemptions, the 15:00 rule, whether a paper is only shown) stays as in the version in
force. Nothing of it is confirmed before somebody has reviewed it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kiosk.dossier.procedures import Fact, Fee, LimitText, Paper, Procedure, national_code

_AT_COUNTER, _ONLINE = "1", "2"
_SOURCE = "LayThuTuc"


class _Record(msgspec.Struct, frozen=True):
    """Unknown keys are left alone: the national database adds some now and then."""


class _Field(_Record, frozen=True):
    TENLINHVUC: str = ""


class _Agency(_Record, frozen=True):
    TENDONVI: str = ""


class _FeeLine(_Record, frozen=True):
    SOTIEN: str = ""
    DONVI: str = ""
    MOTA: str = ""


class _Time(_Record, frozen=True):
    THOIGIANGIAIQUYET: str = ""
    DONVITINH: str = ""
    MOTA: str = ""
    PHILEPHI: tuple[_FeeLine, ...] = ()


class _Channel(_Record, frozen=True):
    KENH: str = ""
    THOIGIAN: tuple[_Time, ...] = ()


class _Paper(_Record, frozen=True):
    TENGIAYTO: str = ""
    TENMAUDON: str = ""


class _Papers(_Record, frozen=True):
    GIAYTO: tuple[_Paper, ...] = ()


class _Result(_Record, frozen=True):
    TENKETQUA: str = ""


class _National(_Record, frozen=True):
    TENTTHC: str
    MATTHC: str = ""
    LINHVUCTHUCHIEN: tuple[_Field, ...] = ()
    CACHTHUCTHUCHIEN: tuple[_Channel, ...] = ()
    THANHPHANHOSO: tuple[_Papers, ...] = ()
    KETQUATHUCHIEN: tuple[_Result, ...] = ()
    COQUANTHUCHIEN: tuple[_Agency, ...] = ()


def national_version(record: Mapping[str, Any], in_force: Mapping[str, Procedure]) -> Procedure:
    """Raises ValueError (msgspec.ValidationError is one) where the record cannot be read."""
    said = msgspec.convert(record, _National, strict=False)
    code = national_code(said.MATTHC)
    if code is None:
        raise ValueError(f'MATTHC "{said.MATTHC[:40]}" is not the code of a procedure')
    base = in_force.get(code)
    version = Procedure(
        code=Fact(value=code, confidence="verified", sources=(_SOURCE,)),
        name=said.TENTTHC.strip(),
        field=_joined([each.TENLINHVUC for each in said.LINHVUCTHUCHIEN]) or (base.field if base else ""),
        agency=_joined([each.TENDONVI for each in said.COQUANTHUCHIEN]) or (base.agency if base else ""),
        level=base.level if base else "",
        online_level=_online_level(said, base),
        time=_time(said, base),
        fee=_fee(said, base),
        papers=_papers(said, base),
        result=_joined([each.TENKETQUA for each in said.KETQUATHUCHIEN]) or (base.result if base else ""),
        notes=base.notes if base else None,
    )
    return msgspec.convert(msgspec.to_builtins(version), Procedure)  # the limits of lengths are looked at here


def _online_level(said: _National, base: Procedure | None) -> Fact[str]:
    if base is not None:
        return base.online_level
    is_online = any(each.KENH == _ONLINE for each in said.CACHTHUCTHUCHIEN)
    return _stated("trực tuyến" if is_online else "trực tiếp")


def _time(said: _National, base: Procedure | None) -> Fact[LimitText]:
    times = _times(said, _AT_COUNTER) or _times(said)
    if not times:
        return base.time if base else _stated(LimitText(text=_UNKNOWN))
    days, unit = times[0].THOIGIANGIAIQUYET.strip(), times[0].DONVITINH.strip().lower()
    text = _joined([f"{days} {unit}".strip(), times[0].MOTA.strip()], ": ") or _UNKNOWN
    same_day = base.time.value.same_day_cutoff if base else None
    # Other units (hours, months) are told in words and not counted.
    whole = int(days) if days.isdecimal() and len(days) <= 3 and unit.startswith("ngày") else None
    return _stated(LimitText(text=text, days=whole, unit=unit or None, same_day_cutoff=same_day))


def _fee(said: _National, base: Procedure | None) -> Fact[Fee]:
    at_counter = [fee for time in _times(said, _AT_COUNTER) or _times(said) for fee in time.PHILEPHI]
    online = [fee for time in _times(said, _ONLINE) for fee in time.PHILEPHI]
    exempt = base.fee.value.exempt if base else None
    if not at_counter and not online:
        return base.fee if base else _stated(Fee(text=_UNKNOWN))
    text = _joined([_fee_text(each) for each in at_counter or online]) or _UNKNOWN
    return _stated(Fee(text=text, vnd_direct=_one(at_counter), vnd_online=_one(online), exempt=exempt))


def _papers(said: _National, base: Procedure | None) -> Fact[tuple[Paper, ...]]:
    named = {paper.TENGIAYTO.strip(): paper for group in said.THANHPHANHOSO for paper in group.GIAYTO}
    known = {paper.name: paper for paper in base.papers.value} if base else {}
    papers = tuple(
        known.get(name) or Paper(name=name, how="hand_in", form=paper.TENMAUDON.strip() or None)
        for name, paper in named.items()
        if name
    )
    if not papers:
        return base.papers if base else _stated(())
    return _stated(papers)


def _times(said: _National, channel: str = "") -> list[_Time]:
    return [time for each in said.CACHTHUCTHUCHIEN if channel == each.KENH or not channel for time in each.THOIGIAN]


def _fee_text(fee: _FeeLine) -> str:
    vnd = _vnd(fee)
    amount = "" if vnd is None else "Không thu" if vnd == 0 else f"{vnd:,} đồng".replace(",", ".")
    return _joined([amount, fee.MOTA.strip()], ": ")


def _vnd(fee: _FeeLine) -> int | None:
    digits = re.sub(r"[.\s]|,(?=\d{3})", "", fee.SOTIEN)
    return int(digits) if digits.isdecimal() and len(digits) <= 9 else None


def _one(fees: Sequence[_FeeLine]) -> int | None:
    """None where there are several: which one holds depends on the case."""
    return _vnd(fees[0]) if len(fees) == 1 else None


def _joined(texts: Sequence[str], sign: str = "; ") -> str:
    return sign.join(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _stated(value: Any) -> Fact[Any]:
    return Fact(value=value, confidence="recall-high", sources=(_SOURCE,))


_UNKNOWN = "Chưa có thông tin, mời hỏi tại quầy"
