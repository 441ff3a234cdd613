"""Vietnamese letters from a plain keyboard by Telex: ``press(text, letter)`` is the text after one more letter. Pure.

1. aa ee oo give â ê ô, aw ow uw give ă ơ ư, dd gives đ; s f r x j are the five tones and z takes a tone away.
2. The letter that was just given and is pressed again stands for itself: "ass" is "as".
3. The tone stands where schools write it (hòa, quả, giữa, toán, tiếng) and moves when the syllable grows.
4. A letter that changes nothing stands for itself, so that other languages can be typed too.
"""

import unicodedata

_TONES = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_BARE = "aăâeêioôơuưy"
_SHAPES = {
    "a": {"a": "â", "ă": "â", "â": "aa"},
    "e": {"e": "ê", "ê": "ee"},
    "o": {"o": "ô", "ơ": "ô", "ô": "oo"},
    "w": {"a": "ă", "â": "ă", "ă": "aw", "o": "ơ", "ô": "ơ", "ơ": "ow", "u": "ư", "ư": "uw"},
}
_MARKED = "ăâêôơư"


def press(text: str, letter: str) -> str:
    """``text`` is NFC and stays so."""
    head, syllable = _last_syllable(text)
    if not letter.isalpha():
        return text + letter
    key = letter.lower()
    changed = _shaped(syllable, key) if key in _SHAPES else None
    if changed is None and key == "d":
        changed = _stroked(syllable)
    if changed is None and (key in _TONES or key == "z"):
        changed = _toned(syllable, key, letter)
    return head + (changed if changed is not None else _settled(_grown(syllable, letter)))


def tone(text: str, key: str) -> str:
    """The tone of ``key`` (s f r x j) on the last word, or off it again; nothing changes without a vowel."""
    head, syllable = _last_syllable(text)
    changed = _toned(syllable, key, "")
    return text if changed is None else head + changed


def erase(text: str) -> str:
    """Without its last letter; the tone of what is left moves to its place."""
    head, syllable = _last_syllable(text[:-1])
    return head + _settled(syllable)


def _last_syllable(text: str) -> tuple[str, str]:
    start = len(text)
    while start and text[start - 1].isalpha():
        start -= 1
    return text[:start], text[start:]


def _apart(syllable: str) -> tuple[str, str]:
    """(letters without a tone, the tone or "")."""
    tone, letters = "", ""
    for letter in syllable:
        decomposed = unicodedata.normalize("NFD", letter)
        marks = [mark for mark in decomposed if mark in _TONES.values()]
        tone = marks[0] if marks else tone
        letters += unicodedata.normalize("NFC", "".join(each for each in decomposed if each not in _TONES.values()))
    return letters, tone


def _grown(syllable: str, letter: str) -> str:
    """ "thuở" ends with u and ơ, but "phương", "người" and "rượu" have ươ: known when the next letter comes."""
    letters, tone = _apart(syllable)
    if letters.lower().endswith("uơ") and not letters.lower().startswith("qu"):
        syllable = _with_tone(letters[:-2] + _like(letters[-2], "ư") + letters[-1], tone)
    return syllable + letter


def _settled(syllable: str) -> str:
    letters, tone = _apart(syllable)
    return _with_tone(letters, tone)


def _with_tone(letters: str, tone: str) -> str:
    place = _place(letters.lower())
    if not tone or place is None:
        return letters
    return letters[:place] + unicodedata.normalize("NFC", letters[place] + tone) + letters[place + 1 :]


def _place(letters: str) -> int | None:
    """Where the tone stands; None without a vowel."""
    start = 0
    while start < len(letters) and letters[start] not in _BARE:
        start += 1
    # The u of qu and the i of gi belong to the consonant, unless there is no other vowel.
    glide = letters[:2] in ("qu", "gi") and len(letters) > 2 and letters[2] in _BARE
    if glide:
        start = 2
    end = start
    while end < len(letters) and letters[end] in _BARE:
        end += 1
    if end == start:
        return None
    marked = [place for place in range(start, end) if letters[place] in _MARKED]
    if marked:
        return marked[-1]
    open_end, count = end == len(letters), end - start
    if count == 1 or (count == 2 and open_end):
        return start
    return start + 1


def _shaped(syllable: str, key: str) -> str | None:
    """A vowel of the syllable takes the shape of ``key``, or gives it back; None when there is none to take it."""
    letters, tone = _apart(syllable)
    low, shapes = letters.lower(), _SHAPES[key]
    if key == "w" and low.endswith(("uo", "uơ", "ươ", "uon", "uong", "uoc", "uot", "uom", "uop", "uoi", "uou")):
        return _horned(letters, tone)
    for place in range(len(low) - 1, -1, -1):
        shape = shapes.get(low[place])
        if shape is None or (key == "w" and low[:2] == "qu" and place == 1):
            continue
        if key != "w" and len(shape) == 1 and low[place] != key and low[place] not in _MARKED:
            continue
        return _reshaped(letters, place, shape, tone)
    return None


def _reshaped(letters: str, place: int, shape: str, tone: str) -> str:
    """Two letters of a shape: it was pressed again, so the mark goes and the key stands at the end."""
    was = letters[place]
    if len(shape) == 1:
        return _with_tone(letters[:place] + _like(was, shape) + letters[place + 1 :], tone)
    return _with_tone(letters[:place] + _like(was, shape[0]) + letters[place + 1 :], tone) + shape[1]


def _horned(letters: str, tone: str) -> str:
    """ "uo" and its company take both horns: phuong, w: phương; and lose them together."""
    place = max(letters.lower().rfind(pair) for pair in ("uo", "uơ", "ươ"))
    pair = letters[place : place + 2].lower()
    if pair == "ươ":
        bare = _like(letters[place], "u") + _like(letters[place + 1], "o")
        return _with_tone(letters[:place] + bare + letters[place + 2 :], tone) + "w"
    if letters[:place].lower() == "q" or (pair == "uo" and place + 2 == len(letters)):
        return _reshaped(letters, place + 1, "ơ", tone)
    horned = _like(letters[place], "ư") + _like(letters[place + 1], "ơ")
    return _with_tone(letters[:place] + horned + letters[place + 2 :], tone)


def _stroked(syllable: str) -> str | None:
    """A d at the head of the syllable becomes đ, and back."""
    if not syllable or syllable[0] not in "dDđĐ":
        return None
    if syllable[0] in "đĐ":
        return _like(syllable[0], "d") + syllable[1:] + "d"
    return _like(syllable[0], "đ") + syllable[1:]


def _toned(syllable: str, key: str, letter: str) -> str | None:
    letters, tone = _apart(syllable)
    if _place(letters.lower()) is None or (key == "z" and not tone):
        return None
    if key == "z":
        return letters
    if tone == _TONES[key]:
        return letters + letter
    return _with_tone(letters, _TONES[key])


def _like(was: str, now: str) -> str:
    return now.upper() if was.isupper() else now
