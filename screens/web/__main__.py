"""Serves an app in browsers on this machine: `python -m screens.web ... -- COMMAND`."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from hardware.own_process import (
    die_with_parent,
    leave_no_core,
    no_new_privileges,
    not_to_be_looked_into,
    stay_in_memory,
)
from kiosk.keeper import OVERWRITTEN, notify
from kiosk.language import Language, load_languages
from kiosk.places import Folders, shipped
from kiosk.reading import ConfigError
from screens.kit import load_kit
from screens.web.page import made
from screens.web.panel import Panel
from screens.web.server import WebServer

_CONSOLE = ("en", "da")
"""The languages of a page with a console in it."""
_SIGN = 5.0
"""Seconds between two signs of life to systemd."""


def main() -> int:
    """Prints a link for one browser, and a new one whenever it was used, until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m screens.web")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sessions", type=int, default=1)
    parser.add_argument("--kiosk", action="store_true", help="COMMAND is the kiosk: it is kept")
    parser.add_argument("--windows", type=json.loads, help="JSON: for each window what is added")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--language")
    parser.add_argument("--browser", type=Panel, help="what is started with the link")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    for name in OVERWRITTEN:  # for this process; a browser that it starts is to be quick
        os.environ.pop(name, None)
    leave_no_core()
    stay_in_memory()  # what windows are sent passes through
    not_to_be_looked_into()
    if arguments.browser is None:
        no_new_privileges()  # a browser's own sandbox may need some
    if arguments.windows:
        die_with_parent()  # which plays their devices
    try:
        asyncio.run(_serve(arguments))
    except OSError as error:
        print(f"kiosk: port {arguments.port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    until = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, until.set)
    windows = arguments.windows or [[]] * arguments.sessions
    commands = [[*arguments.command, *added] for added in windows]
    panel: Panel | None = arguments.browser
    pages = made("Kiosk", _languages(arguments), returns=panel is not None)
    tell = panel.on_link if panel else _print_link

    def on_link(link: str) -> None:
        notify("READY=1")  # who has the link can come
        tell(link)

    server = WebServer(commands, pages, on_link, arguments.kiosk)
    beside = [asyncio.create_task(_feed_watchdog())]
    beside += [asyncio.create_task(_keep(panel, until))] if panel else []
    try:
        await server.run(arguments.port, until)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.wait(beside)


async def _keep(panel: Panel, until: asyncio.Event) -> None:
    try:
        await panel.keep()
    except OSError as error:
        print(f"kiosk: the browser: {error.strerror}", file=sys.stderr)
        until.set()


async def _feed_watchdog() -> None:
    """Tells systemd that windows are opened and apps kept."""
    while True:
        await asyncio.sleep(_SIGN)
        notify("WATCHDOG=1")


def _languages(arguments: argparse.Namespace) -> Sequence[Language]:
    """Those of the page: of a kiosk that cannot be read the shipped ones, as it may come up yet."""
    if not arguments.kiosk:
        codes = dict.fromkeys([arguments.language or _CONSOLE[0], *_CONSOLE])
        return list(load_languages(tuple(codes), Folders(arguments.config)).values())
    try:
        kit = load_kit(Folders(arguments.config), arguments.language)
    except ConfigError:
        kit = load_kit(Folders(shipped() / "kiosk.toml"))
    return list(kit.languages.values())


def _print_link(link: str) -> None:
    print(f"For one browser on this machine: {link}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
