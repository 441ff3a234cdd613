"""The tour's page: each step with its pictures, whether it worked, how long it took; and the same at the terminal."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment
from PIL import Image

from kiosk.demo.processes import DemoFailed

MAX_WIDTH = 1280
_PAGE = Path(__file__).with_name("report.html")


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
        self.planned = 0
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def passed(self) -> int:
        return sum(not step.problem for step in self.steps)

    @property
    def is_good(self) -> bool:
        return self.passed == self.planned

    def step(self, title: str, text: str, act: Callable[[], None]) -> bool:
        """Runs ``act``, whose pictures and notes belong to this step. False when it failed."""
        step = StepReport(title, text)
        self.steps.append(step)
        self._say(f"{len(self.steps):2d}  {title}")
        began_s = time.monotonic()
        try:
            act()
        except (DemoFailed, AssertionError, LookupError) as error:
            step.problem = str(error) or f"not as expected: {error!r}"
            self._say(f"    FAILED: {step.problem}")
        step.took_s = time.monotonic() - began_s
        self.write()
        return not step.problem

    def write(self) -> None:
        template = Environment(autoescape=True, trim_blocks=True).from_string(_PAGE.read_text(encoding="utf-8"))
        page = template.render(title=self.title, steps=self.steps, passed=self.passed, planned=self.planned)
        (self.folder / "index.html").write_text(page, encoding="utf-8")

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
