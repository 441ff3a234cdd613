"""The tone when a card was read.

It plays in a thread of its own: a sound card that hangs, or is not there, holds up nobody. The sound library is loaded
by that thread too, with the first tone: at the start of the program it would cost a tenth of a second.
"""

import logging
import threading
from queue import SimpleQueue
from typing import Any

from kiosk.touch.events import Tone
from kiosk.touch.ui.i18n import ASSETS

log = logging.getLogger(__name__)


class Speaker:
    """Implements ``kiosk.touch.session.Speaker``. ``volume`` is a share of full loudness; 0 is silent."""

    def __init__(self, volume: float) -> None:
        self._volume = volume
        self._wanted: SimpleQueue[Tone] = SimpleQueue()
        self._sounds: dict[Tone, Any] = {}

    def open(self) -> None:
        """The thread ends with the program: it may be held up in the sound card's driver for good."""
        threading.Thread(target=self._work, name="speaker", daemon=True).start()

    def set_volume(self, volume: float) -> None:
        self._volume = volume

    def play(self, tone: Tone) -> None:
        if self._volume > 0 and self._wanted.empty():
            self._wanted.put(tone)

    def _work(self) -> None:
        while True:
            tone = self._wanted.get()
            try:
                self._sound(tone)
            except Exception:  # whatever a driver does, the tick is on the screen
                log.exception("The tone cannot be played")

    def _sound(self, tone: Tone) -> None:
        if tone not in self._sounds:
            from kivy.core.audio import SoundLoader

            self._sounds[tone] = SoundLoader.load(str(ASSETS / "sounds" / f"{tone.value}.wav"))
            if not getattr(self._sounds[tone], "length", 0):
                log.warning("There is no sound: the kiosk shows what it would say")
        sound = self._sounds[tone]
        if sound is not None:
            sound.volume = self._volume
            sound.play()
