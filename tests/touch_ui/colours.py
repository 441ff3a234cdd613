"""Changes palette and contrast under the widgets of all screens; says which colour is not that of a widget made anew.

A program of its own, as Kivy has one window for each.
"""

from collections.abc import Iterator

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import Color
from kivy.graphics.instructions import InstructionGroup
from kivy.lang import Builder
from kivy.uix.widget import Widget

from kiosk.touch.ui.shell import SCREENS, Shell
from kiosk.touch.ui.theme import Dress, look

LOOKS = (("green", False), ("violet", True), ("red", False))


def made() -> dict[str, Widget]:
    shell = Shell(lambda _: None)
    screens = {name.value: shell.prepare(name) for name in SCREENS}
    return {"frame": shell, "idle": shell._warning, **screens}


def settle() -> None:
    """What kv rules have put off until the next frame."""
    for _ in range(3):
        Builder.sync()
        Clock.tick()


def colours(group: InstructionGroup) -> Iterator[tuple[float, ...]]:
    for each in group.children:
        if isinstance(each, Color):
            yield tuple(round(part, 4) for part in each.rgba)
        elif isinstance(each, InstructionGroup):
            yield from colours(each)


def worn(screen: Widget) -> list[tuple[str, list[tuple[float, ...]]]]:
    return [(type(widget).__name__, list(colours(widget.canvas))) for widget in screen.walk(restrict=True)]


def main() -> None:
    assert Window is not None
    look.load("vi")
    live, compared = made(), 0
    for palette, high_contrast in LOOKS:
        look.dress(Dress(palette=palette))
        look.colour(high_contrast)
        fresh = made()
        settle()
        for name, screen in live.items():
            for was, wanted in zip(worn(screen), worn(fresh[name]), strict=True):
                compared += len(wanted[1])
                if was != wanted:
                    print(f"{name}: {was[0]} in {palette}, high contrast {high_contrast}")
    print(f"{compared} colours compared")


if __name__ == "__main__":
    main()
