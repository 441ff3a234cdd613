"""Picture files of any kind become grey pictures, and what is no picture is refused with a sentence."""

import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from hardware.camera.picture import NotAPicture, decode_gray, load_gray
from hardware.simulated.photo import code_picture
from kiosk.cli import main

TEXT = "Phan Đức Khánh"


def write(file: Path, picture: object) -> Path:
    cv2.imwrite(str(file), np.asarray(picture))
    return file


@pytest.fixture
def code() -> np.ndarray:
    return code_picture(TEXT.encode(), module_px=6)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_command_prints_one_line_a_picture(
    tmp_path: Path, code: np.ndarray, capsys: pytest.CaptureFixture[str]
) -> None:
    found, nothing = write(tmp_path / "a.png", code), write(tmp_path / "b.jpg", np.full((480, 640), 90, np.uint8))
    assert main(["qr", "decode", str(found), str(nothing)]) == 0
    first, second = lines(capsys)
    assert (list(first), first["file"], first["text"]) == (["file", "text", "ms"], str(found), TEXT)
    assert (second["text"], isinstance(second["ms"], float)) == (None, True)


def test_a_folder_stands_for_its_pictures(tmp_path: Path, code: np.ndarray, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "2.png", code)
    write(tmp_path / "1.bmp", code)
    (tmp_path / "list.json").write_text("[]")
    assert main(["qr", "decode", str(tmp_path)]) == 0
    assert [Path(str(line["file"])).name for line in lines(capsys)] == ["1.bmp", "2.png"]


def test_a_file_that_is_no_picture_has_a_line_and_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    assert main(["qr", "decode", str(tmp_path / "a.png"), str(tmp_path / "none.png")]) == 1
    captured = capsys.readouterr()
    assert [json.loads(line)["text"] for line in captured.out.splitlines()] == [None, None]
    assert "holds no picture" in captured.err
    assert "cannot be read" in captured.err


def test_a_pipe_that_never_ends_is_no_picture(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero"), tmp_path):
        with pytest.raises(NotAPicture, match="is no file"):
            load_gray(path)


def test_a_code_in_another_character_set_is_repaired_or_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old_page = write(tmp_path / "a.png", code_picture(b"Tr\xe2\xccn V\xe3n M\xe2\xdeu", module_px=6))
    no_text = write(tmp_path / "b.png", code_picture(b"\xff\x81\xfe\x9d", module_px=6))
    assert main(["qr", "decode", str(old_page), str(no_text)]) == 0
    assert [line["text"] for line in lines(capsys)] == ["Trần Văn Mẫu", None]


def test_colour_transparency_and_sixteen_bits_become_grey(tmp_path: Path, code: np.ndarray) -> None:
    for picture in (
        cv2.cvtColor(code, cv2.COLOR_GRAY2BGR),
        np.dstack([np.zeros((*code.shape, 3), np.uint8), 255 - code]),  # black on transparent
        code.astype(np.uint16) * 257,
    ):
        assert np.array_equal(load_gray(write(tmp_path / "a.png", picture)), code)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"<svg/>", bytes(1000)])
def test_damaged_data_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        decode_gray(data)


def test_a_small_file_of_a_billion_pixels_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "bomb.png"
    Image.new("1", (30_000, 30_000)).save(file)
    with pytest.raises(NotAPicture, match="more pixels than any camera makes"):
        load_gray(file)
