"""`kiosk staff pin`: the line for kiosk.toml, from a PIN that is typed twice and not shown."""

import getpass
import sys

import click

from kiosk.command_line import refuse


@click.group(no_args_is_help=False)
def staff() -> None:
    """The menu for staff at the kiosk."""


@staff.command()
def pin() -> None:
    """Asks for a new PIN and prints the line for kiosk.toml.

    The PIN is never an argument, as those can be seen by other programs and are kept by shells. In
    a pipe it is read from two lines of standard input.
    """
    from kiosk.staff import pin as pins

    first = _asked("New PIN: ")
    if why := pins.fault(first):
        refuse(f"not as a PIN: {why}")
    if _asked("The same again: ") != first:
        refuse("the two are not the same")
    print("# Below [staff] in kiosk.toml, which only the kiosk itself should be able to read:")
    print(f'pin = "{pins.hashed(first)}"')


def _asked(prompt: str) -> str:
    try:
        if sys.stdin.isatty():
            return getpass.getpass(prompt)
        line = sys.stdin.readline()
    except (EOFError, KeyboardInterrupt):
        print(file=sys.stderr)
        refuse("no PIN was given")
    if not line:
        refuse("no PIN was given")
    return line.rstrip("\r\n")
