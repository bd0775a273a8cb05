"""`kiosk document`: from lines, or pictures, of documents to what their codes say."""

import sys
from pathlib import Path

import click

from kiosk.command_line import format_option, print_json, print_rows, refuse


@click.group(no_args_is_help=False)
def document() -> None:
    """A document's machine-readable code (MRZ)."""


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
    print_rows(read_files(files, read), as_text, form)
