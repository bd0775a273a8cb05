"""`kiosk serve`: the clerk's console in a browser on this machine."""

import os
import sys
from pathlib import Path

import click

from kiosk.command_line import config_option, folders_of, refuse
from kiosk.reading import suggestion


@click.command()
@click.option("--operator", is_flag=True, help="The console for clerks.")
@click.option(
    "--credentials",
    type=click.Path(path_type=Path, file_okay=False),
    help="The operator's folder, as kiosk fleet enrol has made it.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True,
              help="On this machine; 0: any that is free.")  # fmt: skip
@click.option("--sessions", type=click.IntRange(1, 32), default=1, show_default=True,
              help="Windows at once. The broker lets one operator's console in once.")  # fmt: skip
@click.option("--language", help="da or en.")
@config_option
def serve(
    operator: bool,
    credentials: Path | None,
    port: int,
    sessions: int,
    language: str | None,
    config_file: Path | None,
) -> None:
    """The clerk's console in a browser on this machine; prints the link that opens it.

    The link is good for one browser, once. Nobody else on the network can reach it.
    """
    if not operator:
        refuse("say what to serve: --operator")
    if credentials is None:
        refuse("--operator needs --credentials FOLDER")
    if not credentials.is_dir():
        refuse(f"{credentials}: there is no such folder")
    folders = folders_of(config_file)
    if language is not None and language not in folders.packs():
        refuse(f"there is no language '{language}'{suggestion(language, folders.packs())}")
    console = [sys.executable, "-m", "screens.operator", "--credentials", str(credentials)]
    console += ["--config", str(folders.settings_file)]
    console += ["--language", language] if language else []
    command = [sys.executable, "-m", "screens.web", "--port", str(port)]
    command += ["--sessions", str(sessions), "--title", "Kiosk", "--", *console]
    os.execv(command[0], command)
