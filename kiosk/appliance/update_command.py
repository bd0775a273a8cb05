"""`kiosk appliance update`."""

import hashlib
import os
import sys
from pathlib import Path

import click

from kiosk.appliance import update as updating
from kiosk.command_line import refuse, simulate_option
from kiosk.text import plain


@click.command()
@click.argument("file", metavar="FILE.deb", type=click.Path(path_type=Path))
@click.option(
    "--previous",
    metavar="FILE.deb",
    type=click.Path(path_type=Path),
    help="The package that is installed now, where none is kept yet.",
)
@click.option("--sha256", metavar="HEX", help="Refuse FILE unless this is its SHA-256.")
@simulate_option
def update(file: Path, previous: Path | None, sha256: str | None, simulate: str | None) -> None:
    """Installs a new package, tests it, and puts the old one back where it does not pass.

    The old one is back on a self-test that fails or does not run, unless all that fails had failed
    before. Meanwhile the kiosk is out of use. Exit code: 0 the new package is there, 1 the old one
    is back, 2 nothing was changed, 3 the old one did not come back or does not work either.
    """
    if os.geteuid() != 0:
        refuse("only root may install packages")
    try:
        package = updating.described(file)
        if sha256 is not None and _sha256(file) != sha256.lower():
            refuse(f"{file}: its SHA-256 is {_sha256(file)}")
        there = updating.installed()
        if previous is None and package.version == there:
            # The first time, to have a way back from the next one: it is what it goes back to.
            previous = file
        old = updating.keep(updating.way_back(there, previous))
        new = updating.keep(package)
        if sha256 is not None and _sha256(new.file) != sha256.lower():
            refuse(f"{file}: has changed while it was copied")
    except updating.UpdateError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{updating.KEPT}: cannot be written: {error.strerror}")
    sys.exit(updating.update(new, old, lambda: updating.self_test(simulate), _say))


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _say(line: str) -> None:
    print(plain(line), flush=True)
