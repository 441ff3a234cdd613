"""The reference of all remote settings: kind, limits, default and plain words of each, made from the schema. Pure.

Words are ``assets/locales/settings.*.toml``; the same sentences stand on central's page and in the terminal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kiosk.config.outline import Leaf, Node, nodes_of
from kiosk.config.settings import CentreSettings

#: Single kiosks say the same as ``kiosk``, which stands for all of a centre.
_SINGLE = ("kiosks",)


class Say(Protocol):
    """The words of one language."""

    def __call__(self, key: str, **values: object) -> str: ...

    def has(self, key: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """``place``: as in a file, "hours.week.days"; the others are words for people, "" where there is nothing to say."""

    place: str
    name: str
    kind: str
    limits: str
    default: str


def reference(say: Say) -> tuple[tuple[str, tuple[Setting, ...]], ...]:
    """By section of the form, in its order: the section's key and all its settings."""
    return tuple((node.name, tuple(_settings([node], say, "", ()))) for node in nodes_of(CentreSettings, _SINGLE))


def _settings(nodes: Iterable[Node], say: Say, prefix: str, names: tuple[str, ...]) -> Iterator[Setting]:
    for node in nodes:
        place = f"{prefix}.{node.name}" if prefix else node.name
        # The name of the section stands above all of its settings.
        inside = (*names, say(f"setting.{place.removeprefix('kiosk.')}")) if prefix else names
        if isinstance(node, Leaf):
            kind = say(f"settings.kind_{node.kind}")
            yield Setting(place, " › ".join(inside), kind, _limits(node, say), _default(node, say))
        else:
            yield from _settings(node.inner, say, place, inside)


def _limits(leaf: Leaf, say: Say) -> str:
    if leaf.kind == "yes_no":
        return ""
    said = [", ".join(_choice(each, say) for each in leaf.choices)]
    if leaf.low is not None and leaf.high is not None:
        said.append(f"{leaf.low:g}–{leaf.high:g}")
    if leaf.kind == "logo":
        said.append(say("settings.logo_hint"))
    elif leaf.longest is not None:
        said.append(say("settings.longest", n=leaf.longest))
    if leaf.sample:
        said.append(say("settings.sample", text=leaf.sample))
    return "; ".join(filter(None, said))


def _default(leaf: Leaf, say: Say) -> str:
    if leaf.needed:
        return say("settings.needed")
    return ", ".join(_choice(each, say) for each in leaf.default.split(", ")) if leaf.choices else leaf.default


def _choice(value: str, say: Say) -> str:
    """What the form calls it, with what a file says."""
    key = f"settings.choice_{value}"
    return f"{value} ({say(key)})" if value and say.has(key) else value
