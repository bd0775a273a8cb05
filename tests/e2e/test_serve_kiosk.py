"""The kiosk behind a browser's window: kept as on a terminal, alone with its devices, and gone."""

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pyte
import pytest

from hardware.verdicts import CodeVerdict
from kiosk.advice import CODE
from kiosk.keeper import OUT_OF_ORDER, OVERWRITTEN
from screens import attract, face_rehearsal, needs, staff, wiped
from screens.keys import ANSWER_DIGITS
from screens.web import kept
from tests.e2e.browser_window import FOREIGN
from tests.e2e.forgetting.kiosk import may_look
from tests.e2e.forgetting.places import in_memory
from tests.e2e.forgetting.search import Finder
from tests.e2e.running import QUESTION
from tests.e2e.serving import CANARY, Served, opened
from tests.processes import LONG, alive, child, children, until


class Window:
    """A window without a browser around it."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self.screen)
        self._drawn = asyncio.Event()

    async def draw(self, data: bytes) -> None:
        """What comes for it."""
        self._stream.feed(FOREIGN.sub(b"", data))
        self._drawn.set()

    @property
    def text(self) -> str:
        """Its lines as one."""
        return " ".join(" ".join(self.screen.display).split())

    async def shows(self, words: str) -> None:
        """Waits until this stands in it."""
        try:
            async with asyncio.timeout(LONG):
                while words not in self.text:
                    self._drawn.clear()
                    await self._drawn.wait()
        except TimeoutError:
            pytest.fail(f"{words!r} did not appear in\n" + "\n".join(self.screen.display))


class ServedWindow(Window):
    """One that a server has opened."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        """What came, until somebody clears it."""
        self.socket = socket
        self._taking = asyncio.create_task(self._take())

    async def _take(self) -> None:
        async for message in self.socket:
            assert message.type is aiohttp.WSMsgType.BINARY, message
            self.sent.append(message.data)
            await self.draw(message.data)

    async def press(self, keys: str) -> None:
        """As the page sends them, not as fast as a key that is held down."""
        for key in keys.split():
            await self.socket.send_str(json.dumps(["stdin", key]))
            await asyncio.sleep(0.5)

    async def close(self) -> None:
        """As a window that is closed."""
        await self.socket.close()
        await self._taking


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    options = getattr(request, "param", "--simulate no-devices").split()
    running = Served(tmp_path, "--language", "en", *options)
    yield running
    running.end()


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)  # also for addresses that are numbers
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield session


async def window_of(browser: aiohttp.ClientSession, served: Served) -> ServedWindow:
    """A window with the first screen in it."""
    await (await browser.get(served.links[-1])).read()
    window = ServedWindow(await opened(browser, served))
    await window.shows(attract.TITLE)
    return window


async def test_an_app_that_was_killed_is_there_again_without_the_last_visit(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    window = await window_of(browser, served)
    await window.press("1")
    await window.shows(QUESTION)
    app = served.app()
    host = child(app, "hardware.host")
    os.kill(app, signal.SIGKILL)
    await window.shows(attract.TITLE)
    assert QUESTION not in window.text
    assert served.app() != app
    assert not alive(host or 0)
    await window.press("1")
    await window.shows(QUESTION)
    await window.close()


async def test_the_app_and_its_host_know_nothing_of_our_environment(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    token = served.links[0].query["token"]
    window = await window_of(browser, served)
    app = served.app()
    for pid in (app, child(app, "hardware.host")):
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"PATH=" in environment
        assert CANARY.encode() not in environment
        assert token.encode() not in environment
        for name in OVERWRITTEN:  # a host ends with what it knows, and is to be quick
            assert (f"{name}=".encode() in environment) == (pid == app)
    await window.close()


@pytest.mark.slow
@pytest.mark.parametrize("served", ["--simulate --sessions 2"], indirect=True, ids=["two"])
async def test_each_window_has_a_simulated_machine_of_its_own(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    windows = [await window_of(browser, served), await window_of(browser, served)]
    addresses = {address for command in served.apps.values()
                 for address in re.findall(r"udp:127\.0\.0\.1:\d+", command)}  # fmt: skip
    assert len(addresses) == 2
    for window in windows:
        await window.press("1 1 7 1 3 1")
    for window in windows:
        await window.shows(CODE[CodeVerdict.GOOD].found.split(".")[0])
        await window.close()


PIECE = re.compile(rb"(?:\x1b\[48;2;\d+;\d+;\d+m +){4}")
"""Four pixels side by side, as the live picture is written in a browser's window."""


async def pieces(window: ServedWindow) -> Finder:
    """Looks for parts of the live picture that the window was sent just now."""
    window.sent.clear()
    found: set[bytes] = set()
    async with asyncio.timeout(LONG):
        while len(found) < 200:
            await asyncio.sleep(0.1)
            sent = PIECE.findall(b"".join(window.sent))
            found = {piece for piece in sent if len(set(piece.split(b"m"))) > 4}
    return Finder({"live picture": found})


@pytest.mark.skipif(not may_look(), reason="only root can read the memory of another process")
@pytest.mark.parametrize("served", ["--simulate quick"], indirect=True)
async def test_nothing_of_a_visit_is_left_in_the_server(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    def holds(finder: Finder) -> bool:
        return bool(in_memory(served.server, "server", finder).hits)

    window = await window_of(browser, served)
    await window.press(f"1 1 7 {ANSWER_DIGITS[0]} 3")
    await window.shows(needs.TRY_WHICH)
    await window.press("3")
    await window.shows(face_rehearsal.CAMERA_ON)
    async with asyncio.timeout(3 * LONG):
        while not holds(finder := await pieces(window)):
            pass  # the search is not blind
    await window.press("1")
    await window.shows(needs.TRY_WHICH)
    await window.press("9")
    await window.shows(staff.SURE)
    await window.press("1")
    await window.shows(wiped.ERASED)
    await window.shows(attract.TITLE)
    assert not holds(finder)
    await window.close()
    assert not holds(finder)


@pytest.mark.grid
@pytest.mark.parametrize("which", ["command", "server"])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
async def test_all_processes_end_with_the_server(
    browser: aiohttp.ClientSession, served: Served, which: str, name: str
) -> None:
    window = await window_of(browser, served)
    app = served.app()
    server = served.server
    assert server != served.process.pid
    started = [*children(served.process.pid), app, *children(app)]
    assert len(started) == 4, "a machine, the server, an app and its host"
    os.kill(served.process.pid if which == "command" else server, signal.Signals[name])
    until(lambda: not any(map(alive, started)), "all of them have ended")
    served.process.wait(LONG)
    assert "Traceback" not in served.said
    await window.close()


async def test_a_window_that_is_closed_while_its_app_starts_leaves_none_behind(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    await (await browser.get(served.links[0])).read()
    for _ in range(3):
        await (await opened(browser, served)).close()
    until(lambda: not served.apps, "no app is left")
    window = ServedWindow(await opened(browser, served))
    await window.shows(attract.TITLE)
    await window.close()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path


def kept_here() -> int | None:
    """The app that is kept without a server around it."""
    return child(os.getpid(), "--alive")


@asynccontextmanager
async def kept_app(settings: Path, window: Window, *options: str) -> AsyncIterator[kept.Kept]:
    """The real app, kept for this window."""
    command = [sys.executable, "-m", "screens", "--config", str(settings), "--devices", "[]"]
    app = kept.Kept([*command, "--language", "en", *options], window.draw)
    await app.start(100, 30)
    try:
        yield app
    finally:
        await app.stop()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
async def test_it_is_read_aloud_as_on_a_terminal(state: Path) -> None:
    settings, spoken = state / "kiosk.toml", state / "spoken.jsonl"
    settings.touch()
    window = Window()
    options = ["--speech-transcript", str(spoken), "--no-sound"]
    async with kept_app(settings, window, *options) as app, asyncio.timeout(2 * LONG):
        await window.shows(attract.TITLE)
        while not (spoken.exists() and attract.TITLE in spoken.read_text()):
            await app.send_bytes(b"*")
            await asyncio.sleep(1)


@pytest.mark.slow
async def test_an_app_that_froze_gives_way_to_another(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "FROZEN_AFTER", 4.0)
    settings = state / "kiosk.toml"
    settings.touch()
    window = Window()
    async with kept_app(settings, window) as app:
        await window.shows(attract.TITLE)
        frozen = kept_here()
        assert frozen
        await app.send_bytes(b"1")
        await window.shows(QUESTION)
        os.kill(frozen, signal.SIGSTOP)
        await window.shows(attract.TITLE)
        assert not alive(frozen)
    assert not kept_here()


ALWAYS_ALIVE = """
import contextlib, os, sys
with contextlib.suppress(BrokenPipeError):
    while True:
        os.write(int(sys.argv[-1]), b".")
"""


async def test_a_window_that_is_closed_as_its_app_gives_a_sign_of_life_leaves_none_behind() -> None:
    """An app whose next sign is always there already."""
    for _ in range(10):
        app = kept.Kept([sys.executable, "-c", ALWAYS_ALIVE], Window().draw)
        await app.start(80, 24)
        while not kept_here():
            await asyncio.sleep(0)
        await asyncio.sleep(0.1)
        async with asyncio.timeout(LONG):
            await app.stop()
        assert not kept_here()


async def test_a_configuration_that_cannot_be_read_is_out_of_order_until_it_is_mended(
    state: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kept, "PAUSE", 1.0)
    settings = state / "kiosk.toml"
    settings.write_text("[kiosk\n")
    window = Window()
    async with kept_app(settings, window):
        await window.shows(OUT_OF_ORDER.split("\r\n")[2].strip())
        assert "kiosk.toml" in capfd.readouterr().err
        settings.write_text("")
        await window.shows(attract.TITLE)
