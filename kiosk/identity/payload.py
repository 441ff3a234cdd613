"""From what a reader sent to the text of the code: framing off, letters repaired, separators as they should be.

A card's text has ``|`` between its fields. Readers that type keys, consoles and scanners add and change things on the
way; what is undone here is named as a doubt, except what loses nothing (line ends, AIM prefix, NFD, double spaces).
"""

import re
import unicodedata

from kiosk.identity.card import Doubt
from kiosk.identity.mojibake import VIETNAMESE, guess, unscramble

#: A QR code holds 2,953 bytes at most (ISO/IEC 18004); wrong character sets can treble that.
MAX_LENGTH = 9_000

_ENDS = " \t\r\n\x00"
_FRAME = "\x02\x03"
_PREFIX = re.compile(r"(?:\][A-Za-z][0-9A-Za-z])?(?:\\\d{6})?")  # AIM id (ISO/IEC 15424), ECI escape
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(f"[ -~{VIETNAMESE}]*")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2502: "|", 0x00A6: "|", 0x3000: " "}
_WIDE = re.compile(f"[{''.join(map(chr, _FULL_WIDTH))}]")

_HEAD = re.compile(r"\d{9,15}([^\d\sA-Za-z|])(?:\d{9}|\d{12})?\1", re.ASCII)
_TYPED_WITH_ANOTHER_MARK = re.compile(
    r"(\d{11,13})([^\dA-Za-z ])(\d{9}|\d{12}|)\2(.{2,80}?)\2(\d{4}|\d{8})\2([^\d]{1,6})\2(.+)\2(\d{8})((?:\2.*){0,9})",
    re.DOTALL | re.ASCII,
)


def clean(payload: bytes | str, doubts: set[Doubt]) -> str:
    """The text of the code; adds to ``doubts`` what had to be undone. Takes at most ``MAX_LENGTH``."""
    text = payload if isinstance(payload, str) else _decoded(payload, doubts)
    text = _unframed(text, doubts)
    if not _PLAIN.fullmatch(text):
        text = _readable(text, doubts)
    return _with_pipes(text, doubts)


def _decoded(payload: bytes, doubts: set[Doubt]) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        text = guess(payload)
    if "\ufffd" not in text:
        doubts.add(Doubt.TEXT_REPAIRED)
    return text


def _unframed(text: str, doubts: set[Doubt]) -> str:
    text = text.strip(_ENDS)
    if text[:1] in _FRAME or text[-1:] in _FRAME:
        bare = text.strip(_FRAME + _ENDS)
        if bare != text:
            doubts.add(Doubt.CONTROL_CHARS_STRIPPED)
        text = bare
    return _PREFIX.sub("", text, count=1) if text[:1] in ("]", "\\") else text


def _readable(text: str, doubts: set[Doubt]) -> str:
    """Repairs come before stripping: a no-break space or a soft hyphen may be half of a letter."""
    if _HALF_PAIR.search(text):  # as JSON may bring it; it cannot be printed and becomes U+FFFD
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = unicodedata.normalize("NFC", text)
    mended = unscramble(text)
    if mended != text:
        doubts.add(Doubt.TEXT_REPAIRED)
    if mended.startswith("\ufeff"):
        doubts.add(Doubt.BOM_STRIPPED)
        mended = _unframed(mended.lstrip("\ufeff"), doubts)
    narrow = mended.translate(_FULL_WIDTH) if _WIDE.search(mended) else mended
    if "|" in narrow and "|" not in mended:
        doubts.add(Doubt.DELIMITER_REPAIRED)
    seen = _UNSEEN.sub("", narrow)
    if seen != narrow:
        doubts.add(Doubt.CONTROL_CHARS_STRIPPED)
    return seen


def _with_pipes(text: str, doubts: set[Doubt]) -> str:
    """A keyboard of another country types another mark for each ``|``: "~", "Ç", "§"."""
    if text.count("|") >= 2:
        return text
    head = _HEAD.match(text)
    if head is not None and head[1] not in ",./-":
        doubts.add(Doubt.DELIMITER_REPAIRED)
        return text.replace(head[1], "|")
    typed = _TYPED_WITH_ANOTHER_MARK.fullmatch(text)
    if typed is None:
        return text
    # The mark may stand in the address too (a comma, a slash), so only the places where fields end are changed.
    doubts.add(Doubt.DELIMITER_REPAIRED)
    number, mark, old, name, born, sex, address, issued, rest = typed.groups()
    return "|".join((number, old, name, born, sex, address, issued)) + rest.replace(mark, "|")
