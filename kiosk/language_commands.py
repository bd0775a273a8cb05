"""`kiosk language`: languages are begun, brought up to date, checked and packed."""

import sys
from pathlib import Path

import click

from kiosk.command_line import (
    config_errors,
    config_option,
    folders_of,
    format_option,
    print_json,
    refuse,
)


@click.group("language", no_args_is_help=False)
def language_packs() -> None:
    """The languages of this kiosk, each a folder of files."""


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
