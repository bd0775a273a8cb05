"""Serves an app in browsers on this machine: `python -m screens.web ... -- COMMAND`."""

import argparse
import asyncio
import signal
import sys

from hardware.own_process import leave_no_core
from screens.web.server import WebServer


def main() -> int:
    """Prints a link for one browser, and a new one whenever it was used, until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m screens.web")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sessions", type=int, required=True)
    parser.add_argument("--title", default="Kiosk")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    leave_no_core()
    try:
        asyncio.run(_serve(arguments))
    except OSError as error:
        print(f"kiosk: port {arguments.port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    until = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, until.set)
    server = WebServer(arguments.command, arguments.sessions, _print_link, arguments.title)
    await server.run(arguments.port, until)


def _print_link(link: str) -> None:
    print(f"For one browser on this machine: {link}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
