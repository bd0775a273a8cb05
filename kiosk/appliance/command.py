"""`kiosk appliance`: the machine around the kiosk. What is slow to import stays inside."""

import sys
from pathlib import Path

import click

from kiosk.appliance.update_command import update
from kiosk.command_line import format_option, print_json, refuse


@click.group(no_args_is_help=False)
def appliance() -> None:
    """The machine around the kiosk: what it lacks."""


@appliance.command()
@format_option
@click.option(
    "--root",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("/"),
    help="A system that is not running: an image, or another disk. Default: this machine.",
)
def check(form: str, root: Path) -> None:
    """Lists what this machine lacks as a kiosk, each with one line of what to do.

    Exit code: 0 nothing, 1 something should be done, 2 something must be. As root it sees more.
    """
    import msgspec

    from kiosk.appliance.finding import EXIT_CODES, verdict
    from kiosk.appliance.looking import look
    from kiosk.appliance.machine import Machine
    from kiosk.selftest.results import State
    from kiosk.text import plain

    if not (root / "etc").is_dir():
        refuse(f"--root: no system in '{root}'")
    found = look(Machine(root))
    worst = verdict(found)
    if form == "json":
        checks = [msgspec.to_builtins(finding) for finding in found]
        print_json({"schema": "kiosk.appliance/1", "verdict": worst.value, "checks": checks})
    else:
        width = max(len(finding.id) for finding in found)
        for finding in found:
            print(
                plain(f"{finding.state.value.upper():5}  {finding.id:{width}}  {finding.message}")
            )
            if finding.remedy and finding.state is not State.PASS:
                print(plain(f"{'':{width + 9}}> {finding.remedy}"))
        print(f"verdict: {worst.value}")
    sys.exit(EXIT_CODES[worst])


appliance.add_command(update)
