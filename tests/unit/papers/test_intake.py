"""What people hand in becomes a plain PDF, or is refused with the reason."""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pillow_heif import register_heif_opener

from kiosk.papers.intake import MAX_BYTES, NotTakenIn, TakenIn, take_in
from kiosk.papers.kinds import WORDS, Kind, Refusal, kind_of
from kiosk.papers.upright import quarters_to_upright
from tests.fakes.print import lying, prose

register_heif_opener()


def paper(size: tuple[int, int] = (1700, 2400), words: str = "GIẤY MẪU") -> Image.Image:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((size[0] // 3, size[1] // 10), words, fill="black")
    return picture


def saved(picture: Image.Image, path: Path, **options: object) -> Path:
    picture.save(path, **options)
    return path


def pdf(path: Path, pages: int = 1, **options: object) -> Path:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.save(path, **options)  # type: ignore[arg-type]
    return path


def taken(sources: list[Path], tmp_path: Path) -> TakenIn | NotTakenIn:
    folder = tmp_path / "out"
    folder.mkdir()
    return take_in(sources, folder)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff", "heic"])
def test_a_photo_of_any_phone_becomes_an_a4_page(ending: str, tmp_path: Path) -> None:
    result = taken([saved(paper(), tmp_path / f"photo.{ending}")], tmp_path)
    assert isinstance(result, TakenIn)
    with pikepdf.open(result.pdf) as made:
        assert [round(float(x)) for x in made.pages[0].mediabox] == [0, 0, 595, 842]
    assert len(result.thumbnails) == 1
    assert result.low_resolution == ()


def test_several_files_become_one_paper_in_their_order(tmp_path: Path) -> None:
    sources = [saved(paper(), tmp_path / "1.jpg"), pdf(tmp_path / "2.pdf", pages=2), saved(paper(), tmp_path / "3.png")]
    result = taken(sources, tmp_path)
    assert isinstance(result, TakenIn)
    assert len(result.thumbnails) == 4


def test_a_photo_is_turned_as_the_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    result = taken([saved(paper((2400, 1700)), tmp_path / "a.jpg", exif=exif)], tmp_path)
    assert isinstance(result, TakenIn)
    with Image.open(result.thumbnails[0]) as thumbnail:
        assert thumbnail.height > thumbnail.width


def test_a_coarse_picture_is_taken_and_its_page_named(tmp_path: Path) -> None:
    result = taken([saved(paper((600, 850)), tmp_path / "a.jpg")], tmp_path)
    assert isinstance(result, TakenIn)
    assert result.low_resolution == (1,)


def content(written: bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(written)
        return path

    return make


def encrypted_pdf(path: Path) -> Path:
    return pdf(path, encryption=pikepdf.Encryption(owner="o", user="u"))


def half_pdf(path: Path) -> Path:
    path.write_bytes(pdf(path).read_bytes()[:200])
    return path


def page_behind_a_script(path: Path) -> Path:
    path.write_bytes(b"<script>alert(1)</script>" + pdf(path).read_bytes())
    return path


def zip_file(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    return path


def bomb_in_a_pdf(path: Path) -> Path:
    """A page whose content is 1.5 GB of drawing commands in a few megabytes, packed twice."""
    document = pikepdf.new()
    page = document.add_blank_page()
    squeeze = zlib.compressobj(9)
    piece = b"0 0 m 9 9 l S\n" * 100_000
    packed = b"".join(squeeze.compress(piece) for _ in range(1_100)) + squeeze.flush()
    stream = pikepdf.Stream(document, zlib.compress(packed, 9))
    stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    page.obj.Contents = document.make_indirect(stream)
    document.save(path, compress_streams=False)
    return path


def picture_of_a_billion_dots(path: Path) -> Path:
    return saved(Image.new("1", (20_000, 10_000)), path, format="PNG")


def half_a_gigabyte(path: Path) -> Path:
    with path.open("wb") as file:
        file.write(b"%PDF-1.7")
        file.truncate(500 << 20)
    return path


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (encrypted_pdf, Refusal.PASSWORD),
        (half_pdf, Refusal.DAMAGED),
        (page_behind_a_script, Refusal.UNKNOWN_KIND),
        (zip_file, Refusal.UNKNOWN_KIND),
        (lambda path: pdf(path, pages=61), Refusal.TOO_MANY_PAGES),
        (picture_of_a_billion_dots, Refusal.TOO_MANY_PIXELS),
        (half_a_gigabyte, Refusal.TOO_LARGE),
        (content(b""), Refusal.EMPTY),
        (content(b"khai sinh"), Refusal.UNKNOWN_KIND),
        (content(b"\xff\xd8\xff\xe0" + b"x" * 500), Refusal.DAMAGED),
        (bomb_in_a_pdf, Refusal.TOO_HARD),
    ],
)
def test_what_cannot_be_a_paper_is_refused_with_its_reason(
    make: Callable[[Path], Path], refusal: Refusal, tmp_path: Path
) -> None:
    result = taken([make(tmp_path / "handed-in")], tmp_path)
    assert result == NotTakenIn(refusal)


def test_every_refusal_has_its_sentence() -> None:
    assert set(WORDS) == set(Refusal)


def test_scripts_actions_and_attachments_do_not_get_in(tmp_path: Path) -> None:
    document = pikepdf.new()
    page = document.add_blank_page()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.OpenAction = script
    document.attachments["evil.exe"] = pikepdf.AttachedFileSpec(document, b"MZ", filename="evil.exe")
    page.obj.AA = pikepdf.Dictionary(O=script)
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=script)
    page.obj.Annots = pikepdf.Array([link])
    document.save(tmp_path / "evil.pdf")
    result = taken([tmp_path / "evil.pdf"], tmp_path)
    assert isinstance(result, TakenIn)
    with pikepdf.open(result.pdf) as made:
        plain = io.BytesIO()
        made.save(plain, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for word in (b"JavaScript", b"OpenAction", b"evil", b"app.alert"):
        assert word not in plain.getvalue()


def test_what_hangs_behind_a_photo_is_left_behind(tmp_path: Path) -> None:
    path = saved(paper(), tmp_path / "photo.jpg")
    path.write_bytes(path.read_bytes() + b"PK\x03\x04 secret archive")
    result = taken([path], tmp_path)
    assert isinstance(result, TakenIn)
    assert b"secret archive" not in result.pdf.read_bytes()


def test_where_a_photo_was_taken_is_not_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "MAKER-OF-PHONE"
    result = taken([saved(paper(), tmp_path / "photo.jpg", exif=exif)], tmp_path)
    assert isinstance(result, TakenIn)
    assert b"MAKER-OF-PHONE" not in result.pdf.read_bytes()


def test_forty_pages_are_taken(tmp_path: Path) -> None:
    result = taken([pdf(tmp_path / "long.pdf", pages=40)], tmp_path)
    assert isinstance(result, TakenIn)
    assert len(result.thumbnails) == 40


@pytest.mark.parametrize("as_pdf", [True, False])
def test_forty_pages_upside_down_come_upright(as_pdf: bool, tmp_path: Path) -> None:
    """What a phone sends: a scan in which every page lies on its head, or as many photos, some on their side."""
    pages = [lying(prose(seed), 2 if as_pdf or seed % 2 else 1) for seed in range(40)]
    sources = [tmp_path / f"{place:02}.jpg" for place in range(40)]
    for page, source in zip(pages, sources, strict=True):
        page.save(source, quality=80)
    if as_pdf:
        sources = [tmp_path / "scan.pdf"]
        pages[0].save(sources[0], save_all=True, append_images=pages[1:], resolution=150)
    folder = tmp_path / "made"
    folder.mkdir()
    made = take_in(sources, folder, upright=True)
    assert isinstance(made, TakenIn)
    with pypdfium2.PdfDocument(made.pdf) as document:
        drawn = [page.render(scale=1.5).to_pil() for page in document]
    assert len(drawn) == len(made.thumbnails) == 40
    assert [quarters_to_upright(page) for page in drawn] == [0] * 40
    assert all(page.height > page.width for page in drawn)


def test_nothing_handed_in_is_empty(tmp_path: Path) -> None:
    assert taken([], tmp_path) == NotTakenIn(Refusal.EMPTY)
    assert MAX_BYTES < 500 << 20


@given(st.binary(max_size=80))
def test_any_first_bytes_have_an_answer(head: bytes) -> None:
    assert kind_of(head) in (None, Kind.PDF, Kind.PICTURE)
