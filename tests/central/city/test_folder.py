"""The city's own system by files: what is put out, what is followed, and what is set aside. On both databases."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.central.city.folder import FolderSystem
from kiosk.central.city.reconciliation import Differing, Report
from kiosk.central.city.statuses import StatusWords
from kiosk.central.spreadsheet import FORMULA, guarded, unguarded
from kiosk.dossier.status import Status
from tests.central.city.conftest import FolderDesk
from tests.central.conftest import RunningCentral
from tests.central.dossiers.conftest import NAME, NUMBER, Ward

HEAD = "MaHoSo,TrangThai,ThoiDiemXuLy,NoiDungXuLy\n"
CODE = "H29-261122-0001"


def test_each_change_is_a_file_in_order_and_the_same_file_again(folder: FolderDesk) -> None:
    code = folder.ward.submitted()
    folder.act(code, "accept")
    folder.rounds()
    assert folder.names("out") == [f"000000000001-{code}.json", f"000000000002-{code}.json"]
    first = folder.path / "out" / f"000000000001-{code}.json"
    content = json.loads(first.read_bytes())
    assert content["LoaiThongTin"] == "moi"
    assert (content["HoSo"]["ChuHoSo"], content["HoSo"]["SoDinhDanh"]) == (NAME, NUMBER)
    assert content["HoSo"]["TenTTHC"].startswith("Cấp Giấy xác nhận tình trạng hôn nhân")
    assert first.stat().st_mode & 0o007 == 0, "it is personal"
    first.unlink()
    folder.rounds()
    assert len(folder.names("out")) == 1, "told once"


def test_a_change_can_be_a_line_of_csv(folder: FolderDesk, tmp_path: Path) -> None:
    folder.system = FolderSystem(tmp_path / "csv", "csv")
    code = folder.ward.submitted()
    folder.rounds()
    with (tmp_path / "csv" / "out" / f"000000000001-{code}.csv").open(encoding="utf-8") as file:
        (line,) = csv.DictReader(file)
    assert (line["MaHoSo"], line["TrangThaiHoSo"], line["ChuHoSo"]) == (code, "1", NAME)


def test_a_folder_that_cannot_be_written_keeps_everything_until_it_can(folder: FolderDesk, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    good, folder.system = folder.system, FolderSystem(blocked, "json")
    for serial in (1, 2):
        folder.ward.submitted(serial)
    folder.rounds()
    assert [state for state, *_ in folder.waiting()] == [0, 0]
    folder.system = good
    folder.later(3600)
    folder.rounds()
    assert len(folder.names("out")) == 2
    assert folder.waiting() == []


def test_a_status_is_followed_and_the_citizen_sees_it(folder: FolderDesk) -> None:
    code = folder.ward.submitted()
    folder.later(3600)
    folder.put("s.csv", f"{HEAD}{code},Chờ xử lý,20261123093000,Đã chuyển\n")
    folder.rounds()
    seen = folder.ward.look_up(code=code, secret="34679C")[0]
    assert (seen["status"], seen["history"][-1]["note"]) == (Status.IN_PROGRESS, "Đã chuyển")
    assert seen["due_ms"] is not None
    assert (folder.names("in"), folder.names("done")) == ([], ["s.csv"])


def test_what_it_said_itself_is_not_told_to_it(folder: FolderDesk) -> None:
    code = folder.ward.submitted()
    folder.rounds()
    folder.later(3600)
    folder.put("s.csv", f"{HEAD}{code},4,20261123093000,\n")
    folder.rounds()
    folder.act(code, "finish")
    folder.rounds()
    assert folder.names("out") == [f"000000000001-{code}.json", f"000000000003-{code}.json"]


def test_the_same_file_again_and_lines_twice_change_nothing_more(folder: FolderDesk) -> None:
    code = folder.ward.submitted()
    folder.later(3600)
    line = f"{code},4,20261123093000,\n"
    for _ in range(2):
        folder.put("s.csv", HEAD + line + line)
        folder.rounds()
    opened = folder.ward.post("open", code=code).json()
    assert [each["status"] for each in opened["status"]["history"]] == [1, 4]
    assert folder.names("done") == ["s-2.csv", "s.csv"]


def test_lines_are_followed_in_the_order_of_their_moments(folder: FolderDesk) -> None:
    code = folder.ward.submitted()
    folder.later(3600)
    folder.put("s.csv", f"{HEAD}{code},9,20261123095500,\n{code},4,20261123093000,\n")
    folder.rounds()
    history = folder.ward.post("open", code=code).json()["status"]["history"]
    assert [each["status"] for each in history] == [1, 4, 9]


def test_an_older_word_that_comes_late_changes_nothing(folder: FolderDesk) -> None:
    code = folder.ward.submitted()
    folder.later(3600)
    folder.put("a.csv", f"{HEAD}{code},5,20261123095500,Thiếu giấy\n")
    folder.rounds()
    folder.put("b.csv", f"{HEAD}{code},4,20261123093000,\n")
    folder.rounds()
    assert folder.status(code) == Status.SUPPLEMENT_ASKED


def test_unknown_words_codes_and_moments_are_set_aside_with_the_reason_and_the_rest_is_followed(
    folder: FolderDesk,
) -> None:
    code, other, third = (folder.ward.submitted(serial) for serial in (1, 2, 3))
    folder.later(3600)
    lines = (
        f"{code},Đang đi dạo,20261123093000,",
        f"{other},3,20261123093000,Không đúng nơi",
        "khai sinh,4,20261123093000,",
        "H29-261122-0999,4,20261123093000,",
        f"{third},4,hôm qua,",
        f"{other},4,20261123094000,",
    )
    folder.put("s.csv", HEAD + "\n".join(lines) + "\n")
    folder.rounds()
    assert folder.status(other) == Status.REFUSED
    assert folder.aside() == [
        (code, "unknown_status"),
        (other, "not_now"),
        (third, "no_moment"),
        ("H29-261122-0999", "unknown_dossier"),
        ("khai sinh", "no_code"),
    ]
    folder.put("s.csv", HEAD + "\n".join(lines) + "\n")
    folder.rounds()
    assert len(folder.aside()) == 5, "the same line is set aside once"


def test_half_a_file_is_noticed(folder: FolderDesk) -> None:
    """JSON says so by itself; of CSV the last line has no end, and half a word may be another word."""
    code, other = folder.ward.submitted(1), folder.ward.submitted(2)
    folder.later(3600)
    folder.put("a.json", json.dumps([{"MaHoSo": code, "TrangThai": "4"}] * 3)[:-20])
    folder.rounds()
    assert folder.names("refused") == ["a.json", "a.json.txt"]
    assert "not whole JSON" in (folder.path / "refused" / "a.json.txt").read_text()
    folder.put("b.csv", f"{HEAD}{code},4,20261123093000,\n{other},1")
    folder.rounds()
    assert (folder.status(code), folder.status(other)) == (Status.IN_PROGRESS, Status.REGISTERED)
    assert folder.aside() == [(other, "unknown_status")]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", f"{HEAD}{CODE},Chờ xử lý,,\n".encode("utf-16"), "not UTF-8"),
        ("b.csv", f"{HEAD}{CODE},Đang,,\n".encode("cp1258", "replace"), "not UTF-8"),
        ("c.csv", b"a,b\n1,2\n", "expected columns"),
        ("d.csv", f'{HEAD}"{CODE},4,,\n'.encode(), "not whole CSV"),
        ("e.json", b"[1, 2]", "expected at most"),
        ("f.json", b"[" * 50_000, "not whole JSON"),
        ("g.csv", os.urandom(2000), "expected"),
        ("h.csv", b"", "expected columns"),
    ],
)
def test_what_is_no_status_file_is_refused_with_the_reason_beside_it(
    folder: FolderDesk, name: str, content: bytes, told: str
) -> None:
    folder.ward.submitted()
    folder.put(name, content)
    folder.rounds()
    assert folder.names("refused") == [name, f"{name}.txt"]
    assert told in (folder.path / "refused" / f"{name}.txt").read_text()


def test_a_file_that_still_grows_is_left_alone(folder: FolderDesk) -> None:
    folder.put("s.csv", f"{HEAD}{CODE},4,20261123093000,\n")
    folder.seconds[0] -= 1
    folder.rounds()
    assert folder.names("in") == ["s.csv"]


def test_semicolons_other_names_and_json_are_read(folder: FolderDesk) -> None:
    one, two = folder.ward.submitted(1), folder.ward.submitted(2)
    folder.later(3600)
    folder.put("a.csv", "\ufeffcode;statusCurrentTask;updatedDate\n" + f"{one};Đang xử lý;23/11/2026 09:30\n")
    folder.put("b.json", json.dumps({"content": [{"code": two, "status": 4, "at": "2026-11-23T09:30:00+07:00"}]}))
    folder.rounds()
    assert (folder.status(one), folder.status(two)) == (4, 4)


def test_a_line_is_followed_after_the_word_was_added(folder: FolderDesk) -> None:
    code = folder.ward.submitted()
    folder.later(3600)
    folder.put("s.csv", f"{HEAD}{code},Đã trình,20261123093000,\n")
    folder.rounds()
    ((line, *_),) = folder.central.rows("city.aside", limit=9)
    following = replace(folder.here.following, words=StatusWords({"Đã trình": 4}))  # as after a restart with it
    assert folder.central.central.database.write_now(
        lambda tx: following.try_again(tx, line, folder.central.clock.now_ms())
    )
    assert folder.status(code) == Status.IN_PROGRESS
    assert folder.aside() == []


def test_the_day_is_compared_and_what_differs_is_told(folder: FolderDesk) -> None:
    same, differs, unknown_there = (folder.ward.submitted(serial) for serial in (1, 2, 3))
    folder.later(3600)
    lines = f"{same},2,20261123090500,\n{differs},4,20261123093000,\nH29-261122-0999,4,20261123093000,\n"
    folder.put("s.csv", HEAD + lines)
    folder.rounds()
    folder.act(differs, "finish")
    folder.later(2 * 24 * 3600)
    assert not folder.reconciled(hour=23)
    assert folder.reconciled()
    assert not folder.reconciled(), "once a day"
    (name,) = folder.names("reports")
    rows = list(csv.reader((folder.path / "reports" / name).read_text(encoding="utf-8").splitlines()))[1:]
    assert rows == [[differs, "9", "4", "4"], [unknown_there, "1", "", ""], ["H29-261122-0999", "", "4", "4"]]


def test_a_pipe_a_link_and_a_folder_are_refused_and_the_files_beside_them_are_read(
    folder: FolderDesk, tmp_path: Path
) -> None:
    """A pipe would hold up the exchange for ever; a link that leads nowhere hid every file beside it."""
    code = folder.ward.submitted()
    folder.later(3600)
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text(f"{HEAD}{code},9,20261123095500,not meant for this folder\n", encoding="utf-8")
    (folder.path / "in").mkdir(parents=True)
    os.mkfifo(folder.path / "in" / "a-pipe.csv")
    (folder.path / "in" / "b-link.csv").symlink_to(elsewhere)
    (folder.path / "in" / "c-nowhere.csv").symlink_to(tmp_path / "nowhere")
    (folder.path / "in" / "d-folder.csv").mkdir()
    folder.put("e.csv", f"{HEAD}{code},4,20261123093000,\n")
    folder.rounds()
    assert folder.status(code) == Status.IN_PROGRESS
    assert (folder.names("in"), folder.names("done")) == ([], ["e.csv"])
    assert [name for name in folder.names("refused") if name.endswith(".csv")] == [
        "a-pipe.csv",
        "b-link.csv",
        "c-nowhere.csv",
        "d-folder.csv",
    ]


def test_no_cell_of_a_file_is_a_formula(central: RunningCentral, ward: Ward, tmp_path: Path) -> None:
    """What citizens and officers write may begin like one."""
    note = '=HYPERLINK("http://x","y")'
    code = ward.submitted(1, applicant={"full_name": "+Trần Thị Mẫu", "email": "@example.vn"})
    desk = FolderDesk(central, ward, FolderSystem(tmp_path, "csv", lambda: 0.0), tmp_path, [0.0])
    desk.begin()
    desk.act(code, "ask_supplement", note)
    desk.rounds()
    files = [tmp_path / "out" / name for name in desk.names("out")]
    written = [row for file in files for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    assert [row["ChuHoSo"] for row in written] == ["'+Trần Thị Mẫu"] * 2
    assert written[-1]["NoiDungXuLy"] == f"'{note}"
    assert [cell for row in written for cell in row.values() if cell.startswith(FORMULA)] == []
    assert unguarded(written[-1]["NoiDungXuLy"]) == note


def test_a_guarded_note_of_a_status_file_is_taken_as_it_was(folder: FolderDesk) -> None:
    code = folder.ward.submitted()
    folder.put("s.csv", HEAD + f"{code},2,20261123090500,'-5 độ\n")
    folder.rounds()
    assert folder.ward.post("open", code=code).json()["status"]["history"][-1]["note"] == "-5 độ"


@given(st.text())
def test_guarding_is_undone_by_reading(text: str) -> None:
    assert not guarded(text).startswith(FORMULA)
    if not text.startswith("'"):
        assert unguarded(guarded(text)) == text


def test_the_comparison_of_a_day_has_no_formula() -> None:
    report = Report(1, [Differing("H29-261122-0001", 2, 4, "=cmd|'/c calc'!A1")], [], [])
    assert "'=cmd|" in report.as_csv().decode()
