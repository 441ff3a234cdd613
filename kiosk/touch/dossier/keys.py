"""The keyboard on the screen: which keys it has for each kind of answer, and what a key does to what is typed. Pure."""

from typing import Literal

from kiosk.dossier.form import FormField
from kiosk.touch.dossier import telex

Board = Literal["search", "words", "name", "email", "digits", "date", "code"]

ERASE, SHIFT, SPACE, CLEAR = "erase", "shift", "space", "clear"
_TOP, _MIDDLE, _LOW, _DIGITS = (tuple(row) for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"))
#: Most people have never heard of Telex: what it writes is also on keys. A tone goes to the word before the cursor.
_MARKED = tuple("ăâđêôơư")
_TONES = {"sắc": "s", "huyền": "f", "hỏi": "r", "ngã": "x", "nặng": "j"}
_CAPITALS = tuple(tuple(each.upper() for each in row) for row in (_TOP, _MIDDLE, _LOW))
_PAD = (tuple("123"), tuple("456"), tuple("789"), (CLEAR, "0", ERASE))
_ROWS: dict[Board, tuple[tuple[str, ...], ...]] = {
    "search": (_DIGITS, _TOP, _MIDDLE, (SHIFT, *_LOW, ERASE), (",", ".", "/", "-", SPACE)),
    "words": (
        _DIGITS,
        _TOP,
        _MIDDLE,
        (SHIFT, *_LOW, ERASE),
        (*_MARKED, ",", "."),
        (*_TONES, "/", "-", SPACE),
    ),
    "name": (_TOP, _MIDDLE, (SHIFT, *_LOW, ERASE), (*_MARKED, "-", "'"), (*_TONES, SPACE)),
    "email": (_DIGITS, _TOP, _MIDDLE, (*_LOW, ERASE), ("@", ".", "_", "-", "@gmail.com", ".vn")),
    "code": (_DIGITS, _CAPITALS[0], _CAPITALS[1], (*_CAPITALS[2], ERASE), (".", "-", CLEAR)),
    "digits": _PAD,
    "date": _PAD,
}
_BOARDS: dict[str, Board] = {
    "name": "name",
    "date": "date",
    "personal_id": "digits",
    "phone": "digits",
    "number": "digits",
    "email": "email",
}
_NEW_WORD = frozenset(" -'.")


def board_of(field: FormField) -> Board:
    return _BOARDS.get(field.kind, "words")


def rows(board: Board) -> tuple[tuple[str, ...], ...]:
    return _ROWS[board]


def press(board: Board, text: str, key: str, shifted: bool, longest: int) -> str:
    """``text`` after ``key``. An unknown key, and one letter too many, do nothing."""
    if key == ERASE:
        return _erased(board, text)
    if key == CLEAR:
        return ""
    if key not in {each for row in _ROWS[board] for each in row}:
        return text
    after = _typed(board, text, " " if key == SPACE else key, shifted)
    return after if len(after) <= longest else text


def is_capital(board: Board, text: str, shifted: bool) -> bool:
    """Whether the next letter will be a capital one: names begin every word with one."""
    begins = not text or (text[-1] in _NEW_WORD and board == "name")
    return shifted != (begins and board in ("name", "words")) or board == "code"


def _typed(board: Board, text: str, key: str, shifted: bool) -> str:
    if board == "date":
        digits = [each for each in text + key if each.isdigit()][:8]
        return _day("".join(digits))
    if board in ("digits", "email", "code"):
        return text + key
    if key in _TONES:
        return telex.tone(text, _TONES[key])
    if key == " " and (not text or text.endswith(" ")):
        return text
    return telex.press(text, key.upper() if is_capital(board, text, shifted) else key)


def _erased(board: Board, text: str) -> str:
    if board == "date":
        return _day("".join(each for each in text if each.isdigit())[:-1])
    return text[:-1] if board in ("digits", "email", "code") else telex.erase(text)


def _day(digits: str) -> str:
    """05091990 as 05/09/1990; the strokes come by themselves. 1950 and 081950 are what some cards have: a year, a month
    and a year; there is no 50th or 19th month."""
    if len(digits) >= 4 and int(digits[2:4]) > 12:
        is_year = digits[:2] in ("19", "20") and len(digits) == 4
        return digits if is_year else f"{digits[:2]}/{digits[2:6]}"
    parts = [part for part in (digits[:2], digits[2:4], digits[4:8]) if part]
    return "/".join(parts)
