"""Turns over what a browser's window sends to `kiosk serve`."""

from typing import Any

import msgspec

from screens.web.server import _told


class _Window:
    """The app behind the window and its socket: what they are asked for is looked at."""

    async def send_bytes(self, keys: bytes) -> bool:
        assert isinstance(keys, bytes)
        keys.decode("utf-8")
        return True

    async def set_terminal_size(self, width: int, height: int) -> None:
        assert 20 <= width <= 500
        assert 10 <= height <= 200

    async def send_json(self, told: list[str]) -> None:
        assert told[0] == "pong"
        assert len(told[1]) <= 32
        msgspec.json.encode(told[0])

    async def blur(self) -> None: ...

    async def focus(self) -> None: ...


_WINDOW: Any = _Window()


def fuzz_socket(data: bytes) -> None:
    """A message of text: done as our page means it, or the window is closed."""
    # A web socket's text is UTF-8, which aiohttp has looked at.
    text = data.decode("utf-8", "ignore")
    told = _told(_WINDOW, _WINDOW, text)
    try:
        told.send(None)
    except StopIteration as ended:
        assert ended.value in (True, False)  # noqa: PT017 - how a coroutine returns
    else:
        raise AssertionError("it waits for something")


TARGETS = {"socket": fuzz_socket}


def seeds(target: str) -> list[bytes]:
    """What page.js sends."""
    return [
        b'["stdin","1"]',
        b'["stdin","\\u001b[<0;12;7M"]',
        b'["resize",{"width":80,"height":24}]',
        b'["ping","1764130000000"]',
        b'["blur"]',
        b'["focus"]',
    ]
