"""Makes the two derived fonts of assets/fonts. A developer's tool; the product only reads its results.

.setup/fonts.py digits BeVietnamPro-Bold.ttf OUT.ttf  all digits as wide as the widest: a running number must not dance
.setup/fonts.py icons lucide.ttf codepoints.json      only the icons named in assets/icons/icons.txt, with code points
"""

import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ASSETS = Path(__file__).resolve().parent.parent / "assets"


def tabular_digits(source: str, target: str) -> None:
    font = TTFont(source)
    glyphs = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
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
