"""`kiosk selftest`. What is slow to import stays inside."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import click

from kiosk.command_line import config_option, machine_file, print_json, simulate_option
from kiosk.places import Folders

FORMATS = ("text", "json", "junit", "prometheus", "nagios")


class _Command(click.Command):
    """Nothing was tested where the command was called wrongly: unknown, and never 0, 1 or 2."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:  # fmt: skip
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            from kiosk.selftest.session import refuse

            refuse(f"{error.format_message().rstrip('.')}; see kiosk selftest --help")


@click.command(cls=_Command)
@config_option
@simulate_option
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="For people, for programs, or for what watches over machines.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the report to this file, whole or not at all; nothing to the terminal.",
)
@click.option("--only", metavar="ID", help="One check, or all that begin with ID up to a dot.")
@click.option("--interactive", is_flag=True, help="Ask for what only a person can do.")
@click.option(
    "--trigger",
    type=click.Choice(["shell", "timer", "visits", "staff"]),
    default="shell",
    show_default=True,
    help="Who wants it; stands in the report.",
)
@click.option("--last", is_flag=True, help="Test nothing: the report of the last test again.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the report.")
@click.option(
    "--card",
    metavar="FILE.png",
    type=click.Path(path_type=Path),
    help="Test nothing: write the test card, to be printed at 300 dpi.",
)
@click.option(
    "--progress", is_flag=True, help="Each result as a line of JSON on standard error, too."
)
@click.option("--devices", hidden=True, help="The devices of a running kiosk, as JSON.")
@click.option("--trust", hidden=True, type=click.Path(path_type=Path), help="Goes with --devices.")
def selftest(
    config_file: Path | None,
    simulate: str | None,
    form: str,
    output: Path | None,
    only: str | None,
    interactive: bool,
    trigger: str,
    last: bool,
    schema: bool,
    card: Path | None,
    progress: bool,
    devices: str | None,
    trust: Path | None,
) -> NoReturn:
    """Tests everything without a screen. Exit code: 0 pass, 1 warn, 2 fail, 3 unknown."""
    import msgspec

    from hardware.resources import Resource
    from hardware.simulated.machine import MachineError, start
    from kiosk.selftest import session
    from kiosk.selftest.check import Given
    from kiosk.selftest.results import Trigger

    if schema:
        from kiosk.selftest.reports import schema as json_schema

        print_json(json_schema())
        raise SystemExit(0)
    if card is not None:
        from kiosk.selftest import test_card

        try:
            test_card.write(card)
        except OSError as error:
            session.refuse(f"{card}: cannot be written: {error.strerror}")
        raise SystemExit(0)
    report = session.Report(form, output, progress)
    with session.interruptible(), ExitStack() as playing:
        if last:
            session.tell_last(report)
        session.chosen(only)  # refuses before anything is started
        if config_file is not None and not config_file.is_file():
            session.refuse(f"{config_file}: there is no such file")
        folders = Folders(config_file)
        kiosk, supposed = session.manifest(folders)
        plugged = supposed or []
        if simulate is not None:
            try:
                machine = playing.enter_context(start(machine_file(folders, simulate)))
            except MachineError as error:
                session.refuse(str(error))
            plugged, trust = machine.devices, machine.trust
        elif devices is not None:
            try:
                plugged = msgspec.json.decode(devices, type=list[Resource])
            except msgspec.MsgspecError:
                session.refuse("--devices: is no list of devices")
        given = Given(
            str(folders.settings_file),
            tuple(plugged),
            str(trust or folders.find("trust")),
            simulated=simulate is not None or (devices is not None and plugged != supposed),
            interactive=interactive,
            temp=os.environ.get("TMPDIR") or "/tmp",
        )
        session.run_all(given, kiosk, only, Trigger(trigger), report)
