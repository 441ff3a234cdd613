"""No widget keeps a colour when the palette or the contrast changes: they are not made anew."""

import os
import subprocess
import sys
from pathlib import Path

from tests.touch_ui.screen import PATIENCE_S, virtual_screen


def test_the_widgets_of_every_screen_change_all_their_colours(tmp_path: Path) -> None:
    with virtual_screen(540, 960) as display:
        done = subprocess.run(
            [sys.executable, "-m", "tests.touch_ui.colours"],
            env={**os.environ, "DISPLAY": display, "HOME": str(tmp_path), "KIVY_NO_CONSOLELOG": "1"},
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE_S,
            check=True,
        )
    *kept, summary = done.stdout.splitlines()
    assert kept == []
    assert int(summary.split()[0]) > 3000
