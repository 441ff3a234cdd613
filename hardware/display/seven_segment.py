"""Digits and letters as seven segments, bit 0 = a (top), clockwise to f, bit 6 = g (middle).

All letters that a ticket number can start with have a shape of their own; K, M, V and N are the usual likenesses.
"""

SHAPES = {
    " ": 0x00, "-": 0x40, "_": 0x08, "?": 0x53,
    "0": 0x3F, "1": 0x06, "2": 0x5B, "3": 0x4F, "4": 0x66, "5": 0x6D, "6": 0x7D, "7": 0x07, "8": 0x7F, "9": 0x6F,
    "A": 0x77, "B": 0x7C, "C": 0x39, "D": 0x5E, "E": 0x79, "F": 0x71, "G": 0x3D, "H": 0x76, "K": 0x75,
    "L": 0x38, "M": 0x37, "N": 0x54, "P": 0x73, "R": 0x50, "T": 0x78, "U": 0x3E, "V": 0x1C,
}  # fmt: skip
_LETTERS = {shape: letter for letter, shape in SHAPES.items()}


def segments_of(text: str) -> bytes:
    """One byte a character; what has no shape shows as "?"."""
    return bytes(SHAPES.get(letter, SHAPES["?"]) for letter in text.upper())


def letters_of(segments: bytes) -> str:
    """The reverse, for simulated boards."""
    return "".join(_LETTERS.get(shape, "?") for shape in segments)
