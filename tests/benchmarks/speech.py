"""How soon speech begins and ends: from an utterance to its first sound, from a key to silence."""

import asyncio
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from kiosk.access import Access
from kiosk.speech.espeak import Espeak, Sound
from kiosk.speech.utterance import Utterance
from tests.benchmarks.report import Figure

TIMES = 20
SENTENCE = Utterance(
    "Læg telefonens øverste halvdel på forsiden af passet eller ID-kortet. "
    "Rør dem så ikke, før telefonen vibrerer.",
    "da",
)
SOUND_CARD = 'pcm.!default {{ type file\n slave.pcm {{ type null }}\n file "{}"\n format "raw" }}\n'
"""A file in place of a sound card, as alsa-lib has it."""


def figures() -> list[Figure]:
    """Measured at a sound card that is a file; nothing where espeak-ng or aplay is missing."""
    if not (shutil.which("espeak-ng") and shutil.which("aplay")):
        return []
    home = os.environ.get("HOME")
    with tempfile.TemporaryDirectory() as folder:
        heard = Path(folder) / "heard.raw"
        (Path(folder) / ".asoundrc").write_text(SOUND_CARD.format(heard))
        os.environ["HOME"] = folder
        try:
            begins, ends = asyncio.run(_measure(heard))
        finally:
            os.environ["HOME"] = home or ""
    return [
        Figure("utterance_to_first_sound_p50", statistics.median(begins), "ms", 100),
        Figure("utterance_to_first_sound_max", max(begins), "ms"),
        Figure("key_to_silence_p50", statistics.median(ends), "ms", 50),
        Figure("key_to_silence_max", max(ends), "ms"),
    ]


async def _measure(heard: Path) -> tuple[list[float], list[float]]:
    begins, ends = [], []
    long = Utterance(SENTENCE.text * 200, "da")
    for _ in range(TIMES):
        heard.unlink(missing_ok=True)
        voice = Espeak("espeak-ng")
        began = time.perf_counter()
        saying = asyncio.create_task(voice.say(long, "da", Access()))
        while not (heard.exists() and heard.stat().st_size):
            await asyncio.sleep(0.001)
        begins.append((time.perf_counter() - began) * 1000)
        pressed = time.perf_counter()
        voice.stop()
        assert await saying is Sound.WORKS
        ends.append((time.perf_counter() - pressed) * 1000)
    return begins, ends
