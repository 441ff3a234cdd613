"""Text that was UTF-8 and was read as something else, turned back.

1. A view is undone by encoding it again and decoding strictly as UTF-8: by accident that hardly ever succeeds.
2. Among the views that succeed, the one that leaves the fewest characters foreign to Vietnamese wins; the text as it
   came wins a tie, so that good text is never touched.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator

_ACCENTED = "".join(
    unicodedata.normalize("NFC", letter + shape + tone)
    for letter, shapes in (
        ("a", ("", "\u0302", "\u0306")),
        ("e", ("", "\u0302")),
        ("i", ("",)),
        ("o", ("", "\u0302", "\u031b")),
        ("u", ("", "\u031b")),
        ("y", ("",)),
    )
    for shape in shapes
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    if shape + tone
)
VIETNAMESE = _ACCENTED + _ACCENTED.upper() + "đĐ"
#: Typographic marks count as foreign: in a wrong view they are halves of letters, and a repair leaves true ones alone.
_FOREIGN = re.compile(f"[^ -~\t\r\n{VIETNAMESE}\ufeff]")
#: What no repair left as a letter: symbols, other scripts, private use. Letters of minority languages (č, ŭ) are fine.
_LOST = re.compile("[^ ->@-~\t\r\n\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff‘’“”–—…·°₫]")

#: Windows and DOS pages of scanners and consoles, then what ZBar guesses for UTF-8 (mchehab/zbar#212).
_ONE_BYTE = (
    "cp1252",
    "cp437",
    "cp850",
    "cp1258",
    "mac_roman",
    "latin_1",
    "cp874",
    "cp866",
    "cp1251",
    "cp1250",
    "iso8859_15",
    "cp852",
)
_MORE_BYTES = ("big5", "shift_jis", "cp932", "cp950", "big5hkscs", "gb18030", "cp949", "euc_jp")
_HOLES = "kiosk.holes"
_TWICE = 2  #: some chains of programs mangle twice


def _fill_hole(error: UnicodeError) -> tuple[bytes, int]:
    """Windows pages leave C1 codes undefined and programs pass them through; anything else is lost.

    Takes the whole run at once: Python looks for its end each time, so one by one would be quadratic.
    """
    assert isinstance(error, UnicodeEncodeError)
    run = error.object[error.start : error.end]
    return bytes(ord(each) if 0x80 <= ord(each) < 0xA0 else 0xFF for each in run), error.end


codecs.register_error(_HOLES, _fill_hole)


def foreign(text: str) -> int:
    """How many characters are not used in Vietnamese text."""
    return len(_FOREIGN.findall(text))


def is_lossy(text: str) -> bool:
    """Letters are gone: replaced by "?" or U+FFFD, or still in another script."""
    return _LOST.search(text) is not None


def unscramble(text: str) -> str:
    """``text`` (NFC) with wrong views undone, in NFC; unchanged if nothing makes it better."""
    for _ in range(_TWICE):
        if not foreign(text.replace("\ufffd", "")):
            return text
        better = _best_view(text)
        if better is None:
            return _field_by_field(text)
        text = unicodedata.normalize("NFC", better)
    return text


def guess(payload: bytes) -> str:
    """Bytes that are not UTF-8 as the text that looks most like Vietnamese; what stays unknown is U+FFFD."""
    views = [payload.decode("utf-8", "replace")]
    if payload[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in payload:
        views += [payload.decode(form, "replace") for form in ("utf-16-le", "utf-16-be")]
    # The old Vietnamese page writes a letter and its tone as two characters.
    views.append(unicodedata.normalize("NFC", payload.decode("cp1258", "replace")))
    return min(views, key=foreign)


def _best_view(text: str) -> str | None:
    """Fewest foreign characters, then the shortest: every wrong view made the text longer."""
    best, least = None, (foreign(text), len(text))
    for view in _views(text):
        left = (foreign(view), len(view))
        if left < least:
            best, least = view, left
        if left[0] == 0:
            break
    return best


def _views(text: str) -> Iterator[str]:
    for page in (*_ONE_BYTE, *_MORE_BYTES):
        errors = _HOLES if page in _ONE_BYTE else "strict"
        try:
            yield text.encode(page, errors).decode()
        except UnicodeError:
            continue
    yield from _windows_view_with_spaces(text)


def _windows_view_with_spaces(text: str) -> Iterator[str]:
    """The second byte of "à" is a no-break space in Windows-1252, and programs make it a space or fold it away."""
    text = re.sub(r"Ã [ ]?(?=[^a-z]|$)", "Ã\u00a0 ", text).replace("Ã ", "Ã\u00a0")
    try:
        raw = text.encode("cp1252", _HOLES)
    except UnicodeError:
        return
    yield raw.decode("utf-8", "replace")


def _field_by_field(text: str) -> str:
    """For text that was mangled in parts, as by a form that was filled from two sources."""
    if "|" not in text:
        return text
    return "|".join(_best_view(field) or field if foreign(field) else field for field in text.split("|"))
