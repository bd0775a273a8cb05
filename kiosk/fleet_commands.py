"""`kiosk fleet`: certificates and keys of a fleet, and what it has counted."""

import sys
from pathlib import Path

import click

from kiosk.command_line import config_errors, format_option, print_json, refuse
from kiosk.fleet.audit_command import audit
from kiosk.fleet.statistics_command import collect, stats

_EXIT = {"ok": 0, "warn": 1, "fail": 2}


@click.group(no_args_is_help=False)
def fleet() -> None:
    """Kiosks on a broker: their certificates, the operators, and statistics."""


fleet.add_command(audit)
fleet.add_command(collect)
fleet.add_command(stats)


@fleet.command()
@click.argument("site", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
def enrol(site: Path, out: Path) -> None:
    """Makes keys, certificates and the broker's files in OUT for all whom SITE names.

    Run it again when SITE has changed: what is there is kept, what is new is made, and what soon
    expires is renewed.
    """
    from kiosk.fleet.enrolment import enrol as enrolled
    from kiosk.fleet.enrolment import read_site

    with config_errors():
        told = read_site(site)
        try:
            made = enrolled(told, out)
        except OSError as error:
            refuse(f"{error.filename or out}: cannot be written ({error.strerror})")
    for name in made:
        print(f"made: {name}")
    print(f"{len(told.places)} kiosks, {len(told.operators)} operators, broker {told.url}: {out}")


@fleet.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--broker", help="mqtts://HOST:PORT; without it, as the files in or beside it say.")
@click.option("--offline", is_flag=True, help="Does not look whether the broker answers.")
@format_option
def check(folder: Path, broker: str | None, offline: bool, form: str) -> None:
    """Whether the files of a kiosk, a console or a broker are whole, and how long they are good.

    Ends with 0 when all is well, 1 when something needs attention soon, 2 when it does not work.
    """
    from kiosk.fleet.credentials_check import look

    found = look(folder, broker, connect=not offline)
    if form == "json":
        print_json([{"what": f.what, "state": f.state, "message": f.message} for f in found])
    else:
        for one in found:
            print(f"{one.state:<5} {one.what}: {one.message}")
    sys.exit(max(_EXIT[one.state] for one in found))


@fleet.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("name")
def revoke(out: Path, name: str) -> None:
    """Takes a certificate back: NAME is CENTRE/KIOSK or staff/OPERATOR.

    The broker has to be given OUT/broker/revoked.pem and be restarted. Take an operator out of
    SITE, too, enrol again and give the kiosks their new operators.toml.
    """
    from kiosk.fleet.enrolment import revoke as revoked

    with config_errors():
        try:
            revoked(out, name)
        except OSError as error:
            refuse(f"{error.filename or out}: cannot be written ({error.strerror})")
    print(f"revoked: {name}; now give the broker {out / 'broker' / 'revoked.pem'} and restart it")
