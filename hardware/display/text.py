"""What a character display can show: printable ASCII of a fixed width. Vietnamese letters lose their marks."""

import unicodedata

#: Letters that Unicode does not decompose.
_WHOLE = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "—": "-", "’": "'", "…": "..."})


def plain(text: str) -> str:
    """Printable ASCII: "Quầy số 3" → "Quay so 3"; what has no likeness becomes "?"."""
    bare = unicodedata.normalize("NFD", text.translate(_WHOLE))
    kept = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return "".join(letter if " " <= letter <= "~" else "?" for letter in kept)


def fit(text: str, width: int, align: str = "left", pad: str = " ") -> str:
    """``text`` in exactly ``width`` characters. Too long keeps its end: the digits say more than the letter."""
    kept = text[-width:]
    if align == "right":
        return kept.rjust(width, pad)
    return kept.center(width, pad) if align == "centre" else kept.ljust(width, pad)


def digits(text: str) -> str:
    """The digits of a ticket number, for boards that have no letters: "B012" → "012"."""
    return "".join(letter for letter in text if "0" <= letter <= "9")
