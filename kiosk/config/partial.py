"""What a layer may say: any part of the schema, entry by entry where entries have a name.

Derived from the schema, so that there is one. In a table every key may be missing, or be ``null``: then what the
layers below said is taken away. A list whose entries have an ``id`` or a ``date`` holds those that are new or changed;
one with ``removed = true`` goes. Any other list is one value and complete.
"""

import re
import typing
from functools import cache
from typing import Any

import msgspec

from kiosk.config.layers import NAMED_BY, REMOVED, Tree
from kiosk.config.parts import Section, decode_value
from kiosk.config.settings import CentreSettings, KioskSettings
from kiosk.words import Words

#: How msgspec ends a message about a value inside the document.
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<place>.*)`)?$", re.DOTALL)


class WrongLayer(ValueError):
    """``place``: where; ``words``: what was expected."""

    def __init__(self, place: str, words: Words) -> None:
        super().__init__(f"`{place}`: {words.en}")
        self.place, self.words = place, words


@cache
def partial(kind: Any) -> Any:
    """The type of a part of ``kind``."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return typing.Annotated[partial(inner[0]), *inner[1:]]
    if origin is tuple and isinstance(inner[0], type) and issubclass(inner[0], msgspec.Struct):
        return tuple[partial(inner[0]), ...] if name_of(inner[0]) else kind  # type: ignore[misc]  # made at run time
    if inner and origin is not typing.Literal and origin not in (dict, tuple):
        return typing.Union[tuple(partial(each) for each in inner)]  # noqa: UP007  of a tuple made at run time
    return _part_of(kind) if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else kind


def name_of(kind: type[msgspec.Struct]) -> str | None:
    """The key by which entries of this kind are told apart."""
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    return next((name for name in NAMED_BY if name in names), None)


def _part_of(kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    name, hints = name_of(kind), typing.get_type_hints(kind, include_extras=True)
    fields: list[Any] = [
        (field.name, hints[field.name])
        if field.encode_name == name
        else (field.name, partial(hints[field.name]) | None | msgspec.UnsetType, msgspec.UNSET)
        for field in msgspec.structs.fields(kind)
    ]
    if name is not None:
        fields.append((REMOVED, bool, False))
    return msgspec.defstruct(
        f"PartOf{kind.__name__}", fields, bases=(Section,), frozen=True, kw_only=True, forbid_unknown_fields=True
    )


def layer_kind(kind: str) -> Any:
    """The type of a layer; ``kind``: "kiosk", or one of the others, which are alike."""
    return partial(KioskSettings if kind == "kiosk" else CentreSettings)


def check_layer(tree: Tree, kind: str) -> None:
    """Raises WrongLayer."""
    try:
        msgspec.convert(tree, layer_kind(kind), dec_hook=decode_value)
    except msgspec.ValidationError as error:
        raise wrong_layer(error) from error


def wrong_layer(error: msgspec.ValidationError) -> WrongLayer:
    """The error with the place taken out of the sentence, in words of both languages."""
    match = _PLACE.match(str(error))
    assert match is not None  # the pattern matches every text
    return WrongLayer(match["place"] or "", Words(_vietnamese(match["what"]), match["what"]))


_SENTENCES = (
    (r"Expected `(?:int|float).*` (>=|<=|>|<) (\S+)", r"Cần một số \1 \2"),
    (r"Expected `int.*`, got .*", "Cần một số nguyên"),
    (r"Expected `float.*`, got .*", "Cần một con số"),
    (r"Expected `str` of length <= (\d+).*", r"Dài quá, nhiều nhất \1 chữ"),
    (r"Expected `str` of length >= (\d+).*", "Không được để trống"),
    (r"Expected `str` matching regex .*", "Không đúng dạng: chỉ chữ thường, số và gạch nối"),
    (r"Expected `array` of length >= (\d+).*", "Cần ít nhất một dòng"),
    (r"Invalid enum value (.*)", r"Không có lựa chọn \1"),
    (r"Object missing required field `(.*)`", r"Thiếu mục `\1`"),
    (r"Object contains unknown field `(.*)`", r"Không có mục tên `\1`"),
    (r"Invalid RFC3339.*", "Cần một ngày như 2026-01-31"),
    (r"Expected a part of a day such as .*", "Cần một khoảng giờ như 07:30-11:30"),
    (r"Expected hours such as .*", "Cần khoảng giờ như 07:30-17:00 hoặc 22:00-06:00"),
    (r"Expected a time of day .*", "Cần giờ như 07:30, muộn nhất là 24:00"),
)


def _vietnamese(what: str) -> str:
    for pattern, words in _SENTENCES:
        if match := re.match(pattern, what):
            return match.expand(words)
    return f"Không đúng dạng ({what})"
