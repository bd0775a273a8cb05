"""The app behind one browser window: a process of its own, that gets no more than it needs."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from kiosk.keeper import OVERWRITTEN
from screens.web.driver import SIZE, WindowDriver

_PASSED = frozenset(
    {"PATH", "PYTHONPATH", "HOME", "LANG", "LANGUAGE", "TZ", "STATE_DIRECTORY", "XDG_STATE_HOME",
     "XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY", "KIOSK_RUNTIME",
     "TEXTUAL_FPS", "TEXTUAL_COLOR_SYSTEM"}
)  # fmt: skip
"""Variables that an app needs, and those by which textual-serve says how to draw."""
_GRACE = 5.0
"""Seconds for an app to leave when it is told to."""
_LAST_WORDS = 1.0
"""Seconds for what an app has still written when it is gone."""
_PREAMBLE = b"__GANGLION__\n"
"""What Textual's web driver writes first of all."""


class Child(AppService):
    """One life of an app; textual-serve packs what it is told, the rest is ours."""

    def __init__(
        self,
        command: Sequence[str],
        write: Callable[[bytes], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
        pass_fds: Sequence[int] = (),
    ) -> None:
        """`write` gets what is drawn; `close` is called when the app wants its window closed."""
        super().__init__(
            "", write_bytes=write, write_str=_nothing, close=close,
            download_manager=DownloadManager(),
        )  # fmt: skip
        self._arguments = list(command)
        self._pass_fds = tuple(pass_fds)

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        """Only the variables that it needs: none of ours with a secret in it."""
        whole = super()._build_environment(width, height)
        passed = {name: value for name, value in whole.items()
                  if name in _PASSED or name.startswith("LC_")}  # fmt: skip
        driver = f"{WindowDriver.__module__}:{WindowDriver.__name__}"
        ours = {"TEXTUAL_DRIVER": driver, SIZE: f"{width}x{height}"}
        return passed | ours | OVERWRITTEN

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Starts it without a shell; what it complains of goes where we complain."""
        self._process = await asyncio.create_subprocess_exec(
            *self._arguments, stdin=PIPE, stdout=PIPE,
            env=self._build_environment(width, height), pass_fds=self._pass_fds,
        )  # fmt: skip
        self._stdin = self._process.stdin
        return self._process

    async def run(self) -> None:
        """Takes what the app writes, until it has closed its end."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        with suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            while await process.stdout.readline() != _PREAMBLE:
                if process.stdout.at_eof():
                    return
            while True:
                kind = await process.stdout.readexactly(1)
                size = int.from_bytes(await process.stdout.readexactly(4), "big")
                payload = await process.stdout.readexactly(size)
                if kind == b"D":
                    await self.on_data(payload)
                elif kind == b"M":
                    await self.on_meta(payload)

    async def on_meta(self, data: bytes) -> None:
        """The app may close its window; no links are opened for it and no files delivered."""
        if b'"exit"' in data:
            await self.remote_close()

    async def ended(self) -> int:
        """Waits until the app is gone and what it wrote has been taken; its exit code."""
        process, task = self._process, self._task
        assert process is not None
        code = await process.wait()
        if task is not None:
            # One that it had started may still hold its end of the pipe.
            await asyncio.wait([task], timeout=_LAST_WORDS)
            task.cancel()
            self._task = None
        return code

    def kill(self) -> None:
        """Ends it at once."""
        with suppress(ProcessLookupError):
            if self._process is not None:
                self._process.kill()

    async def stop(self) -> None:
        """Asks it to leave, and kills it where it does not."""
        if self._process is None:
            return
        with suppress(OSError):
            async with asyncio.timeout(_GRACE):
                await self.send_meta({"type": "quit"})
        try:
            async with asyncio.timeout(_GRACE):
                await self._process.wait()
        except TimeoutError:
            self.kill()
        await self.ended()


async def _nothing(_: str) -> None:
    """What is not bytes for the terminal does not go to the browser."""
