"""espeak-ng as a program of its own: one utterance, spoken or broken off."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from enum import StrEnum

from kiosk.access import PACES, VOLUMES, Access
from kiosk.speech.utterance import Utterance


class Sound(StrEnum):
    """How speech is."""

    WORKS = "works"
    OFF = "off"
    """The settings say that this kiosk has no sound."""
    MISSING = "missing"
    """The program that speaks is not installed."""
    NO_VOICE = "no-voice"
    """It knows no voice for this language."""
    NO_DEVICE = "no-device"
    """It speaks, but nothing sounds: the machine has no sound card, or it is taken."""


class Espeak:
    """Says one utterance at a time."""

    def __init__(self, program: str, silent: bool = False) -> None:
        """`silent`: the program speaks into nothing, as quickly as it can."""
        self._program = program
        self._silent = silent
        self._process: Process | None = None
        self._stopped = False

    async def say(self, utterance: Utterance, voice: str, access: Access) -> Sound:
        """Returns when the last sound was made, or once `stop` was called."""
        command = [self._program, "-v", voice, "-s", str(PACES[access.pace])]
        command += ["-a", str(VOLUMES[access.volume]), "--stdin"]
        command += ["-w", "/dev/null"] if self._silent else []
        self._stopped = False
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=DEVNULL, stderr=PIPE
            )
        except OSError:
            return Sound.MISSING
        self._process = process
        if self._stopped:
            process.kill()
        try:
            # Not as an argument: what is said stands in no list of processes.
            _, complaint = await process.communicate(utterance.text.encode())
        finally:
            self._process = None
            if process.returncode is None:
                process.kill()
        if process.returncode is not None and process.returncode > 0:
            return Sound.NO_VOICE
        # Without a sound card it complains, and takes it for no failure.
        return Sound.NO_DEVICE if complaint and process.returncode == 0 else Sound.WORKS

    def stop(self) -> None:
        """Breaks off what is being said, at once."""
        self._stopped = True
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
