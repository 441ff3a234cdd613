"""``theme.css`` from ``assets/theme.toml``: colours, type, spacing and motion as in the touch app.

Lengths of the theme are px of a 1080 x 1920 kiosk; ``type.web_scale`` brings them to a desk. Names become CSS custom
properties: ``color.ink_soft`` is ``--ink-soft``, ``type.body`` is ``--text-body``, ``space.m`` is ``--space-m``.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

#: (file, family, weight); the tabular family has digits of one width, for numbers that change in place.
FACES = (
    ("BeVietnamPro-Regular.ttf", "Be Vietnam Pro", 400),
    ("BeVietnamPro-Medium.ttf", "Be Vietnam Pro", 500),
    ("BeVietnamPro-SemiBold.ttf", "Be Vietnam Pro", 600),
    ("BeVietnamPro-Bold.ttf", "Be Vietnam Pro", 700),
    ("BeVietnamProTabular-SemiBold.ttf", "Be Vietnam Pro Tabular", 600),
    ("BeVietnamProTabular-Bold.ttf", "Be Vietnam Pro Tabular", 700),
    ("icons.ttf", "icons", 400),
)
FALLBACK = '"Noto Sans", "Segoe UI", Roboto, sans-serif'


def theme_css(theme_file: Path, font_url: Callable[[str], str]) -> str:
    """The style sheet of custom properties and fonts; ``font_url`` gives the address of a file of assets/fonts."""
    theme = tomllib.loads(theme_file.read_text(encoding="utf-8"))
    root = [*_colors(theme["color"]), *_lengths(theme), *_words(theme)]
    contrast = _block(":root", list(_colors(theme["contrast"])))
    palettes = [_block(f".palette-{name}", list(_colors(table))) for name, table in theme["palette"].items()]
    faces = [_face(file, family, weight, font_url(file)) for file, family, weight in FACES]
    return "\n".join(
        [*faces, _block(":root", root), *palettes, f"@media (prefers-contrast: more) {{\n{contrast}\n}}", ""]
    )


def _block(selector: str, lines: list[str]) -> str:
    return selector + " {\n" + "\n".join(f"  {line}" for line in lines) + "\n}"


def _face(file: str, family: str, weight: int, url: str) -> str:
    lines = [f'font-family: "{family}";', f"font-weight: {weight};", "font-display: swap;"]
    return _block("@font-face", [*lines, f'src: url("{url}") format("truetype");'])


def _colors(table: Mapping[str, str]) -> Iterator[str]:
    return (f"--{_css(name)}: {value.lower()};" for name, value in table.items())


def _lengths(theme: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    scale = float(theme["type"]["web_scale"])
    for name, value in theme["type"].items():
        if isinstance(value, int | float) and name != "web_scale":
            yield f"--text-{_css(name)}: {value * scale / 16:.4g}rem;"
    for name, value in theme["space"].items():
        yield f"--space-{_css(name)}: {value * scale / 16:.4g}rem;"
    for name in ("radius", "radius_small"):
        yield f"--{_css(name)}: {theme['size'][name] * scale / 16:.4g}rem;"


def _words(theme: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    yield f'--family: "{theme["type"]["family"]}", {FALLBACK};'
    yield f'--digits: "{theme["type"]["digits_family"]}", {FALLBACK};'
    yield from (f"--{_css(name)}: {value}s;" for name, value in theme["motion"].items())


def _css(name: str) -> str:
    return name.removesuffix("_s").replace("_", "-")
