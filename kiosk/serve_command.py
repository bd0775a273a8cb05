"""`kiosk serve`: the kiosk, or the clerk's console, in a browser on this machine."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import click

from kiosk.command_line import (
    config_errors,
    config_option,
    folders_of,
    plugged_in,
    refuse,
    simulate_option,
)
from kiosk.keeper import OVERWRITTEN
from kiosk.places import Folders
from kiosk.reading import suggestion


@click.command()
@simulate_option
@click.option("--operator", is_flag=True, help="The console for clerks instead of the kiosk.")
@click.option(
    "--credentials",
    type=click.Path(path_type=Path, file_okay=False),
    help="The operator's folder, as kiosk fleet enrol has made it.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True,
              help="On this machine; 0: any that is free.")  # fmt: skip
@click.option("--sessions", type=click.IntRange(1, 32), default=1, show_default=True,
              help="Windows at once: with --simulate each has a machine of its own. The broker "
              "lets one operator's console in once.")  # fmt: skip
@click.option("--language", help="The language that stands first.")
@click.option("--browser", metavar="COMMAND",
              help="A browser for the panel: started with the link instead of printing it, and "
              "again when it ends. 'chromium --kiosk --incognito'")  # fmt: skip
@click.option("--log", type=click.Path(path_type=Path), help="A file for the kiosk's log.")
@config_option
def serve(
    simulate: str | None,
    operator: bool,
    credentials: Path | None,
    port: int,
    sessions: int,
    language: str | None,
    browser: str | None,
    log: Path | None,
    config_file: Path | None,
) -> None:
    """The kiosk in a browser on this machine; prints the link that opens it.

    For touch panels without a good terminal, and for training. The link is good for one browser,
    once. Nobody else on the network can reach it.
    """
    if operator and simulate is not None:
        refuse("--simulate is for the kiosk: a console has no devices")
    if operator and credentials is None:
        refuse("--operator needs --credentials FOLDER")
    if credentials is not None and not operator:
        refuse("--credentials goes with --operator")
    if credentials is not None and not credentials.is_dir():
        refuse(f"{credentials}: there is no such folder")
    if not operator and simulate is None and sessions > 1:
        refuse("the devices serve one window: --sessions goes with --simulate or --operator")
    folders = folders_of(config_file)
    if language is not None and language not in folders.packs():
        refuse(f"there is no language '{language}'{suggestion(language, folders.packs())}")
    if browser is not None and not _is_command(browser):
        refuse(f"--browser: there is no such program: {browser}")
    site = ["--config", str(folders.settings_file)]
    site += ["--language", language] if language else []
    web = [sys.executable, "-m", "screens.web", "--port", str(port), *site]
    web += ["--browser", browser] if browser else []
    if operator:
        console = [sys.executable, "-m", "screens.operator", "--credentials", str(credentials)]
        command = [*web, "--sessions", str(sessions), "--", *console, *site]
        os.execve(command[0], command, os.environ | OVERWRITTEN)
    kiosk = [sys.executable, "-m", "screens", *site]
    kiosk += ["--log", str(log)] if log else []
    if simulate is None:
        command = [*web, "--kiosk", "--", *kiosk]
        os.execve(command[0], command, os.environ | OVERWRITTEN)
    _on_simulated(folders, simulate, sessions, [*web, "--kiosk"], kiosk)


def _on_simulated(
    folders: Folders, machine: str, sessions: int, web: list[str], kiosk: list[str]
) -> NoReturn:
    """Plays a machine for each window as long as the server runs."""
    if sessions > 1 and _has_broker(folders):
        refuse("the broker lets a kiosk in once: --sessions goes with settings without a broker")
    with ExitStack() as playing:
        windows = []
        for _ in range(sessions):
            plugged = playing.enter_context(plugged_in(folders, machine))
            windows.append(["--devices", plugged.devices, "--trust", str(plugged.trust)])
        command = [*web, "--windows", json.dumps(windows), "--", *kiosk]
        server = subprocess.Popen(command, env=os.environ | OVERWRITTEN)
        # Ctrl+C comes to both, and the server knows what to do.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for name in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: server.terminate())
        code = server.wait()
    sys.exit(code)


def _is_command(words: str) -> bool:
    try:
        program, *_ = shlex.split(words)
    except ValueError:
        return False
    return shutil.which(program) is not None


def _has_broker(folders: Folders) -> bool:
    from kiosk import settings

    with config_errors():
        return bool(settings.load(folders).fleet.broker)
