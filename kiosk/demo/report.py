"""The tour's page: each step with its pictures, whether it worked, how long it took; and the same at the terminal."""

import html
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from kiosk.demo.processes import DemoFailed

MAX_WIDTH = 1280
_STYLE = """
body { font: 17px/1.5 'Be Vietnam Pro', system-ui, sans-serif; margin: 0 auto; max-width: 1240px; padding: 24px; color: #14213d; background: #f3f5f9 }
h1 { font-size: 34px; margin: 0 0 4px } h2 { font-size: 22px; margin: 0 }
.step { background: #fff; border: 1px solid #cfd6e4; border-radius: 12px; padding: 20px; margin: 20px 0 }
.step p { margin: 6px 0 12px; color: #46536f } .failed { border: 3px solid #a3141f } .failed h2::before { content: '✗ ' }
.pictures { display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start }
figure { margin: 0 } figcaption { font-size: 15px; color: #46536f }
img { max-height: 560px; max-width: 100%; border: 1px solid #cfd6e4; border-radius: 6px; background: #fff }
pre { background: #fde7e9; padding: 12px; overflow-x: auto; white-space: pre-wrap } .took { float: right; color: #46536f }
"""


@dataclass(frozen=True, slots=True)
class Shot:
    file: str
    caption: str


@dataclass(slots=True)
class StepReport:
    title: str
    text: str
    shots: list[Shot] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    took_s: float = 0.0


class Report:
    """``step`` runs one step; its pictures go to the folder as it goes, the page is written anew after each."""

    def __init__(self, folder: Path, title: str, say: Callable[[str], None] = print) -> None:
        self.folder, self.title, self._say = folder, title, say
        self.steps: list[StepReport] = []
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def failed(self) -> list[StepReport]:
        return [step for step in self.steps if step.problem]

    def step(self, title: str, text: str, act: Callable[[], None]) -> bool:
        """Runs ``act``, whose pictures and notes belong to this step. False when it failed."""
        step = StepReport(title, text)
        self.steps.append(step)
        self._say(f"{len(self.steps):2d}  {title}")
        began_s = time.monotonic()
        try:
            act()
        except (DemoFailed, AssertionError) as error:
            step.problem = str(error) or "not as expected"
            self._say(f"    FAILED: {step.problem}")
        step.took_s = time.monotonic() - began_s
        (self.folder / "index.html").write_text(self.page(), encoding="utf-8")
        return not step.problem

    def picture(self, image: Image.Image, caption: str) -> None:
        """Keeps a picture of the current step."""
        name = f"{len(self.steps):02d}-{len(self.steps[-1].shots) + 1}.png"
        if image.width > MAX_WIDTH:
            image = image.resize((MAX_WIDTH, round(image.height * MAX_WIDTH / image.width)), Image.Resampling.LANCZOS)
        image.save(self.folder / name, optimize=True)
        self.steps[-1].shots.append(Shot(name, caption))

    def note(self, text: str) -> None:
        self.steps[-1].notes.append(text)
        self._say(f"    {text}")

    def page(self) -> str:
        good = len(self.steps) - len(self.failed)
        head = f"<h1>{html.escape(self.title)}</h1><p>{good} / {len(self.steps)} bước đạt · steps passed</p>"
        body = "\n".join(_section(number, step) for number, step in enumerate(self.steps, start=1))
        return (
            '<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{html.escape(self.title)}</title><style>{_STYLE}</style></head><body>{head}\n{body}</body></html>\n"
        )


def _section(number: int, step: StepReport) -> str:
    shots = "".join(
        f'<figure><a href="{shot.file}"><img src="{shot.file}" alt="{html.escape(shot.caption)}"></a>'
        f"<figcaption>{html.escape(shot.caption)}</figcaption></figure>"
        for shot in step.shots
    )
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in step.notes)
    problem = f"<pre>{html.escape(step.problem)}</pre>" if step.problem else ""
    return (
        f'<section class="step{" failed" if step.problem else ""}"><span class="took">{step.took_s:.1f} s</span>'
        f"<h2>{number}. {html.escape(step.title)}</h2><p>{html.escape(step.text)}</p>{notes}{problem}"
        f'<div class="pictures">{shots}</div></section>'
    )
