"""The keeper of a browser window: the app in it is started again when it is gone or frozen.

What `kiosk.keeper` does for a terminal, with the same times and the same codes.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from kiosk.keeper import (
    BAD_CONFIG,
    FROZEN_AFTER,
    LAST_GOOD,
    OUT_OF_ORDER,
    PAUSE,
    PAUSE_AFTER_SHORT_LIVES,
    RESET,
    SHORT_LIFE,
    START_WITHIN,
)
from screens.web.child import Child

_LEAVE_WITHIN = 3.0
"""Seconds for an app that has given no more signs of life on purpose."""


class Kept:
    """One window and the app in it, for as long as the window is open."""

    def __init__(self, command: Sequence[str], write: Callable[[bytes], Awaitable[None]]) -> None:
        """`command` starts the app; `--alive FD` is added to it, and `LAST_GOOD` where need be."""
        self._command = list(command)
        self._write = write
        self._size = (80, 24)
        self._child: Child | None = None
        self._keeping: asyncio.Task[None] | None = None

    async def start(self, width: int, height: int) -> None:
        """Starts the app and keeps it from now on."""
        self._size = (width, height)
        self._keeping = asyncio.create_task(self._keep())

    async def send_bytes(self, data: bytes) -> None:
        """What is pressed; while the app is started again it goes nowhere."""
        if self._child is not None:
            await self._child.send_bytes(data)

    async def set_terminal_size(self, width: int, height: int) -> None:
        """The window has another size, in cells; the next app is told it, too."""
        self._size = (width, height)
        if self._child is not None:
            await self._child.set_terminal_size(width, height)

    async def focus(self) -> None:
        """The window has the keys."""
        if self._child is not None:
            await self._child.focus()

    async def blur(self) -> None:
        """Another window has them."""
        if self._child is not None:
            await self._child.blur()

    async def stop(self) -> None:
        """The window is closed: the app leaves, and its device host with it."""
        if self._keeping is None:
            return
        child = self._child
        self._keeping.cancel()
        await asyncio.wait([self._keeping])
        if child is not None:
            await child.stop()

    async def _keep(self) -> None:
        clock = asyncio.get_running_loop().time
        short_lives = 0
        last_good = False
        while True:
            started = clock()
            code = await self._one_life(last_good)
            await self._show(RESET)  # no last picture stays
            short_lives = short_lives + 1 if clock() - started < SHORT_LIFE else 0
            hopeless = code == BAD_CONFIG and last_good
            # The site's own comes first again after a pause: it may have been mended.
            last_good = (code == BAD_CONFIG or last_good) and not hopeless
            if hopeless or short_lives >= PAUSE_AFTER_SHORT_LIVES:
                await self._show(OUT_OF_ORDER)
                await asyncio.sleep(PAUSE)
                await self._show(RESET)

    async def _show(self, text: str) -> None:
        with suppress(ConnectionError):  # the window is being closed
            await self._write(text.encode())

    async def _one_life(self, last_good: bool) -> int:
        """Starts the app, watches it, and returns its exit code."""
        alive, alive_there = os.pipe()
        command = [*self._command, "--alive", str(alive_there)]
        command += [LAST_GOOD] if last_good else []
        child = Child(command, self._write, _nothing, pass_fds=[alive_there])
        signs = asyncio.StreamReader()
        listening, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(signs), os.fdopen(alive, "rb", 0)
        )
        try:
            try:
                await child.start(*self._size)
            except OSError:
                return 1  # the system has no memory or no process left: perhaps it has, later
            finally:
                os.close(alive_there)
            self._child = child
            await _watch(child, signs)
            return await child.ended()
        finally:
            self._child = None
            listening.close()


async def _watch(child: Child, signs: asyncio.StreamReader) -> None:
    """Returns when the app is gone, or was killed because it froze or would not leave."""
    clock = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(START_WITHIN) as patience:
            while await signs.read(4096):
                patience.reschedule(clock() + FROZEN_AFTER)
            # It has closed its end: it is gone or going.
            patience.reschedule(clock() + _LEAVE_WITHIN)
            await child.ended()
    except TimeoutError:
        child.kill()


async def _nothing() -> None:
    """Its window stays when an app leaves: the next one comes."""
