"""The size of the text: the compositor's scale, changed by a program of the site."""

import asyncio
import logging
import os
import signal
from asyncio.subprocess import DEVNULL
from contextlib import suppress
from typing import Final

from kiosk.settings import Screen

DEADLINE: Final = 3.0
"""Seconds that the program may take."""

_log = logging.getLogger("kiosk")


async def set_text_size(screen: Screen, large: bool) -> bool:
    """Makes all text large, or as it was, by `scale_command`; whether that worked.

    Where it does not, the kiosk goes on with the size that it has. A call that is cancelled
    ends its program, so that an older wish never overtakes a newer one.
    """
    if not screen.scale_command:
        return False
    scale = f"{screen.large_scale if large else screen.normal_scale:g}"
    command = [word.replace("{scale}", scale) for word in screen.scale_command]
    try:
        code = await _run(command)
    except TimeoutError:
        return _failed("took too long")
    except OSError:
        return _failed("cannot be started")
    return code == 0 or _failed("has failed")


async def _run(command: list[str]) -> int:
    async with asyncio.timeout(DEADLINE):
        # A session of its own: what the program may have started ends with it.
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
        try:
            return await process.wait()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()


def _failed(how: str) -> bool:
    # The kind alone: an error's own words may hold whatever the site has written there.
    _log.warning("screen.scale_command %s: the text keeps its size", how)
    return False
