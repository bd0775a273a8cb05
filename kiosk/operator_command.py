"""`kiosk operator`: the console for clerks, on this terminal."""

import os
import sys
from pathlib import Path

import click

from kiosk.command_line import config_option, folders_of, refuse
from kiosk.reading import suggestion


@click.command()
@click.option(
    "--credentials",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The operator's folder, as kiosk fleet enrol has made it.",
)
@click.option("--language", help="da or en.")
@click.option("--log", type=click.Path(path_type=Path), help="A file for the log.")
@config_option
def operator(
    credentials: Path, language: str | None, log: Path | None, config_file: Path | None
) -> None:
    """All kiosks of the centre, calls for help first, and help for the people at them."""
    folders = folders_of(config_file)
    if language is not None and language not in folders.packs():
        refuse(f"there is no language '{language}'{suggestion(language, folders.packs())}")
    if not credentials.is_dir():
        refuse(f"{credentials}: there is no such folder")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        refuse("the console needs a terminal: start it in one, not in a pipe")
    command = [sys.executable, "-m", "screens.operator", "--credentials", str(credentials)]
    command += ["--config", str(folders.settings_file)]
    command += ["--language", language] if language else []
    command += ["--log", str(log)] if log else []
    os.execv(command[0], command)
