"""Serves an app to browsers on this machine, to those who have the link and to nobody else.

The link's token is good for one browser, which gets a cookie for it. Each request must name the
address at which we serve (else a foreign page could reach us by a name of its own: DNS rebinding),
and a web socket must come from our own page. The page asks nothing of any other machine.
"""

import asyncio
import hmac
import json
import logging
import secrets
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

import textual_serve
from aiohttp import WSMsgType, web

from screens.web.child import Child
from screens.web.kept import Kept
from screens.web.page import STATIC, Pages

HOST = "127.0.0.1"
COOKIE = "kiosk-console"
_TEXTUAL = Path(textual_serve.__file__).parent / "static"
FILES = {
    "page.css": STATIC / "page.css",
    "page.js": STATIC / "page.js",
    "xterm.css": _TEXTUAL / "css" / "xterm.css",
    "textual.js": _TEXTUAL / "js" / "textual.js",
    "mono.ttf": _TEXTUAL / "fonts" / "RobotoMono-VariableFont_wght.ttf",
    "mono-italic.ttf": _TEXTUAL / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf",
}
"""All that can be had under /static/, beside the font of what is drawn (`drawn.ttf`)."""
_LONGEST = 65_536
"""Bytes of a message from the browser: a long paste."""
_MOST_BROWSERS = 8
"""With so many, the one that came first must ask for a new link."""
_PATIENCE = 8.0
"""Seconds for which a window waits for the one before it to close: a page that is loaded anew."""
_log = logging.getLogger("screens.web")


class WebServer:
    """One app for each browser window, up to a number of them."""

    def __init__(
        self,
        commands: Sequence[Sequence[str]],
        pages: Pages,
        on_link: Callable[[str], None],
        kept: bool = False,
    ) -> None:
        """`commands`: what starts the app, for each window that may be open at the same time.

        `on_link` is told the first link, and a new one whenever that was used. `kept`: an app that
        is gone is started again; else its window closes.
        """
        self._free: asyncio.Queue[Sequence[str]] = asyncio.Queue()
        for command in commands:
            self._free.put_nowait(command)
        self._pages = pages
        self._kept = kept
        self._on_link = on_link
        self._token = ""
        self._browsers: deque[str] = deque(maxlen=_MOST_BROWSERS)
        self._sockets: set[web.WebSocketResponse] = set()
        self._port = 0

    async def run(self, port: int, until: asyncio.Event) -> None:
        """Serves until then; `OSError` where the port is taken."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/", self._index)
        app.router.add_get("/closed", partial(_note, self._pages.closed))
        app.router.add_get("/elsewhere", partial(_note, self._pages.elsewhere))
        app.router.add_get("/ws", self._socket)
        app.router.add_get("/static/{name}", self._file)
        app.on_shutdown.append(self._close)
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        try:
            site = web.TCPSite(runner, HOST, port)
            await site.start()
            self._port = runner.addresses[0][1]
            self._new_link()
            await until.wait()
        finally:
            await runner.cleanup()

    def _new_link(self) -> None:
        self._token = secrets.token_urlsafe(32)
        self._on_link(f"http://{HOST}:{self._port}/?token={self._token}")

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], object]
    ) -> web.StreamResponse:
        """Who may come in, and what every answer says to the browser."""
        try:
            answer = self._refused(request) or await handler(request)  # type: ignore[misc]
        except web.HTTPException as error:
            answer = web.Response(status=error.status, text=error.reason)
        if not answer.prepared:
            answer.headers.update(self._headers())
        return answer

    def _refused(self, request: web.Request) -> web.Response | None:
        hosts = [f"{HOST}:{self._port}", f"localhost:{self._port}"]
        if request.headers.getall("Host", []) not in [[host] for host in hosts]:
            return web.Response(status=421, text="Wrong address.")
        origin = request.headers.get("Origin")
        own = f"http://{request.headers['Host']}"
        if (request.path == "/ws" and origin != own) or origin not in (None, own):
            return web.Response(status=403, text="Not from this page.")
        if "token" in request.query and request.path == "/":
            return None
        if not self._knows(request.cookies.get(COOKIE, "")):
            return web.Response(status=401, text="Open the link that kiosk serve has printed.")
        return None

    def _knows(self, cookie: str) -> bool:
        given = cookie.encode()
        return any(hmac.compare_digest(given, known.encode()) for known in self._browsers)

    def _headers(self) -> dict[str, str]:
        sockets = f"ws://{HOST}:{self._port} ws://localhost:{self._port}"
        return {
            # xterm.js makes style elements, so that styles in the page must be let in.
            "Content-Security-Policy": "default-src 'none'; script-src 'self';"
            " style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:;"
            f" connect-src 'self' {sockets}; base-uri 'none'; form-action 'none';"
            " frame-ancestors 'none'",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=(),"
            " clipboard-write=(), display-capture=(), hid=(), serial=(), usb=()",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cache-Control": "no-store",
        }

    async def _index(self, request: web.Request) -> web.Response:
        """The page; with the token, a cookie and the page's address without it."""
        if "token" not in request.query:
            return web.Response(text=self._pages.app, content_type="text/html")
        given = request.query["token"]
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return web.Response(status=401, text="This link was used already, or is none.")
        cookie = secrets.token_urlsafe(32)
        self._browsers.append(cookie)
        self._new_link()
        answer = web.Response(status=303, headers={"Location": "/"})
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="Strict", path="/")
        return answer

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        file = _drawn() if name == "drawn.ttf" else FILES.get(name)
        if file is None:
            return web.Response(status=404, text="There is no such file.")
        return web.FileResponse(file)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """One window: its app runs for as long as the socket is open."""
        try:
            async with asyncio.timeout(_PATIENCE):
                command = await self._free.get()
        except TimeoutError:
            return web.Response(status=503, text="Open in as many windows as may be.")
        try:
            return await self._window(request, command)
        finally:
            self._free.put_nowait(command)

    async def _window(self, request: web.Request, command: Sequence[str]) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=_LONGEST, compress=False)
        await socket.prepare(request)
        self._sockets.add(socket)
        child: Child | Kept
        if self._kept:
            child = Kept(command, socket.send_bytes)
        else:
            child = Child(command, socket.send_bytes, socket.close)
        try:
            size = (request.query.get("width", ""), request.query.get("height", ""))
            width, height = (int(n) if n.isdecimal() and len(n) < 5 else 80 for n in size)
            await child.start(*_window(width, height))
            async for message in socket:
                if message.type is not WSMsgType.TEXT or not await _told(
                    child, socket, message.data
                ):
                    await socket.close(code=1008)
        except (ConnectionError, OSError) as error:
            _log.info("a window was lost: %s", type(error).__name__)
        finally:
            self._sockets.discard(socket)
            await child.stop()
        return socket

    async def _close(self, _: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001)


async def _note(page: str, _: web.Request) -> web.Response:
    """A page that says why there is no app."""
    return web.Response(text=page, content_type="text/html")


@cache
def _drawn() -> Path | None:
    """The font that has what is drawn besides letters, where this machine has it."""
    if shutil.which("fc-list") is None:
        return None
    asked = ["fc-list", "--format=%{file}\n", "DejaVu Sans Mono:style=Book"]
    told = subprocess.run(asked, capture_output=True, text=True, timeout=5).stdout.split("\n")
    return next((Path(file) for file in told if file.endswith("DejaVuSansMono.ttf")), None)


async def _told(child: Child | Kept, socket: web.WebSocketResponse, text: str) -> bool:
    """Does what a window asks for; False: it is nothing that our page sends."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return False
    match told:
        case ["stdin", str(keys)]:
            await child.send_bytes(keys.encode("utf-8", "replace"))
        case ["resize", {"width": int(width), "height": int(height)}]:
            await child.set_terminal_size(*_window(width, height))
        case ["ping", str(data)]:
            await socket.send_json(["pong", data[:32]])
        case ["blur"]:
            await child.blur()
        case ["focus"]:
            await child.focus()
        case _:
            return False
    return True


def _window(width: int, height: int) -> tuple[int, int]:
    """In cells, as an app can draw it."""
    return min(max(width, 20), 500), min(max(height, 10), 200)
