"""Makes one plain PDF of what was handed in. Runs as a process of its own (``python -m kiosk.papers.worker``).

1. It opens hostile files, so it has little memory, little time and no more rights than it needs; when one of them runs
   out it ends, and the file is refused.
2. Pictures are drawn anew (turned as the camera says, at most 300 dots per inch on A4): what hides in them is gone.
3. A PDF is written anew without scripts, actions, attachments, forms that call home; every page is drawn once, so what
   only explodes when it is looked at explodes here.

Arguments: ``--upright`` where pages are to be turned as their print shows; the folder for ``paper.pdf`` and
``page-NNN.jpg``, then the files. Answer: a JSON ``Verdict`` on stdout.
"""

import contextlib
import io
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import img2pdf
import msgspec
import pikepdf
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from kiosk.papers.kinds import HEAD_BYTES, MAX_PAGES, Kind, Refusal, kind_of
from kiosk.papers.verdict import UPRIGHT, Verdict

MAX_PIXELS = 100_000_000  #: a 48-megapixel phone twice over
_MEMORY = 1 << 30
_CPU_S = 60
_FILE_BYTES = 200 << 20
_A4_MM = (210, 297)
_A4_AT_300 = (2480, 3508)
_LOW_DPI = 200  #: below it the archive does not take a copy (Nghị định 30/2020/NĐ-CP, phụ lục I)
_JPEG_QUALITY = 85
_THUMBNAIL_WIDTH = 320
_LOOKED_AT_PX = 1400  #: longer side of a page, to see how it lies
_RUNNING = ("/JavaScript", "/Launch")
_DEEPEST = 20  #: objects within one object
_LIVING_ANNOTATIONS = ("/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D", "/Sound")


class NotTaken(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def main(arguments: Sequence[str]) -> int:
    upright = arguments[0] == UPRIGHT
    folder, *sources = map(Path, arguments[upright:])
    _limit_itself()
    try:
        verdict = make_paper(sources, folder, upright=upright)
    except NotTaken as error:
        verdict = Verdict(refusal=error.refusal)
    except MemoryError:
        verdict = Verdict(refusal=Refusal.TOO_HARD)
    sys.stdout.buffer.write(msgspec.json.encode(verdict))
    return 0


def make_paper(sources: Sequence[Path], folder: Path, *, upright: bool = False) -> Verdict:
    """``paper.pdf`` of all sources in their order, and a small picture of each page. Raises NotTaken."""
    paper, coarse, acts = pikepdf.new(), list[int](), False
    for source in sources:
        kind = kind_of(_head(source))
        if kind is None:
            raise NotTaken(Refusal.UNKNOWN_KIND)
        before = len(paper.pages)
        if kind is Kind.PDF:
            acts = _add_pdf(paper, source) or acts
        else:
            coarse += [before + page for page in _add_pictures(paper, source)]
        if len(paper.pages) > MAX_PAGES:
            raise NotTaken(Refusal.TOO_MANY_PAGES)
    paper.save(folder / "paper.pdf", min_version="1.7", deterministic_id=True)
    if upright and _turn_upright(paper, folder):
        paper.save(folder / "paper.pdf", min_version="1.7", deterministic_id=True)
    _draw_thumbnails(folder)
    return Verdict(pages=len(paper.pages), low_resolution=tuple(coarse), acts=acts)


def _head(source: Path) -> bytes:
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise NotTaken(Refusal.EMPTY)
    return head


def _add_pdf(paper: pikepdf.Pdf, source: Path) -> bool:
    """Whether it ran something as it was given."""
    try:
        given = pikepdf.open(source)
    except pikepdf.PasswordError as error:
        raise NotTaken(Refusal.PASSWORD) from error
    except pikepdf.PdfError as error:
        raise NotTaken(Refusal.DAMAGED) from error
    if not 1 <= len(given.pages) <= MAX_PAGES:
        raise NotTaken(Refusal.TOO_MANY_PAGES if len(given.pages) else Refusal.DAMAGED)
    try:
        acts = any(map(_acts, given.objects))
        for page in given.pages:
            _calm(page)
            paper.pages.append(page)  # the document around the pages, with its scripts and attachments, stays behind
    except (pikepdf.PdfError, ValueError, TypeError) as error:
        raise NotTaken(Refusal.DAMAGED) from error
    return acts


def _acts(found: pikepdf.Object, depth: int = 0) -> bool:
    """Whether an object, or what stands in it, is an action that runs a script or a program (ISO 32000-1, 12.6.4)."""
    if isinstance(found, pikepdf.Stream):
        found = found.stream_dict
    if isinstance(found, pikepdf.Dictionary):
        if "/JS" in found or found.get("/S") in _RUNNING:
            return True
        inner = [value for _, value in found.items()]
    else:
        inner = list(found) if isinstance(found, pikepdf.Array) else []
    parts = [each for each in inner if isinstance(each, pikepdf.Object) and not each.is_indirect]
    return depth < _DEEPEST and any(_acts(each, depth + 1) for each in parts)


def _calm(page: pikepdf.Page) -> None:
    """Takes away what acts by itself or when touched."""
    for key in ("/AA", "/PieceInfo", "/Metadata", "/AF", "/B"):
        if key in page.obj:
            del page.obj[key]
    kept = pikepdf.Array()
    for annotation in page.obj.get("/Annots", pikepdf.Array()):
        if not isinstance(annotation, pikepdf.Dictionary) or annotation.get("/Subtype") in _LIVING_ANNOTATIONS:
            continue
        for key in ("/A", "/AA", "/PA", "/FS", "/AF"):
            if key in annotation:
                del annotation[key]
        kept.append(annotation)
    page.obj["/Annots"] = kept


def _add_pictures(paper: pikepdf.Pdf, source: Path) -> list[int]:
    """All frames of a picture (a TIFF may have several) as pages; which of them are too coarse, from 1."""
    coarse, frames = list[int](), list[bytes]()
    try:
        with Image.open(source) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotTaken(Refusal.TOO_MANY_PIXELS)
            for number in range(min(getattr(picture, "n_frames", 1), MAX_PAGES + 1)):
                picture.seek(number)
                frame = _upright(picture)
                if _dpi(frame) < _LOW_DPI:
                    coarse.append(number + 1)
                frames.append(_jpeg(frame))
    except Image.DecompressionBombError as error:
        raise NotTaken(Refusal.TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, ZeroDivisionError) as error:
        raise NotTaken(Refusal.DAMAGED) from error
    layout = img2pdf.get_layout_fun(tuple(map(img2pdf.mm_to_pt, _A4_MM)), auto_orient=True)
    with pikepdf.open(io.BytesIO(img2pdf.convert(frames, layout_fun=layout))) as made:
        paper.pages.extend(made.pages)
    return coarse


def _upright(picture: Image.Image) -> Image.Image:
    """As the camera was held, in plain colours on white, not larger than A4 at 300 dots per inch."""
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        layer = turned.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        turned = Image.alpha_composite(white, layer)
    plain = turned.convert("RGB")
    box = _A4_AT_300 if plain.height >= plain.width else _A4_AT_300[::-1]
    plain.thumbnail(box, Image.Resampling.LANCZOS)
    return plain


def _dpi(frame: Image.Image) -> float:
    """On an A4 page that it fills."""
    short, long = sorted(frame.size)
    return max(short / (_A4_MM[0] / 25.4), long / (_A4_MM[1] / 25.4))


def _jpeg(frame: Image.Image) -> bytes:
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue()


def _turn_upright(paper: pikepdf.Pdf, folder: Path) -> bool:
    """Whether a page lay wrong. Only the way in which it is shown changes."""
    from kiosk.papers.upright import quarters_to_upright  # loads numpy, which nothing else here needs

    turned = False
    try:
        with pypdfium2.PdfDocument(folder / "paper.pdf") as document:
            for page, drawn in zip(paper.pages, document, strict=True):
                scale = min(_LOOKED_AT_PX / max(*drawn.get_size(), 1), 2.0)
                quarters = quarters_to_upright(drawn.render(scale=scale, grayscale=True).to_pil())
                if quarters:
                    page.rotate(90 * quarters, relative=True)
                    turned = True
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise NotTaken(Refusal.DAMAGED) from error
    return turned


def _draw_thumbnails(folder: Path) -> None:
    try:
        with pypdfium2.PdfDocument(folder / "paper.pdf") as document:
            for number, page in enumerate(document, 1):
                width, _height = page.get_size()
                drawn = page.render(scale=min(_THUMBNAIL_WIDTH / max(width, 1), 2.0)).to_pil()
                drawn.convert("RGB").save(folder / f"page-{number:03d}.jpg", "JPEG", quality=80)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise NotTaken(Refusal.DAMAGED) from error


def _limit_itself() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # if memory ends, this ends and not the hub
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    register_heif_opener()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
