"""Makes the pictures of README.md from those of a tour: ``.venv/bin/python .setup/readme_pictures.py tour``."""

import sys
from pathlib import Path

from PIL import Image

TARGET = Path(__file__).parent.parent / "assets" / "readme"
#: Picture -> (files of the tour, side by side; height in pixels).
PICTURES = {
    "touch": (["01-1", "02-1", "02-2", "02-3", "02-5"], 560),
    "dossier": (["17-1", "17-5", "17-10", "17-11", "17-13"], 560),
    "mishaps": (["08-1", "10-1", "11-2", "12-2"], 560),
    "slip": (["02-6", "09-1"], 620),
    "console": (["04-1"], 620),
    "hall": (["14-7"], 560),
    "supervisor": (["09-2"], 620),
    "displays": (["14-1", "14-4", "14-6"], 70),
    "phone": (["13-1"], 620),
    "city": (["17-1", "18-1"], 560),
}
GAP = 12


def side_by_side(files: list[Path], height: int) -> Image.Image:
    images = [Image.open(file).convert("RGB") for file in files]
    scaled = [
        image.resize((round(image.width * height / image.height), height), Image.Resampling.LANCZOS) for image in images
    ]
    canvas = Image.new("RGB", (sum(image.width for image in scaled) + GAP * (len(scaled) - 1), height), "#cfd6e4")
    left = 0
    for image in scaled:
        canvas.paste(image, (left, 0))
        left += image.width + GAP
    return canvas


def main(tour: Path) -> None:
    TARGET.mkdir(exist_ok=True)
    for name, (files, height) in PICTURES.items():
        picture = side_by_side([tour / f"{file}.png" for file in files], height)
        picture.quantize(96, dither=Image.Dither.NONE).save(TARGET / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
