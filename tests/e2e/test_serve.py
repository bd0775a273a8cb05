"""The clerk's console in a browser: it works through the web socket, and for nobody else."""

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pyte
import pytest
import yarl

from kiosk.fleet.commands import Rank
from kiosk.fleet.enrolment import Operator, Site, enrol
from screens.operator.app import LEFT_ALONE
from screens.web.server import COOKIE, FILES
from tests.e2e import chromium
from tests.e2e.browser_window import FOREIGN
from tests.e2e.serving import CANARY, PROGRAM, Served, opened, origin
from tests.processes import LONG, alive, until

SITE = Site(
    host="127.0.0.1",
    centres={"lyngby": ("kiosk-1", "kiosk-2")},
    operators={"anna": Operator(Rank.CLERK, ("lyngby",))},
    port=1,  # nobody answers there: the console works all the same, and says so
)


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    enrol(SITE, tmp_path / "fleet")
    running = Served(
        tmp_path, "--operator", "--language", "en",
        "--credentials", str(tmp_path / "fleet" / "operators" / "anna"),
        "--sessions", str(getattr(request, "param", 1)),
    )  # fmt: skip
    yield running
    running.end()


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)  # also for addresses that are numbers
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield session


class Window:
    """What a window shows."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self.screen)

    @property
    def text(self) -> str:
        """Its lines."""
        return "\n".join(self.screen.display)

    async def shows(self, wanted: str) -> None:
        """Waits until this stands in it."""
        try:
            async with asyncio.timeout(LONG):
                while wanted not in self.text:
                    message = await self.socket.receive()
                    assert message.type is aiohttp.WSMsgType.BINARY, message
                    self._stream.feed(FOREIGN.sub(b"", message.data))
        except TimeoutError:
            pytest.fail(f"{wanted!r} did not appear in\n{self.text}")

    async def press(self, keys: str) -> None:
        """As the page sends them."""
        await self.socket.send_str(json.dumps(["stdin", keys]))


async def test_the_console_works_in_a_browser(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    link = served.links[0]
    async with browser.get(link) as page:
        assert page.status == 200
        assert page.url == served.address, "the token stays in no address"
        text = await page.text()
    for file in re.findall(r'(?:src|href)="/static/([^"]+)"', text):
        async with browser.get(served.address / "static" / file) as answer:
            assert answer.status == 200
    socket = await opened(browser, served)
    window = Window(socket)
    await window.shows("lyngby")
    until(lambda: len(served.apps) == 1, "its console runs")
    assert LEFT_ALONE not in window.text
    await window.press("0")
    await window.shows(LEFT_ALONE)
    (console,) = served.apps
    environment = Path(f"/proc/{console}/environ").read_bytes()
    assert CANARY.encode() not in environment
    assert link.query["token"].encode() not in environment
    await socket.close()
    until(lambda: not alive(console), "the console ends with its window")


async def test_chromium_shows_the_console_and_gives_it_the_keys(
    served: Served, tmp_path: Path
) -> None:
    async with chromium.page(tmp_path) as page:
        await page.does("Page.navigate", url=str(served.links[0]))
        await page.until("document.body?.classList.contains('-first-byte')")
        assert await page.says("location.href") == str(served.address)
        assert await page.says("document.cookie") == "", "no script can read the cookie"
        (console,) = served.apps
        await page.says("document.querySelector('.xterm-helper-textarea').focus()")
        await page.press("0")
        async with asyncio.timeout(LONG):
            # The question whether to leave comes when it does: what it shows is a picture.
            while await page.says("location.pathname") != "/closed":
                await page.press("1")
                await asyncio.sleep(0.1)
        until(lambda: not alive(console), "the console has left")
        assert not page.complaints
        assert len(page.requests) > 5
        own = served.address.authority
        assert not [url for url in page.requests if yarl.URL(url).authority != own]


async def test_a_link_is_good_for_one_browser(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    async with browser.get(served.links[0], allow_redirects=False) as first:
        assert first.status == 303
        cookie = first.headers["Set-Cookie"]
        for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
            assert part in cookie
    async with browser.get(served.links[0]) as again:
        assert again.status == 401
    until(lambda: len(served.links) == 2, "a new link is printed")
    async with (
        aiohttp.ClientSession() as other,
        other.get(served.links[1], allow_redirects=False) as second,
    ):
        assert second.status == 303


@pytest.mark.parametrize("path", ["", "ws", "static/textual.js", "?token=", "?token=x", "?token=ø"])
async def test_nobody_comes_in_without_the_link(
    browser: aiohttp.ClientSession, served: Served, path: str
) -> None:
    headers = origin(served) | {"Cookie": f"{COOKIE}=x"}
    async with browser.get(f"{served.address}{path}", headers=headers) as answer:
        assert answer.status == 401
    assert not served.apps


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1"},
     {"Origin": ""}, {}],
)  # fmt: skip
async def test_a_foreign_page_opens_no_window(
    browser: aiohttp.ClientSession, served: Served, headers: dict[str, str]
) -> None:
    await (await browser.get(served.links[0])).read()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await browser.ws_connect(served.address / "ws", headers=headers)
    assert refused.value.status == 403
    assert not served.apps


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8090", "127.0.0.1", ""])
async def test_a_name_that_is_not_ours_leads_nowhere(
    browser: aiohttp.ClientSession, served: Served, host: str
) -> None:
    async with browser.get(served.links[0], headers={"Host": host}) as answer:
        assert answer.status in (400, 421)
    async with browser.get(served.links[0]) as answer:
        assert answer.status == 200, "and the link was not used up"


@pytest.mark.parametrize("served", [2], indirect=True)
async def test_there_are_no_more_windows_than_allowed(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    await (await browser.get(served.links[0])).read()
    first, second = await opened(browser, served), await opened(browser, served)
    until(lambda: len(served.apps) == 2, "two consoles run")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await opened(browser, served)
    assert refused.value.status == 503
    assert len(served.apps) == 2
    await first.close()
    third = await opened(browser, served)
    await Window(third).shows("lyngby")
    await second.close()
    await third.close()


@pytest.mark.parametrize("junk", ['["shell", "id"]', "[" * 30_000], ids=["shell", "deep"])
async def test_junk_closes_the_window(
    browser: aiohttp.ClientSession, served: Served, junk: str
) -> None:
    await (await browser.get(served.links[0])).read()
    socket = await opened(browser, served)
    await socket.send_str(junk)
    async with asyncio.timeout(LONG):
        while not socket.closed:
            await socket.receive()
    assert socket.close_code == 1008
    until(lambda: not served.apps, "its console has ended")
    assert served.process.poll() is None


async def test_a_window_of_any_size_is_drawn(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    await (await browser.get(served.links[0])).read()
    socket = await opened(browser, served)
    for size in (0, -1, 10**9, 10**30, 100):
        await socket.send_str(json.dumps(["resize", {"width": size, "height": size}]))
    window = Window(socket)
    await window.shows("lyngby")
    await socket.close()


async def test_the_page_asks_nothing_of_anybody_else(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    async with browser.get(served.links[0]) as page:
        policy = page.headers["Content-Security-Policy"]
        text = await page.text()
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"https?://", text + policy)
    assert not re.search(r"<script(?![^>]* src=)|\son[a-z]+=", text), "no script in the page itself"
    for name in ("page.js", "page.css", "xterm.css"):
        assert "http" not in FILES[name].read_text().replace("http://www.w3.org", "") or (
            name == "xterm.css"
        )


async def test_files_beside_the_few_are_not_served(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    await (await browser.get(served.links[0])).read()
    for path in (
        "static/",
        "static/page.html",
        "static/..%2fserver.py",
        "static/%2e%2e",
        "download/x",
    ):
        url = yarl.URL(f"{served.address}{path}", encoded=True)
        async with browser.get(url) as answer:
            assert answer.status == 404, path


async def test_all_consoles_end_with_the_server(
    browser: aiohttp.ClientSession, served: Served
) -> None:
    await (await browser.get(served.links[0])).read()
    socket = await opened(browser, served)
    await Window(socket).shows("lyngby")
    (console,) = served.apps
    served.process.terminate()
    assert served.process.wait(LONG) == 0
    assert not alive(console)
    assert "Traceback" not in served.said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--operator"], "needs --credentials"),
        (["--operator", "--simulate"], "has no devices"),
        (["--credentials", "/"], "goes with --operator"),
        (["--sessions", "2"], "the devices serve one window"),
        (["--simulate", "nothing-like-it"], "there is no machine"),
        (["--simulate", "--language", "xx"], "there is no language"),
        (["--operator", "--credentials", "/nowhere"], "there is no such folder"),
        (["--operator", "--credentials", "/", "--port", "70000"], "70000"),
    ],
)
def test_what_is_missing_is_said_in_one_line(arguments: list[str], said: str) -> None:
    command = [PROGRAM, "serve", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=LONG)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1
