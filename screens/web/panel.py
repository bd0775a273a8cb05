"""A browser of the machine's own, for a touch panel: started with the link, and again when it ends.

The link is good for one browser. So is what its cookie opens: a browser that was started anew gets
a new link.
"""

import asyncio
import shlex
from asyncio.subprocess import DEVNULL
from contextlib import suppress

_PAUSE = 2.0
"""Seconds from the end of a browser to the next one."""
_GRACE = 3.0
"""Seconds for it to leave when it is told to."""


class Panel:
    """Keeps one browser on the screen."""

    def __init__(self, command: str) -> None:
        """`command` as in a shell, without the link; `ValueError` where a quote is not closed."""
        self._command = shlex.split(command)
        self._link = asyncio.Event()
        self._newest = ""

    def on_link(self, link: str) -> None:
        """A new link: the one before was used."""
        self._newest = link
        self._link.set()

    async def keep(self) -> None:
        """Keeps it until it is cancelled; `OSError` where it cannot be started."""
        await self._link.wait()
        while True:
            # What a browser says to nobody in particular does not go into our log.
            process = await asyncio.create_subprocess_exec(
                *self._command, self._newest, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
            )
            try:
                await process.wait()
            finally:
                if process.returncode is None:
                    process.terminate()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_GRACE):
                            await process.wait()
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            await asyncio.sleep(_PAUSE)
