"""The app behind one browser window: a process of its own, that gets no more than it needs."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

_PASSED = frozenset(
    {"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "STATE_DIRECTORY", "XDG_STATE_HOME",
     "XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY", "KIOSK_RUNTIME",
     "TEXTUAL_DRIVER", "TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM", "COLUMNS", "ROWS"}
)  # fmt: skip
"""Variables that an app needs, and those by which textual-serve says how it is to draw."""
_GRACE = 5.0
"""Seconds for an app to leave when it is told to."""


class Child(AppService):
    """One app; textual-serve speaks with it, we decide what it is started with and may ask for."""

    def __init__(
        self,
        command: Sequence[str],
        write: Callable[[bytes], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(
            "", write_bytes=write, write_str=_nothing, close=close,
            download_manager=DownloadManager(),
        )  # fmt: skip
        self._arguments = list(command)

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        """Only the variables that it needs: none of ours with a secret in it."""
        whole = super()._build_environment(width, height)
        return {name: value for name, value in whole.items()
                if name in _PASSED or name.startswith("LC_")}  # fmt: skip

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Starts it without a shell."""
        self._process = await asyncio.create_subprocess_exec(
            *self._arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE,
            env=self._build_environment(width, height),
        )  # fmt: skip
        self._stdin = self._process.stdin
        return self._process

    async def on_meta(self, data: bytes) -> None:
        """The app may close its window; no links are opened for it and no files delivered."""
        if b'"exit"' in data:
            await self.remote_close()

    async def on_packed(self, payload: bytes) -> None:
        """Nothing is downloaded."""

    async def stop(self) -> None:
        """Asks it to leave, and kills it where it does not."""
        process, task = self._process, self._task
        if process is None or task is None:
            return
        self._task = None
        with suppress(OSError):
            await self.send_meta({"type": "quit"})
        try:
            await asyncio.wait_for(process.wait(), _GRACE)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        finally:
            with suppress(asyncio.CancelledError):
                await task


async def _nothing(_: str) -> None:
    """What is not bytes for the terminal does not go to the browser."""
