"""What a file is by its first bytes, whatever it is called, and why one is not taken."""

from enum import StrEnum

from kiosk.words import Words

HEAD_BYTES = 64  #: enough for ``kind_of``
MAX_PAGES = 60  #: of one paper


class Kind(StrEnum):
    PDF = "pdf"
    PICTURE = "picture"


class Refusal(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    DAMAGED = "damaged"
    PASSWORD = "password"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_HARD = "too_hard"  #: took more time or memory than any honest paper
    ACTS = "acts"  #: a PDF that runs something, where it cannot be written anew
    NO_SPACE = "no_space"  #: not the file's fault


WORDS: dict[Refusal, Words] = {
    Refusal.EMPTY: Words("Tệp trống, mời chụp hoặc chọn lại.", "The file is empty; please choose another."),
    Refusal.TOO_LARGE: Words(
        "Tệp quá lớn, mời chụp lại từng trang.", "The file is too large; take a photo of each page."
    ),
    Refusal.UNKNOWN_KIND: Words("Chỉ nhận ảnh chụp hoặc tệp PDF.", "Only photos and PDF files are taken."),
    Refusal.DAMAGED: Words("Tệp bị hỏng, mời chụp hoặc gửi lại.", "The file is damaged; please send it again."),
    Refusal.PASSWORD: Words("Tệp có mật khẩu, mời gửi tệp không khóa.", "The file has a password; send one without."),
    Refusal.TOO_MANY_PAGES: Words("Quá nhiều trang, mời chia thành nhiều tệp.", "Too many pages; please split it."),
    Refusal.TOO_MANY_PIXELS: Words("Ảnh quá lớn, mời chụp lại.", "The picture is too large; please take it again."),
    Refusal.TOO_HARD: Words("Không đọc được tệp này, mời chụp lại.", "This file cannot be read; take a photo instead."),
    Refusal.ACTS: Words(
        "Tệp PDF có mã tự chạy, mời xuất lại tệp không có mã.", "This PDF runs something by itself; export it without."
    ),
    Refusal.NO_SPACE: Words(
        "Máy tạm hết chỗ lưu, mời mang bản chính đến quầy.", "There is no space left; please bring it to the counter."
    ),
}

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"})


def kind_of(head: bytes) -> Kind | None:
    """A PDF begins with its mark in the first byte: what hides something in front of it is not taken."""
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")):
        return Kind.PICTURE
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.PICTURE
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return Kind.PICTURE
    return None
