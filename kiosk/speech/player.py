"""What plays sound: a program of its own, to which a WAV file is given as it comes."""

from asyncio import create_subprocess_exec
from asyncio.subprocess import DEVNULL, Process

PLAYER = ("aplay", "-q", "-")
"""Of alsa-utils; PipeWire and PulseAudio play what it is given, too."""


async def player(source: int) -> Process:
    """Plays from a file descriptor until its end; OSError where the program is missing.

    Its exit code is not 0 when nothing could be played.
    """
    return await create_subprocess_exec(*PLAYER, stdin=source, stdout=DEVNULL, stderr=DEVNULL)
