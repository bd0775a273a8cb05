"""What the commands have in common: options, the devices they work on, and how they refuse."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

import click

from kiosk.places import Folders
from kiosk.reading import ConfigError

DEFAULT_MACHINE = "specimen"

config_option = click.option(
    "--config", "config_file", type=click.Path(path_type=Path), help="The site's kiosk.toml."
)
simulate_option = click.option(
    "--simulate",
    metavar="[MACHINE]",
    is_flag=False,
    flag_value=DEFAULT_MACHINE,
    help=f"Devices without hardware: a file of config/machines ({DEFAULT_MACHINE}).",
)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Text for people, or JSON.",
)


class Plugged(NamedTuple):
    """What is plugged in, and what goes with it."""

    devices: str
    """A JSON list of `hardware.resources.Resource`."""
    trust: Path
    """The folder with the countries' certificates: a simulated document has one of its own."""


@contextmanager
def plugged_in(folders: Folders, machine: str | None) -> Iterator[Plugged]:
    """The devices of the settings, or of a simulated machine."""
    import msgspec

    from hardware.resources import Resource
    from kiosk import settings

    found: list[Resource] = []
    trust = folders.find("trust")
    with ExitStack() as playing:
        if machine is not None:
            from hardware.simulated.machine import MachineError, start

            try:
                running = playing.enter_context(start(machine_file(folders, machine)))
            except MachineError as error:
                refuse(str(error))
            found = running.devices
            trust = running.trust
        else:
            with config_errors():
                found = settings.load(folders).devices.resources()
        yield Plugged(msgspec.json.encode(found).decode(), trust)


def machine_file(folders: Folders, machine: str) -> Path:
    """The file of a simulated machine, by its name or its path."""
    named = Path(machine)
    if named.suffix == ".toml":
        return named
    return folders.find("machines") / f"{named.name}.toml"


def folders_of(config_file: Path | None) -> Folders:
    """The site's files beside these settings; refuses where there are none."""
    if config_file is not None and not config_file.is_file():
        refuse(f"{config_file}: there is no such file")
    return Folders(config_file)


@contextmanager
def config_errors() -> Iterator[None]:
    """Refuses where the settings or the content are wrong."""
    try:
        yield
    except ConfigError as error:
        refuse(str(error))


def print_json(value: object) -> None:
    """Prints it for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_rows(
    rows: Iterable[dict[str, object]], as_text: Callable[[dict[str, object]], str], form: str
) -> NoReturn:
    """Prints a row for each file as it comes, and leaves; 2 where one of them has an error."""
    from kiosk.text import plain

    failed = False
    for row in rows:
        if form == "json":
            print(json.dumps(row), flush=True)
        elif "error" not in row:
            print(as_text(row), flush=True)
        if "error" in row:
            failed = True
            print(f"kiosk: {plain(str(row['file']))}: {row['error']}", file=sys.stderr)
    sys.exit(2 if failed else 0)


def refuse(line: str) -> NoReturn:
    """Ends with exit code 2 and one clear line on standard error."""
    print(f"kiosk: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(2)
