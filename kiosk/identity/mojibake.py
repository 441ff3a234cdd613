"""Text that was UTF-8 and was read as something else, turned back.

1. A view is undone by encoding it again and decoding strictly as UTF-8: by accident that hardly ever succeeds.
2. Among the views that succeed, the one that leaves the fewest characters foreign to Vietnamese wins; the text as it
   came wins a tie, so that good text is never touched.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

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
_FOREIGN_YET = re.compile(f"[^ -~\t\r\n{VIETNAMESE}\ufeff\ufffd]")  #: and not lost for good
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
_LETTER = re.compile(f"[{VIETNAMESE}]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_UNDEFINED, _DEFINED = re.compile("[\x80-\x9f]+"), re.compile("[^\x80-\x9f]")
_HOLES, _LOSSES = "kiosk.holes", "kiosk.losses"
_TWICE = 2  #: some chains of programs mangle twice


def _seen_as(first: int, last: int, *pages: str) -> str:
    """Inside of a regular expression: the letters that these bytes are in the pages; in none they pass as they are."""
    raw = bytes(range(first, last + 1))
    return re.escape(
        "".join(sorted({*raw.decode("latin-1"), *(c for page in pages for c in raw.decode(page, "ignore"))}))
    )


#: The first two bytes of a UTF-8 sequence as Windows-1252 shows them; the second may have become a space.
_WINDOWS_SEQUENCE = re.compile(f"[{_seen_as(0xC2, 0xF4)}][{_seen_as(0x80, 0xBF, 'cp1252')}]|\xc3 ")
#: In any page; in those of more bytes they are one letter, of another script.
_SEQUENCE = re.compile(
    f"[{_seen_as(0xC2, 0xF4, *_ONE_BYTE)}][{_seen_as(0x80, 0xBF, *_ONE_BYTE)}]|\xc3 "
    "|[\u0250-\u1dff\u2000-\ufffc\U00010000-\U0010ffff]"
)


def _fill_hole(error: UnicodeError) -> tuple[bytes, int]:
    """Windows pages leave C1 codes undefined and programs pass them through; with anything else it is another page.

    Takes the whole run at once: Python looks for its end each time, so one by one would be quadratic.
    """
    assert isinstance(error, UnicodeEncodeError)
    run = error.object[error.start : error.end]
    if not _UNDEFINED.fullmatch(run):
        raise error
    return run.encode("latin-1"), error.end


def _fill_any(error: UnicodeError) -> tuple[bytes, int]:
    """As ``_fill_hole``, and what the page does not have is lost."""
    assert isinstance(error, UnicodeEncodeError)
    run = error.object[error.start : error.end]
    return _DEFINED.sub("\xff", run).encode("latin-1"), error.end


codecs.register_error(_HOLES, _fill_hole)
codecs.register_error(_LOSSES, _fill_any)


def foreign(text: str) -> int:
    """How many characters are not used in Vietnamese text."""
    return len(_FOREIGN.findall(text))


def is_lossy(text: str) -> bool:
    """Letters are gone: replaced by "?" or U+FFFD, or still in another script."""
    return _LOST.search(text) is not None


def unscramble(text: str) -> str:
    """``text`` (NFC) with wrong views undone, in NFC; unchanged if nothing makes it better."""
    for _ in range(_TWICE):
        if not _FOREIGN_YET.search(text) or not _SEQUENCE.search(text):
            return text
        better = _best_view(text)
        if better is None:
            return _field_by_field(text)
        text = unicodedata.normalize("NFC", better)
    return text


def guess(payload: bytes) -> str:
    """Bytes that are not UTF-8 as the text that looks most like Vietnamese; what stays unknown is U+FFFD."""
    views = [payload.decode("utf-8", "replace")]
    if _LETTER.search(views[0]) and b"\x00" not in payload:
        return views[0]  # no other page has the pairs of bytes that make a Vietnamese letter in UTF-8
    if payload[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in payload:
        views += [payload.decode(form, "replace") for form in ("utf-16-le", "utf-16-be")]
    # The old Vietnamese page writes a letter and its tone as two characters.
    views.append(unicodedata.normalize("NFC", payload.decode("cp1258", "replace")))
    return min(views, key=foreign)


def _best_view(text: str) -> str | None:
    """Fewest foreign characters, then the shortest: every wrong view made the text longer."""
    best, least = None, (0, 0)
    for view in _views(text):
        least = least if best else (foreign(text), len(text))
        left = (foreign(view), len(view))
        if left < least:
            best, least = view, left
        if left[0] == 0:
            break
    return best


def _views(text: str) -> Iterator[str]:
    first = _NOT_ASCII.search(text)
    for page in _pages_of(first[0]) if first and "\ufffd" not in text else ():
        errors = _HOLES if page in _ONE_BYTE else "strict"
        try:
            yield text.encode(page, errors).decode()
        except UnicodeError:
            continue
    yield from _windows_view_with_spaces(text)


@lru_cache(4096)
def _pages_of(first: str) -> tuple[str, ...]:
    """The pages in which a text whose first letter beyond ASCII is this one can be UTF-8: it begins a sequence there.

    Most texts that cannot be repaired at all are found out here, which makes them thirty times cheaper.
    """
    return tuple(page for page in (*_ONE_BYTE, *_MORE_BYTES) if _begins_sequence(first, page))


def _begins_sequence(letter: str, page: str) -> bool:
    try:
        raw = letter.encode(page, _HOLES if page in _ONE_BYTE else "strict")
    except UnicodeError:
        return False
    if raw[0] < 0x80:
        return True
    return 0xC2 <= raw[0] <= 0xF4 and (len(raw) == 1 or 0x80 <= raw[1] < 0xC0)


def _windows_view_with_spaces(text: str) -> Iterator[str]:
    """The second byte of "à" is a no-break space in Windows-1252, and programs make it a space or fold it away."""
    if not _WINDOWS_SEQUENCE.search(text):
        return
    text = re.sub(r"Ã [ ]?(?=[^a-z]|$)", "Ã\u00a0 ", text).replace("Ã ", "Ã\u00a0")
    yield text.encode("cp1252", _LOSSES).decode("utf-8", "replace")


def _field_by_field(text: str) -> str:
    """For text that was mangled in parts, as by a form that was filled from two sources."""
    if "|" not in text:
        return text
    return "|".join((_FOREIGN.search(field) and _best_view(field)) or field for field in text.split("|"))
