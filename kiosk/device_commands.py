"""`kiosk devices`: what is attached; and recordings of what a device and its driver say."""

import sys
from pathlib import Path
from typing import Any

import click

from kiosk.command_line import (
    config_option,
    folders_of,
    format_option,
    plugged_in,
    print_json,
    refuse,
    simulate_option,
)
from kiosk.text import plain

WARNING = """\
kiosk: a recording holds everything that the device sees: the code of a document, what its chip
kiosk: tells, pictures of whoever is before a camera. Use specimen documents only, let nobody else
kiosk: be seen, and pass the file on only to people who may have all of that."""


@click.group(invoke_without_command=True, no_args_is_help=False)
@config_option
@simulate_option
@format_option
@click.pass_context
def devices(
    context: click.Context, config_file: Path | None, simulate: str | None, form: str
) -> None:
    """What is attached, by which driver, and its state."""
    if context.invoked_subcommand is not None:
        # What stands before the word counts for it as well.
        given = {"config_file": config_file, "simulate": simulate}
        context.default_map = {context.invoked_subcommand: given}
        return

    import msgspec

    from hardware.names import lasting_names, may_change
    from hardware.probing import probe
    from hardware.resources import Resource
    from hardware.verdicts import Role

    with plugged_in(folders_of(config_file), simulate) as plugged:
        resources = msgspec.json.decode(plugged.devices, type=list[Resource])
        probed = {device.role: probe(device) for device in resources}
    rows: list[dict[str, Any]] = []
    for role in Role:
        found = probed.get(role)
        changing = found is not None and may_change(found.resource.address)
        rows.append(
            {
                "role": role.value,
                "driver": found.resource.driver if found else None,
                "address": found.resource.address if found else None,
                "found": found.found if found else None,
                "state": found.state.value if found else "not-configured",
                "reason": found.reason.value if found and found.reason else None,
                "address_may_change": changing,
                "lasting": lasting_names(found.resource) if found and changing else [],
            }
        )
    if form == "json":
        print_json(rows)
        return
    for row in rows:
        reason = f" ({row['reason']})" if row["reason"] else ""
        address = f" at {row['address']}" if row["address"] else ""
        place = f"{row['driver']}{address}" if row["driver"] else "–"
        place += f", found: {row['found']}" if row["found"] else ""
        print(f"{row['role']:8} {row['state']}{reason}  {place}")
        if row["address_may_change"]:
            print(_on_names(row["lasting"]))


def _on_names(lasting: list[str]) -> str:
    """What to write into the settings in place of an address that the kernel counts."""
    said = "         This address may be another device's once something was plugged in or out."
    for name in lasting:
        said += f"\n         A name that lasts: {plain(name)}"
    return said


@devices.command("record")
@click.argument("role", type=click.Choice(["scanner", "reader", "camera"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--seconds", type=click.FloatRange(0.1, 600), default=10, show_default=True,
              help="For how long; a scan or a chip that has begun is waited for.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask whether only specimens will be seen.")
@config_option
@simulate_option
def record(
    role: str, file: Path, seconds: float, yes: bool, config_file: Path | None, simulate: str | None
) -> None:
    """Records what a device and its driver say to each other, to play it in a test.

    FILE is new, as JSON lines; packed where it ends in .gz. Specimen documents only.
    Exit code 1 when the device failed: FILE then holds what had come until then.
    """
    import msgspec

    from hardware import recording
    from hardware.errors import HardwareError
    from hardware.resources import Resource

    folders = folders_of(config_file)
    with plugged_in(folders, simulate) as plugged:
        listed = msgspec.json.decode(plugged.devices, type=list[Resource])
        resource = next((device for device in listed if device.role == role), None)
        if resource is None:
            refuse(f"this kiosk has no {role}")
        print(WARNING, file=sys.stderr)
        if not yes and not click.confirm("Only specimens will be seen: record?", err=True):
            sys.exit(1)
        watch = _Watch(at_a_kiosk=simulate is None)
        if not watch.nobody_has_come():
            refuse("a citizen is at the kiosk: nothing is recorded")
        failed = None
        try:
            with recording.new_file(file) as lines:
                tape = recording.Tape(lines, resource)
                done = recording.record(resource, tape, seconds, watch.nobody_has_come)
        except FileExistsError:
            refuse(f"{file}: is there already; a recording takes the place of nothing")
        except HardwareError as failure:
            failed = failure.reason
        except OSError as error:
            refuse(f"{file}: cannot be written: {error.strerror}")
    if not watch.nobody_has_come():
        file.unlink()
        refuse("a citizen has come to the kiosk: what was recorded is thrown away")
    if failed is not None:
        if not tape.pieces:
            file.unlink()
        print(f"kiosk: the {role} failed: {failed.value}", file=sys.stderr)
        sys.exit(1)
    made = f"{done.pieces} pieces, {done.size} bytes, {done.seconds:.1f} s, found: {done.found}"
    print(f"{file}: {made}")


class _Watch:
    """Whether a citizen has been at the kiosk since this began: nobody is ever recorded."""

    def __init__(self, at_a_kiosk: bool) -> None:
        self._at_a_kiosk = at_a_kiosk
        self._came = False

    def nobody_has_come(self) -> bool:
        from kiosk.selftest import busy

        self._came = self._came or (self._at_a_kiosk and busy.going_on(busy.VISIT))
        return not self._came
