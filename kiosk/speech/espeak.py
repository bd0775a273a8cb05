"""espeak-ng as a program of its own: one utterance, spoken or broken off."""

import os
import subprocess
from asyncio import create_subprocess_exec
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from enum import StrEnum

from kiosk.access import PACES, VOLUMES, Access
from kiosk.speech.player import player
from kiosk.speech.utterance import Utterance


class Sound(StrEnum):
    """How speech is."""

    WORKS = "works"
    OFF = "off"
    """The settings say that this kiosk has no sound."""
    MISSING = "missing"
    """The program that speaks, or the one that plays, is not installed."""
    NO_VOICE = "no-voice"
    """It knows no voice for this language."""
    NO_DEVICE = "no-device"
    """Nothing can be played: the machine has no sound card, or it is taken."""


def speaks(program: str, voice: str) -> bool:
    """Whether the program has this voice; OSError where there is no such program."""
    command = [program, "-v", voice, "-q", "--stdin"]
    return subprocess.run(command, input=b"", capture_output=True, timeout=10).returncode == 0


class Espeak:
    """Says one utterance at a time."""

    def __init__(self, program: str, silent: bool = False) -> None:
        """`silent`: the program speaks into nothing, as quickly as it can."""
        self._program = program
        self._silent = silent
        self._processes: list[Process] = []
        self._stopped = False

    async def say(self, utterance: Utterance, voice: str, access: Access) -> Sound:
        """Returns when the last sound was made, or once `stop` was called."""
        command = [self._program, "-v", voice, "-s", str(PACES[access.pace])]
        command += ["-a", str(VOLUMES[access.volume]), "--stdin", "--stdout"]
        self._stopped = False
        try:
            await (self._start_silent(command) if self._silent else self._start(command))
            if self._stopped:  # while they were being started
                self._kill()
            speaking, *playing = self._processes
            # Not as an argument: what is said stands in no list of processes.
            await speaking.communicate(utterance.text.encode())
            played = [await process.wait() for process in playing]
        except OSError:
            return Sound.MISSING
        finally:
            self._kill()
            self._processes = []
        if self._stopped:
            return Sound.WORKS
        if speaking.returncode == 1:
            return Sound.NO_VOICE
        return Sound.NO_DEVICE if any(played) else Sound.WORKS

    def stop(self) -> None:
        """Breaks off what is being said, at once."""
        self._stopped = True
        self._kill()

    async def _start_silent(self, command: list[str]) -> None:
        self._processes.append(
            await create_subprocess_exec(*command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
        )

    async def _start(self, command: list[str]) -> None:
        heard, spoken = os.pipe()
        try:
            self._processes.append(
                await create_subprocess_exec(*command, stdin=PIPE, stdout=spoken, stderr=DEVNULL)
            )
            self._processes.append(await player(heard))
        finally:
            os.close(heard)
            os.close(spoken)

    def _kill(self) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.kill()
