"""Pictures that were freed are not kept by the allocator."""

import subprocess
import sys

import pytest

TRIAL = """
import sys
from pathlib import Path
from kiosk.touch.ui.memory import give_back, keep_no_pictures

def resident_mb():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon:"))

if "keep_no_pictures" in sys.argv:
    keep_no_pictures()
for _ in range(3):  # freed ones teach the allocator to keep the next
    picture = bytearray(b"x") * (24 << 20)
    del picture
before_mb = resident_mb()
pictures = [bytearray(b"x") * (24 << 20) for _ in range(2)]
small = bytearray(b"x") * (64 << 10)  # lies behind them
del pictures
if "give_back" in sys.argv:
    give_back()
print(resident_mb() - before_mb)
"""


def kept_mb(*calls: str) -> int:
    """Of two pictures of 24 MB that were freed."""
    done = subprocess.run([sys.executable, "-c", TRIAL, *calls], check=True, capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.parametrize("call", ["keep_no_pictures", "give_back"])
def test_freed_pictures_are_given_back_to_the_system(call: str) -> None:
    assert kept_mb(call) < 8


def test_without_it_they_would_be_kept() -> None:
    assert kept_mb() > 16
