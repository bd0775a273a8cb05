"""A running `kiosk serve`: its links, its processes, and browsers that have one of its links."""

import os
import re
import subprocess
import sys
from pathlib import Path

import aiohttp
import yarl

from tests.processes import LONG, child, children, until

CANARY = "canary-4711"
"""Stands in the environment of whoever starts the server."""
PROGRAM = str(Path(sys.executable).with_name("kiosk"))


class Served:
    """A server and the links that it has printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        """`folder` is for what it says and keeps; with `--browser` no link is printed."""
        self.folder = folder
        self._out = folder / "out.log"
        state = folder / "state"
        state.mkdir()
        environment = os.environ | {"SECRET_OF_OURS": CANARY, "STATE_DIRECTORY": str(state)}
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", "--port", "0", *options],
                stdout=out, stderr=subprocess.STDOUT, env=environment,
            )  # fmt: skip
        if "--browser" not in options:
            until(lambda: self.links or self.process.poll() is not None, "the link is printed")
            assert self.links, self.said

    @property
    def links(self) -> list[yarl.URL]:
        """As they were printed, the oldest first."""
        return [yarl.URL(link) for link in re.findall(r"http://\S+", self.said)]

    @property
    def said(self) -> str:
        """All that was printed."""
        return self._out.read_text()

    @property
    def address(self) -> yarl.URL:
        """Without a token."""
        return self.links[0].with_query(None)

    @property
    def server(self) -> int:
        """The process that serves; the command itself where it plays no machine."""
        return child(self.process.pid, "screens.web") or self.process.pid

    @property
    def apps(self) -> dict[int, str]:
        """The apps that run, one for each window, with their command lines."""
        found = children(self.server)
        return {pid: command for pid, command in found.items() if "-m screens" in command}

    @property
    def browsers(self) -> list[int]:
        """Those that it has started."""
        return [pid for pid, command in children(self.server).items() if "token=" in command]

    def app(self, timeout: float = LONG) -> int:
        """The one that runs, once there is one with a device host."""
        until(
            lambda: any(child(pid, "hardware.host") for pid in self.apps),
            "app and device host run",
            timeout,
        )
        (pid,) = self.apps
        return pid

    def end(self) -> None:
        """Ends it as a system does."""
        self.process.terminate()
        try:
            self.process.wait(LONG)
        finally:
            self.process.kill()  # no test after this one meets it
            self.process.wait()


def origin(served: Served) -> dict[str, str]:
    """What the browser says of a page of ours."""
    return {"Origin": str(served.address.origin())}


async def opened(
    browser: aiohttp.ClientSession, served: Served, columns: int = 100, rows: int = 30
) -> aiohttp.ClientWebSocketResponse:
    """A window, as our page opens it."""
    url = (served.address / "ws").with_query(width=columns, height=rows)
    return await browser.ws_connect(url, headers=origin(served), max_msg_size=0)
