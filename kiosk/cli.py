"""The command `kiosk`. Heavy imports stay inside the commands that need them."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from kiosk.appliance.command import appliance
from kiosk.chip_command import chip
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
from kiosk.config_commands import config
from kiosk.device_commands import devices
from kiosk.document_commands import document
from kiosk.face_commands import face
from kiosk.fleet_commands import fleet
from kiosk.language_commands import language_packs
from kiosk.operator_command import operator
from kiosk.places import SITE, Folders, export_runtime
from kiosk.reading import suggestion
from kiosk.selftest.command import selftest
from kiosk.serve_command import serve
from kiosk.staff.command import staff
from kiosk.trust_commands import trust


@click.group(no_args_is_help=False)
@click.version_option(package_name="reactivation-kiosk", message="%(version)s")
def app() -> None:
    """A kiosk that walks people through reactivating their MitID in the app on their phone."""


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


for group in (
    appliance, chip, config, devices, document, face, fleet, language_packs, operator, selftest,
    serve, staff, trust,
):  # fmt: skip
    app.add_command(group)


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
