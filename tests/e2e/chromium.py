"""Chromium without a window, told what to do through its debugging protocol (CDP)."""

import asyncio
import base64
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.processes import LONG

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking",
)  # fmt: skip
"""Without a window, on a machine of tests."""


def program() -> str:
    """Its path; skips where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not installed (apt install chromium)")
    return found


class Page:
    """One page, what it asked for and what it complained of."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requests: list[str] = []
        """Addresses of all that was asked of the network."""
        self.complaints: list[str] = []
        """Errors of scripts, and what its policy has forbidden."""
        self.on_received: Callable[[bytes], None] = _nothing
        """Told each message of bytes that comes through a web socket."""
        self.on_sent: Callable[[str], None] = _nothing
        """Told each message of text that goes through one."""

    async def listen(self) -> None:
        """Takes what it says, until it ends."""
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                answer = self._answers.pop(told["id"])
                if not answer.done():  # else nobody waits for it any more
                    answer.set_result(told)
                continue
            match told["method"], told["params"]:
                case "Network.requestWillBeSent", {"request": {"url": url}}:
                    self.requests.append(url)
                case "Network.webSocketCreated", {"url": url}:
                    self.requests.append(url)
                case "Network.webSocketFrameReceived", {"response": {"opcode": 2} as frame}:
                    self.on_received(base64.b64decode(frame["payloadData"]))
                case "Network.webSocketFrameSent", {"response": {"payloadData": text}}:
                    self.on_sent(text)
                case "Log.entryAdded", {"entry": {"level": "error", "text": text}}:
                    self.complaints.append(text)
                case "Runtime.exceptionThrown", {"exceptionDetails": details}:
                    self.complaints.append(str(details))

    async def does(self, method: str, **parameters: object) -> dict[str, Any]:
        """Has it do something; its answer."""
        number = next(self._numbers)
        answer = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(LONG):
            told = await answer
        assert "error" not in told, told
        result: dict[str, Any] = told["result"]
        return result

    async def says(self, script: str) -> object:
        """The value of a script."""
        told = await self.does(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        return told["result"].get("value")

    async def until(self, script: str) -> None:
        """Waits until a script's value is true."""
        async with asyncio.timeout(LONG):
            while not await self.says(script):
                await asyncio.sleep(0.05)

    async def press(self, key: str) -> None:
        """Presses a key; one character is typed."""
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        code = {"windowsVirtualKeyCode": 13} if key == "Enter" else {}
        await self.does("Input.dispatchKeyEvent", type="keyDown", key=key, **text, **code)
        await self.does("Input.dispatchKeyEvent", type="keyUp", key=key, **code)

    async def touch(self, x: float, y: float, seconds: float = 0.0) -> None:
        """Puts a finger there, in pixels, and lifts it after so long."""
        await self.does(
            "Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}]
        )
        await asyncio.sleep(seconds)
        await self.does("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    async def picture(self) -> bytes:
        """What it shows, as PNG."""
        told = await self.does("Page.captureScreenshot", format="png")
        return base64.b64decode(told["data"])


def _nothing(_: object) -> None:
    """Nobody listens."""


@asynccontextmanager
async def page(folder: Path, size: tuple[int, int] = (1200, 800)) -> AsyncIterator[Page]:
    """An empty page, on a screen that feels a finger; skips where there is no Chromium.

    `size`: of what is to be seen of it, in pixels.
    """
    process = await asyncio.create_subprocess_exec(
        program(), *OPTIONS, "--remote-debugging-port=0",
        f"--user-data-dir={folder / 'chromium'}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"HOME": str(folder)},
    )  # fmt: skip
    try:
        port = folder / "chromium" / "DevToolsActivePort"
        async with asyncio.timeout(LONG):
            while not (port.is_file() and port.read_text().count("\n")):
                assert process.returncode is None, "Chromium has ended"
                await asyncio.sleep(0.05)
        base = f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{base}/json/list") as answer:
                first = next(one for one in await answer.json() if one["type"] == "page")
            async with session.ws_connect(first["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                shown = Page(socket)
                listening = asyncio.create_task(shown.listen())
                for domain in ("Network", "Log", "Runtime", "Page"):
                    await shown.does(f"{domain}.enable")
                width, height = size
                await shown.does(
                    "Emulation.setDeviceMetricsOverride",
                    width=width, height=height, deviceScaleFactor=1, mobile=False,
                )  # fmt: skip
                await shown.does("Emulation.setTouchEmulationEnabled", enabled=True)
                try:
                    yield shown
                finally:
                    listening.cancel()
                    await asyncio.wait([listening])
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(LONG):
            await process.wait()
