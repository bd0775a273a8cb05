"""The one sound that is no speech: two soft notes that say, look here."""

import io
import math
import wave
from array import array
from contextlib import suppress
from functools import cache
from tempfile import TemporaryFile

from kiosk.access import VOLUMES
from kiosk.speech.player import player

_RATE = 22050
_NOTES = ((660.0, 0.25), (880.0, 0.35))
"""Hertz and seconds; under the three seconds of EN 301 549, 5.1.3.10."""


@cache
def two_notes(volume: int) -> bytes:
    """A WAV file, 16 bits and one channel; `volume` is one of `VOLUMES`."""
    loudest = 12000 * VOLUMES[volume] / VOLUMES[-1]
    samples = array("h")
    for pitch, seconds in _NOTES:
        count = int(_RATE * seconds)
        for at in range(count):
            # It swells and fades: a note that begins at once is a click.
            swell = math.sin(math.pi * at / count)
            samples.append(int(loudest * swell * math.sin(2 * math.pi * pitch * at / _RATE)))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


async def play(volume: int) -> None:
    """Plays the two notes; where nothing can be played there is silence."""
    with suppress(OSError), TemporaryFile() as file:
        file.write(two_notes(volume))
        file.seek(0)
        await (await player(file.fileno())).wait()
