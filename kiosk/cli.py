"""The command `kiosk`. Heavy imports stay inside the commands that need them."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kiosk.places import Folders
from kiosk.reading import ConfigError

DEFAULT_MACHINE = "specimen"


class Format(StrEnum):
    """How a command prints."""

    TEXT = "text"
    JSON = "json"


class GuideFormat(StrEnum):
    """How the guide is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class Device(StrEnum):
    """What can be simulated by itself."""

    SCANNER = "scanner"
    READER = "reader"
    CAMERA = "camera"
    MACHINE = "machine"


app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A kiosk that walks people through reactivating their MitID in the app on their phone.",
)
document = typer.Typer(help="A document's machine-readable code (MRZ).")
config = typer.Typer(help="The settings and the content of this kiosk.")
app.add_typer(document, name="document")
app.add_typer(config, name="config")

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The site's kiosk.toml.", show_default=False)
]
SimulateOption = Annotated[
    str | None,
    typer.Option(
        "--simulate",
        metavar="[MACHINE]",
        help=f"Devices without hardware: a file of config/machines ({DEFAULT_MACHINE}).",
        show_default=False,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="Text for people, or JSON.")]


@app.command()
def run(
    config_file: ConfigOption = None,
    simulate: SimulateOption = None,
    language: Annotated[
        str | None, typer.Option("--language", help="The language that stands first.")
    ] = None,
    log: Annotated[Path | None, typer.Option("--log", help="A file for the log.")] = None,
    allow_quit: Annotated[
        bool, typer.Option("--allow-quit", help="Ctrl+Q leaves. Not for a public kiosk.")
    ] = False,
) -> None:
    """The kiosk, full screen, on this terminal."""
    from kiosk.keeper import Keeper

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        _refuse("the kiosk needs a terminal: start it in one, not in a pipe")
    folders = _folders(config_file)
    _check(folders, language)
    with _devices(folders, simulate) as devices:
        command = [sys.executable, "-m", "screens", "--devices", devices]
        command += ["--config", str(folders.settings_file)]
        command += ["--language", language] if language else []
        command += ["--log", str(log)] if log else []
        command += ["--may-quit"] if allow_quit else []
        code = Keeper(command).run()
    raise typer.Exit(code)


@app.command()
def guide(
    situation: Annotated[
        str | None, typer.Argument(help="app, several-users, helper or new-app; all four.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="da, en, ...")] = "en",
    format_: Annotated[GuideFormat, typer.Option("--format")] = GuideFormat.TEXT,
    config_file: ConfigOption = None,
) -> None:
    """The steps of the guide, for print, web and tests."""
    from kiosk import guide as printed
    from kiosk.language import Language, load_labels
    from kiosk.reading import suggestion
    from kiosk.situations.loading import load

    folders = _folders(config_file)
    with _config_errors():
        content = load(folders)
        spoken = Language(language, folders, load_labels(folders))
    known = {str(name): told for name, told in content.situations.items()}
    if situation is not None and situation not in known:
        _refuse(f"there is no situation '{situation}'{suggestion(situation, list(known))}")
    chosen = [known[situation]] if situation else list(known.values())
    if format_ is GuideFormat.JSON:
        rows = [row for told in chosen for row in printed.as_rows(told, spoken)]
        _print_json(rows)
    elif format_ is GuideFormat.MARKDOWN:
        print(printed.as_markdown(chosen, spoken))
    else:
        print(printed.as_text(chosen, spoken))


@document.command("parse")
def document_parse(format_: FormatOption = Format.TEXT) -> None:
    """Reads the lines of a code on standard input; prints its fields and check digits."""
    from kiosk.document import LONGEST, BadInputError, as_text, parse_text, text_of

    try:
        parsed = parse_text(text_of(sys.stdin.buffer.read(LONGEST + 1)))
    except BadInputError as error:
        _refuse(str(error))
    if format_ is Format.JSON:
        _print_json(parsed)
    else:
        print(as_text(parsed))


@app.command()
def devices(
    config_file: ConfigOption = None,
    simulate: SimulateOption = None,
    format_: FormatOption = Format.TEXT,
) -> None:
    """What is attached, by which driver, and its state."""
    import msgspec

    from hardware.probing import probe
    from hardware.resources import Resource
    from hardware.verdicts import Role

    with _devices(_folders(config_file), simulate) as told:
        plugged = msgspec.json.decode(told, type=list[Resource])
        probed = {device.role: probe(device) for device in plugged}
    rows = []
    for role in Role:
        found = probed.get(role)
        rows.append(
            {
                "role": role.value,
                "driver": found.resource.driver if found else None,
                "address": found.resource.address if found else None,
                "state": found.state.value if found else "not-configured",
                "reason": found.reason.value if found and found.reason else None,
            }
        )
    if format_ is Format.JSON:
        _print_json(rows)
        return
    for row in rows:
        reason = f" ({row['reason']})" if row["reason"] else ""
        place = f"{row['driver']} at {row['address']}" if row["driver"] else "–"
        print(f"{row['role']:8} {row['state']}{reason}  {place}")


@app.command()
def selftest(
    config_file: ConfigOption = None,
    simulate: SimulateOption = None,
    format_: FormatOption = Format.TEXT,
    only: Annotated[str | None, typer.Option("--only", metavar="ID", help="One check.")] = None,
) -> None:
    """Tests everything without a screen. Exit code: 0 pass, 1 warn, 2 fail, 3 unknown."""
    import msgspec

    from hardware.resources import Resource
    from kiosk import settings
    from kiosk.reading import suggestion
    from kiosk.selftest import checks
    from kiosk.selftest.reports import WRITERS
    from kiosk.selftest.results import EXIT_CODES

    if only is not None and only not in checks.IDS:
        _refuse(f"there is no check '{only}'{suggestion(only, list(checks.IDS))}")
    folders = _folders(config_file)
    with _config_errors():
        told = settings.load(folders)
    with _devices(folders, simulate) as plugged:
        resources = msgspec.json.decode(plugged, type=list[Resource])
        done = checks.run(folders, told, resources, only)
    print(WRITERS[format_.value](done))
    raise typer.Exit(EXIT_CODES[done.verdict])


@config.command("check")
def config_check(config_file: ConfigOption = None) -> None:
    """Checks settings, situations, labels and languages; says what is wrong, by file and key."""
    folders = _folders(config_file)
    _check(folders, None)
    print(f"{folders.settings_file}: everything is in order")


@config.command("show")
def config_show(config_file: ConfigOption = None) -> None:
    """The settings as they are in force, as JSON."""
    import msgspec

    from kiosk import settings

    with _config_errors():
        told = settings.load(_folders(config_file))
    _print_json(msgspec.to_builtins(told))


@config.command("schema")
def config_schema() -> None:
    """The JSON Schema of kiosk.toml, for editors."""
    import msgspec

    from kiosk.settings import Settings

    _print_json(msgspec.json.schema(Settings))


@app.command()
def simulate(
    device: Annotated[Device, typer.Argument(help="What to start.")],
    machine: Annotated[
        str, typer.Option("--machine", help="The file of config/machines to take it from.")
    ] = DEFAULT_MACHINE,
    config_file: ConfigOption = None,
) -> None:
    """Starts simulated devices by themselves and prints where they are, until Ctrl+C."""
    from hardware.simulated.machine import MachineError, start
    from hardware.verdicts import Role

    only = None if device is Device.MACHINE else Role(device.value)
    try:
        with start(_machine_file(_folders(config_file), machine), only) as running:
            if not running.devices:
                _refuse(f"machine '{machine}' has no {device.value}")
            for found in running.devices:
                print(f"{found.role}: driver {found.driver}, address {found.address}", flush=True)
            running.process.wait()
    except MachineError as error:
        _refuse(str(error))
    except KeyboardInterrupt:
        pass


@contextmanager
def _devices(folders: Folders, machine: str | None) -> Iterator[str]:
    """The devices as a JSON list of resources: those of the settings, or of a simulated machine."""
    import msgspec

    from hardware.resources import Resource
    from hardware.verdicts import Role
    from kiosk import settings

    found: list[Resource] = []
    with ExitStack() as playing:
        if machine is not None:
            from hardware.simulated.machine import MachineError, start

            try:
                running = playing.enter_context(start(_machine_file(folders, machine)))
            except MachineError as error:
                _refuse(str(error))
            found = running.devices
        else:
            with _config_errors():
                told = settings.load(folders).devices
            for role in Role:
                device = getattr(told, role.value)
                if device is not None:
                    found.append(Resource(role, device.driver, device.address))
        yield msgspec.json.encode(found).decode()


def _machine_file(folders: Folders, machine: str) -> Path:
    named = Path(machine)
    if named.suffix == ".toml":
        return named
    return folders.find("machines") / f"{named.name}.toml"


def _folders(config_file: Path | None) -> Folders:
    if config_file is not None and not config_file.is_file():
        _refuse(f"{config_file}: there is no such file")
    return Folders(config_file)


def _check(folders: Folders, language: str | None) -> None:
    """Reads all that the kiosk needs; ends with one clear line when something is wrong."""
    from kiosk import settings, support
    from kiosk.language import load_languages
    from kiosk.situations.loading import load

    with _config_errors():
        told = settings.load(folders)
        codes = dict.fromkeys([*([language] if language else []), *told.kiosk.languages])
        load_languages(tuple(codes), folders)
        load(folders)
        support.load(folders)


@contextmanager
def _config_errors() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        _refuse(str(error))


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _refuse(line: str) -> NoReturn:
    """Ends with exit code 2 and one clear line on standard error."""
    print(f"kiosk: {' '.join(line.split())}", file=sys.stderr)
    raise typer.Exit(2)


def _with_default_machine(arguments: list[str]) -> list[str]:
    """`--simulate` without a machine means the default one."""
    filled = []
    for argument, following in zip_longest(arguments, arguments[1:], fillvalue="-"):
        filled.append(argument)
        if argument == "--simulate" and following.startswith("-"):
            filled.append(DEFAULT_MACHINE)
    return filled


def main() -> None:
    """Entry point of the command."""
    arguments = _with_default_machine(sys.argv[1:])
    try:
        sys.exit(app(arguments, prog_name="kiosk", standalone_mode=False))
    except typer.TyperException as error:
        # One line, as for all other bad input, instead of the library's box.
        told = error.format_message().rstrip(".")
        print(f"kiosk: {' '.join(told.split())}; see kiosk --help", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read our output has gone: no reason for a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
