"""Items of the national portal's classic messages DongBoHoSoMC and CapNhatTienDoHoSoMC. Pure.

Everything is a string; moments are yyyyMMddHHmmss in Vietnam's time; what is not known is "".
"""

from collections.abc import Mapping
from typing import Any

from kiosk.central.city.ports import Telling
from kiosk.central.city.statuses import moment_text
from kiosk.dossier.dossier import Act
from kiosk.dossier.status import OFFICIAL_NAMES, Status
from kiosk.wire.dossier_api import PaperInfo

_PERSON = "1"  #: LoaiDoiTuong of the classic messages
_AT_COUNTER = "0"  #: HinhThuc
_DIRECT = "1"  #: KenhThucHien: the citizen was at the centre, at a kiosk
_TWELVE_DIGITS = "1"  #: LoaiDinhDanh
_OWN_SYSTEM = "2"  #: NoiNopHoSo
_YES, _NO = "1", "0"
_ON_RECEIPT, _LATER = "1", "2"  #: HinhThucThu
_ORDINARY = "1"  #: LoaiPhiLePhi: as the national catalogue of procedures has it

Item = dict[str, Any]


def dossier_item(telling: Telling, field_codes: Mapping[str, str]) -> Item:
    """Of DongBoHoSoMC. ``field_codes``: MaLinhVuc by the name of the field."""
    dossier, applicant, change, links = telling.dossier, telling.applicant, telling.change, telling.links
    return {
        "MaHoSo": dossier.code,
        "MaTTHC": dossier.procedure,
        "TenTTHC": telling.procedure_name,
        "MaLinhVuc": field_codes.get(telling.field_name, ""),
        "TenLinhVuc": telling.field_name,
        "KenhThucHien": _DIRECT,
        "ChuHoSo": applicant.full_name,
        "LoaiDoiTuong": _PERSON,
        "MaDoiTuong": "",
        "LoaiDinhDanh": _TWELVE_DIGITS if applicant.personal_id else "",
        "SoDinhDanh": applicant.personal_id,
        "Email": applicant.email,
        "SoDienThoai": applicant.phone,
        "TrichYeuHoSo": telling.procedure_name,
        "NgayNopHoSo": moment_text(dossier.submitted_ms),
        "NgayTiepNhan": moment_text(dossier.accepted_ms),
        "NgayHenTra": moment_text(dossier.due_ms),
        "TrangThaiHoSo": str(change.status.value),
        "NgayTra": _when(telling, Status.HANDED_OVER),
        "NgayTuChoi": _when(telling, Status.REFUSED),
        "NgayKetThucXuLy": moment_text(dossier.ended_ms),
        "HinhThuc": _AT_COUNTER,
        "DonViXuLy": telling.handled_by,
        "NoiNopHoSo": _OWN_SYSTEM,
        "HoSoCoThanhPhanSoHoa": _YES if any(paper.sha256 for paper in telling.papers) else _NO,
        "GhiChu": "",
        "TaiLieuNop": [_paper(p, links) for p in telling.papers if p.kind == "component" and p.sha256],
        "DanhSachTepDinhKemKhac": [_announced(p) for p in telling.papers if p.kind == "component" and not p.sha256],
        "DanhSachGiayToKetQua": [_result(p, links) for p in telling.papers if p.kind == "result"],
        "DanhSachLePhi": _fees(telling),
        "DanhSachHoSoBoSung": _supplements(telling),
    }


def progress_item(telling: Telling) -> Item:
    """Of CapNhatTienDoHoSoMC."""
    change = telling.change
    return {
        "MaHoSo": telling.dossier.code,
        "NguoiXuLy": change.done_by,
        "ChucDanh": "",
        "ThoiDiemXuLy": moment_text(change.at_ms),
        "PhongBanXuLy": telling.received_at,
        "NoiDungXuLy": change.note or OFFICIAL_NAMES[change.status],
        "TrangThai": str(change.status.value),
        "NgayBatDau": moment_text(telling.dossier.accepted_ms),
        "NgayKetThucTheoQuyDinh": moment_text(telling.dossier.due_ms),
    }


def _paper(paper: PaperInfo, links: Mapping[str, str]) -> Item:
    return {
        "TepDinhKemId": paper.sha256,
        "TenTepDinhKem": f"{paper.name}.pdf",
        "IsDeleted": "False",
        "MaThanhPhanHoSo": paper.paper,
        "DuongDanTaiTepTin": links.get(paper.paper, ""),
        "DuocSoHoa": _YES,
    }


def _announced(paper: PaperInfo) -> Item:
    return {"TenGiayTo": paper.name, "SoLuong": "1", "LoaiGiayTo": _YES}


def _result(paper: PaperInfo, links: Mapping[str, str]) -> Item:
    return {
        "TenGiayTo": paper.name,
        "MaThanhPhanHoSo": paper.paper,
        "GiayToId": paper.sha256,
        "DuongDanTepTinKetQua": links.get(paper.paper, ""),
    }


def _fees(telling: Telling) -> list[Item]:
    """What officers asked of this citizen. The code of a fee stands in no list that could be had."""
    return [
        {
            "TenPhiLePhi": f"Phí, lệ phí: {telling.procedure_name}",
            "MaPhiLePhi": "",
            "HinhThucThu": _LATER if fee.act is Act.ASK_PAYMENT else _ON_RECEIPT,
            "Gia": str(fee.vnd),
            "LoaiPhiLePhi": _ORDINARY,
        }
        for fee in telling.dossier.fees
    ]


def _supplements(telling: Telling) -> list[Item]:
    asked = [line for line in telling.dossier.history if line.status is Status.SUPPLEMENT_ASKED]
    ends = [pause.until_ms for pause in telling.dossier.pauses]
    return [
        {
            "HoSoBoSungId": f"{telling.dossier.code}-{number}",
            "NguoiYeuCauBoSung": line.by,
            "NoiDungBoSung": line.note,
            "NgayBoSung": moment_text(line.at_ms),
            "NgayTiepNhanBoSung": moment_text(next((end for end in ends if end >= line.at_ms), None)),
            "TrangThaiBoSung": _YES if telling.dossier.status is not Status.SUPPLEMENT_ASKED else _NO,
        }
        for number, line in enumerate(asked, start=1)
    ]


def _when(telling: Telling, status: Status) -> str:
    return moment_text(next((line.at_ms for line in telling.dossier.history if line.status is status), None))
