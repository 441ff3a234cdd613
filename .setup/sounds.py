"""Make the hall screen's two chimes and the kiosk's tone, assets/sounds/*.wav: ours, so no licence to keep.

Run it again after a change. The tone for a card that was read is two short rising strikes: "yes" wherever things beep.
The warning to staff falls, low and slow: no call of the hall sounds like it.

A struck bell is a sum of partials, each dying away at its own pace; two of them a major third apart are heard as
"please come" in any hall. The recall is the same pair, played twice as quickly and once more.
"""

import math
import struct
import wave
from pathlib import Path

RATE = 32_000
PARTIALS = ((1.0, 1.0, 1.9), (2.0, 0.42, 3.2), (3.01, 0.16, 5.0), (4.2, 0.06, 8.0))  # (ratio, loudness, decay per s)
E5, C5 = 659.26, 523.25
CALL = ((0.0, E5), (0.55, C5))
E6, A5 = 1318.51, 880.0
CARD = ((0.0, A5), (0.11, E6))
C4, A4 = 261.63, 440.0
WARNING = ((0.0, A4), (0.35, A4), (0.8, C4))
RECALL = ((0.0, E5), (0.28, C5), (0.75, E5), (1.03, C5))


def bell(pitch: float, s: float) -> float:
    """One strike, ``s`` seconds after it; a 4 ms attack so that no loudspeaker clicks."""
    if s < 0:
        return 0.0
    attack = min(1.0, s / 0.004)
    return attack * sum(
        gain * math.exp(-decay * s) * math.sin(2 * math.pi * pitch * ratio * s) for ratio, gain, decay in PARTIALS
    )


def write(path: Path, strikes: tuple[tuple[float, float], ...], rings_s: float = 1.6) -> None:
    length_s = strikes[-1][0] + rings_s
    samples = [sum(bell(pitch, n / RATE - start) for start, pitch in strikes) for n in range(int(length_s * RATE))]
    fade = [min(1.0, (len(samples) - n) / (0.25 * RATE)) for n in range(len(samples))]
    loudest = max(abs(sample) for sample in samples)
    scaled = (int(sample * f / loudest * 26_000) for sample, f in zip(samples, fade, strict=True))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in scaled))


if __name__ == "__main__":
    folder = Path(__file__).parent.parent / "assets" / "sounds"
    write(folder / "chime.wav", CALL)
    write(folder / "recall.wav", RECALL)
    write(folder / "card.wav", CARD, rings_s=0.5)
    write(folder / "warning.wav", WARNING, rings_s=1.2)
