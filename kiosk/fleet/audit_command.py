"""`kiosk fleet audit`: the rows of a kiosk's audit, and whether each is as it was written."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from kiosk.command_line import format_option, print_json, refuse

_HEAD = re.compile(r"([0-9]{1,9}):([0-9a-f]{64})")
_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group("audit", no_args_is_help=False)
def audit() -> None:
    """What operators asked of a kiosk and staff did at it, in rows that hang on each other."""


@audit.command()
@_file
@format_option
def show(file: Path, form: str) -> None:
    """Prints the rows of FILE, the oldest first; times are UTC."""
    from kiosk.fleet.audit import AuditError, rows

    try:
        found = rows(file)
    except AuditError as error:
        refuse(str(error))
    if form == "json":
        print_json(msgspec.to_builtins(found))
        return
    for row in found:
        at = datetime.fromtimestamp(row.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        told = f"{row.result}: {row.why}" if row.why else str(row.result)
        print(f"{row.row:>7}  {at}  {row.operator:<16} {row.deed:<24} {told}")


@audit.command()
@_file
@click.option("--head", metavar="ROWS:HASH", help="A head that the kiosk has told, at any time.")
def verify(file: Path, head: str | None) -> None:
    """Whether each row of FILE is as it was written; without --head a missing end is not found.

    Exit code 1 where a row was changed or is missing.
    """
    from kiosk.fleet import audit as chain
    from kiosk.fleet.reports import AuditHead

    told = None
    if head is not None:
        parts = _HEAD.fullmatch(head)
        if parts is None:
            refuse("--head: is not the number of rows, a colon and 64 digits of a hash")
        told = AuditHead(rows=int(parts[1]), head=parts[2])
    try:
        broken = chain.verify(file, told)
        end = chain.last(file)
    except chain.AuditError as error:
        refuse(str(error))
    if broken is not None:
        print(f"row {broken} was changed or is missing")
        sys.exit(1)
    print(f"all rows hold; head {end.rows}:{end.head}")
