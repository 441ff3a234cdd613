"""Mutated payloads for the parser of ID cards: atheris breeds them by which code they reach. Ends at the first fault.

Run: ``make fuzz``, or ``python -m tests.bench.fuzz_card [--runs N]``; ten million unless told otherwise. The first
payloads are the samples of the tests. Each is read, judged, and shown as the touch app would. What was bred stays in
``build/fuzz``, and a later run goes on from it.
"""

import argparse
import sys
import unicodedata
from datetime import date
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kiosk.identity"]):
    from kiosk.identity.card import CardReading, Refusal
    from kiosk.identity.reading import read_code

from kiosk.touch.card import shown, word_for
from tests.unit.identity.made import SAMPLES, payload_of

TODAY = date(2026, 11, 22)
LONGEST = 600  #: bytes; a card has about 160, and two of them are to fit


def judge(payload: bytes) -> None:
    answer = read_code(payload, TODAY)
    if isinstance(answer, Refusal):
        assert word_for(answer)
        return
    assert isinstance(answer, CardReading)
    assert len(answer.personal_id.digits) == 12
    assert not any(unicodedata.category(each) in ("Cc", "Cs") for each in answer.full_name + answer.address)
    assert answer.personal_id.digits not in f"{answer!r} {shown(answer, TODAY)!r}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=10_000_000)
    options.add_argument("--folder", type=Path, default=Path("build/fuzz"), help="what was bred")
    chosen = options.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for name, sample in SAMPLES.items():
        payload = payload_of(sample)
        raw = payload if isinstance(payload, bytes) else payload.encode("utf-8", "surrogatepass")
        (chosen.folder / name).write_bytes(raw)
    words = [f"-runs={chosen.runs}", f"-max_len={LONGEST}", f"-artifact_prefix={chosen.folder}/fault-"]
    atheris.Setup([sys.argv[0], *words, "-verbosity=0", "-print_final_stats=1", str(chosen.folder)], judge)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
