"""Makes the two derived fonts of assets/fonts. A developer's tool; the product only reads its results.

.setup/fonts.py digits BeVietnamPro-Bold.ttf OUT.ttf  all digits as wide as the widest: a running number must not dance
.setup/fonts.py icons lucide.ttf codepoints.json      only the icons named in assets/icons/icons.txt, with code points
"""

import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

ASSETS = Path(__file__).resolve().parent.parent / "assets"


def tabular_digits(source: str, target: str) -> None:
    font = TTFont(source)
    glyphs = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
    _give_foot(font, font.getBestCmap()[ord("1")])
    widest = max(font["hmtx"][name][0] for name in glyphs)
    for name in glyphs:
        advance, left = font["hmtx"][name]
        shift = (widest - advance) // 2
        font["glyf"][name].coordinates.translate((shift, 0)) if font["glyf"][name].numberOfContours > 0 else None
        font["glyf"][name].recalcBounds(font["glyf"])
        font["hmtx"][name] = (widest, left + shift)
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "Be Vietnam Pro Tabular"
        if record.nameID == 6:
            record.string = "BeVietnamProTabular-" + Path(source).stem.split("-")[-1]
    del font["GPOS"]  # kerning would undo the equal widths
    font.save(target)


def _give_foot(font: TTFont, one: str) -> None:
    """A bare stroke leaves a hole among equal widths ("H00 1"), so the tabular 1 stands on a foot."""
    glyph, pen = font["glyf"][one], TTGlyphPen(None)
    points = [(x, y) for x, y in glyph.coordinates]
    at = next(i for i, (_, y) in enumerate(points) if y == 0)
    right, left = points[at][0], points[at + 1][0]
    high, reach = round((right - left) * 0.78), round((right - left) * 1.2)
    foot = [
        (right, high),
        (right + reach, high),
        (right + reach, 0),
        (left - reach, 0),
        (left - reach, high),
        (left, high),
    ]
    outline = points[:at] + foot + points[at + 2 :]
    on_curve = [*glyph.flags[:at], *[1] * len(foot), *glyph.flags[at + 2 :]]
    pen.moveTo(outline[0])
    waiting: list[tuple[int, int]] = []
    for point, is_on in list(zip(outline, on_curve, strict=True))[1:]:
        waiting.append(point)
        if is_on & 1:
            pen.lineTo(point) if len(waiting) == 1 else pen.qCurveTo(*waiting)
            waiting = []
    pen.closePath()
    font["glyf"][one] = pen.glyph()
    font["glyf"][one].recalcBounds(font["glyf"])
    bearing = 50
    font["glyf"][one].coordinates.translate((bearing - font["glyf"][one].xMin, 0))
    font["glyf"][one].recalcBounds(font["glyf"])
    font["hmtx"][one] = (font["glyf"][one].xMax + bearing, bearing)


def icon_font(source: str, codepoints: str) -> None:
    known = json.loads(Path(codepoints).read_text())
    wanted = sorted((ASSETS / "icons" / "icons.txt").read_text().split())
    options = subset.Options(layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13])
    font = subset.load_font(source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[known[name] for name in wanted])
    cutter.subset(font)
    subset.save_font(font, str(ASSETS / "fonts" / "icons.ttf"), options)
    lines = [f'"{name}" = 0x{known[name]:04x}' for name in wanted]
    (ASSETS / "icons" / "icons.toml").write_text(
        "# Icon name = code point in fonts/icons.ttf; made by .setup/fonts.py\n" + "\n".join(lines) + "\n"
    )


if __name__ == "__main__":
    {"digits": tabular_digits, "icons": icon_font}[sys.argv[1]](*sys.argv[2:])
