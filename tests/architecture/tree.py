"""The files of the project, as the architecture tests look at them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def tracked(*patterns: str) -> list[Path]:
    """Files of the project, known to git or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def code() -> list[Path]:
    return tracked("kiosk/*.py", "hardware/*.py")
