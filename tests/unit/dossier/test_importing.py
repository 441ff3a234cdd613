"""Versions of procedures out of files: the catalogue's JSON, national records, CSV; and what they would change."""

import contextlib
import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dossier.importing import read_import
from kiosk.dossier.procedures import read_procedures
from kiosk.dossier.review import differences, reviewed

CONTENT = (Path(__file__).parents[3] / "assets" / "catalogue" / "procedures.json").read_bytes()
HELD = {each.key: each for each in read_procedures(CONTENT)}
BIRTH = HELD["1.001193"]
RECORD: dict[str, Any] = {
    "MATTHC": "1.001193.000.00.00.H29",
    "TENTTHC": "Đăng ký khai sinh",
    "LINHVUCTHUCHIEN": [{"MALINHVUC": "HT", "TENLINHVUC": "Hộ tịch"}],
    "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": ["Nộp", "Nhận"]}],
    "CACHTHUCTHUCHIEN": [
        {
            "KENH": "1",
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": "1",
                    "DONVITINH": "Ngày làm việc",
                    "MOTA": "kể từ khi nhận đủ",
                    "PHILEPHI": [{"MAPHILEPHI": "P1", "SOTIEN": "8.000", "DONVI": "đồng", "MOTA": "quá hạn"}],
                }
            ],
        },
        {"KENH": "2", "THOIGIAN": [{"PHILEPHI": [{"SOTIEN": "0"}]}]},
    ],
    "THANHPHANHOSO": [
        {"GIAYTO": [{"MAGIAYTO": "G1", "TENGIAYTO": BIRTH.papers.value[3].name}, {"TENGIAYTO": "Giấy mới"}]}
    ],
    "KETQUATHUCHIEN": [{"MAKETQUA": "KQ", "TENKETQUA": "Giấy khai sinh"}],
    "CANCUPHAPLY": [],
    "COQUANTHUCHIEN": [{"MADONVI": "H29", "TENDONVI": "UBND cấp xã"}],
    "TRANGTHAI": "1",
}


def csv_file(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    lines = csv.DictWriter(text, list(rows[0]))
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode()


def test_the_shipped_catalogue_is_read_and_changes_nothing() -> None:
    read = read_import(CONTENT, HELD)
    assert read.not_read == ()
    assert len(read.procedures) == 43
    assert [differences(HELD[each.key], each) for each in read.procedures] == [()] * 43


def test_a_national_record_becomes_a_version_and_keeps_what_it_does_not_say() -> None:
    (version,) = read_import(json.dumps(RECORD).encode(), HELD).procedures
    assert version.key == BIRTH.key
    assert (version.time.value.days, version.time.value.text) == (1, "1 ngày làm việc: kể từ khi nhận đủ")
    assert version.time.value.same_day_cutoff == "15:00"
    assert (version.fee.value.vnd_direct, version.fee.value.vnd_online) == (8000, 0)
    assert version.fee.value.text == "8.000 đồng: quá hạn"
    assert version.fee.value.exempt == BIRTH.fee.value.exempt
    shown, new = version.papers.value
    assert (shown.how, new.how, new.name) == ("show", "hand_in", "Giấy mới")
    assert not version.time.is_sure


@pytest.mark.parametrize("wrap", [lambda r: [r], lambda r: {"data": [r]}, lambda r: {"result": [r], "error_code": "0"}])
def test_records_come_alone_or_in_the_answer_of_the_service(wrap: Any) -> None:
    assert [each.key for each in read_import(json.dumps(wrap(RECORD)).encode(), HELD).procedures] == [BIRTH.key]


def test_a_time_in_hours_is_told_and_not_counted() -> None:
    record = json.loads(json.dumps(RECORD))
    record["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0] |= {"THOIGIANGIAIQUYET": "4", "DONVITINH": "Giờ"}
    (version,) = read_import(json.dumps(record).encode(), HELD).procedures
    assert version.time.value.days is None
    assert version.time.value.text.startswith("4 giờ")


def test_a_line_of_csv_changes_what_it_names_and_nothing_else() -> None:
    content = csv_file({"code": "1.001193", "fee": "Không thu", "fee_vnd": "0", "exempt": ""})
    (version,) = read_import(content, HELD).procedures
    assert [each.part for each in differences(BIRTH, version)] == ["fee"]
    assert set(version.unsure()) == {*BIRTH.unsure(), "fee"}


def test_papers_of_csv_have_marks_for_shown_and_not_always_needed() -> None:
    content = csv_file({"code": "1.001193", "papers": "Tờ khai; @Căn cước ;?Giấy ủy quyền;?@Giấy kết hôn;"})
    (version,) = read_import(content, HELD).procedures
    marks = [(paper.name, paper.how, paper.required) for paper in version.papers.value]
    assert marks == [
        ("Tờ khai", "hand_in", True),
        ("Căn cước", "show", True),
        ("Giấy ủy quyền", "hand_in", False),
        ("Giấy kết hôn", "show", False),
    ]


def test_a_new_procedure_of_csv_must_say_what_it_is() -> None:
    named = {"code": "9.000001", "name": "Việc mới", "field": "Hộ tịch", "agency": "UBND cấp xã"}
    (version,) = read_import(csv_file(named), HELD).procedures
    assert {each.part for each in differences(None, version)} >= {"name", "time", "fee"}
    read = read_import(csv_file({"code": "9.000001", "fee": "Không thu"}), HELD)
    assert (read.procedures, [each.place for each in read.not_read]) == ((), ["line 2"])


def test_what_is_wrong_is_left_out_with_its_place_and_the_rest_is_read() -> None:
    content = csv_file(
        {"code": "1.001193", "days": "1"},
        {"code": "khai sinh", "days": "1"},
        {"code": "1.000656", "days": "vài"},
        {"code": "1.000894", "days": "-4"},
        {"code": "1.004873", "days": "3"},
        {"code": "1.004873", "days": "4"},
    )
    read = read_import(content, HELD)
    assert [each.key for each in read.procedures] == ["1.001193"]
    assert [each.place for each in read.not_read] == ["line 3", "line 4", "line 5", "line 6", "line 7"]
    assert "2 times" in read.not_read[-1].why


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("code,fee\n1.001193,miễn phí".encode("utf-16"), "not UTF-8"),
        ("code,phí\n1.001193,0".encode("cp1258", "replace"), "not UTF-8"),
        (CONTENT[: len(CONTENT) // 2], "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'code,fee\n1.001193,"half', "not CSV"),
        ("mã,tên\n1,2".encode(), "expected code"),
        (b"", "expected code"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(content: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_import(content, HELD)


@pytest.mark.parametrize("record", [{}, {"TENTTHC": 5}, {"TENTTHC": "x", "MATTHC": None}, 7, None, "x", [[]]])
def test_a_record_of_nonsense_is_left_out(record: object) -> None:
    read = read_import(json.dumps([record]).encode(), HELD)
    assert read.procedures == ()
    assert len(read.not_read) == 1


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        read = read_import(content, HELD)
        assert all(each.why for each in read.not_read)


def test_a_review_confirms_what_was_compared_and_nothing_else() -> None:
    (version,) = read_import(json.dumps(RECORD).encode(), HELD).procedures
    held = reviewed(version, "an", 20261201, ["time"])
    assert (held.reviewed_by, held.effective_from) == ("an", 20261201)
    assert held.time.is_sure
    assert not held.fee.is_sure
    with pytest.raises(ValueError, match="weather"):
        reviewed(version, "an", 20261201, ["weather"])


def test_what_a_paper_line_says_is_a_difference() -> None:
    papers = tuple(msgspec.structs.replace(paper, required=False) for paper in BIRTH.papers.value)
    version = msgspec.structs.replace(BIRTH, papers=msgspec.structs.replace(BIRTH.papers, value=papers))
    (change,) = differences(BIRTH, version)
    assert change.part == "papers"
    assert any("nếu có" in line and line not in change.before for line in change.after)
