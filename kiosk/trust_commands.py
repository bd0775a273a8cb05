"""`kiosk trust`: whose certificates are there, and where they come from."""

from pathlib import Path

import click

from kiosk.command_line import config_option, folders_of, format_option, print_json, refuse


@click.group(no_args_is_help=False)
def trust() -> None:
    """The countries' certificates by which a document's issuer is known."""


@trust.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unsigned", is_flag=True, help="Take certificates for which nobody vouches.")
@config_option
@format_option
def trust_import(file: Path, unsigned: bool, config_file: Path | None, form: str) -> None:
    """Takes the certificates of a signed master list (.ml), or plain ones (DER, PEM)."""
    from dataclasses import asdict

    from kiosk.trust import BadInputError, import_file, site_folder, summary

    try:
        taken = import_file(file, site_folder(folders_of(config_file)), unsigned)
    except BadInputError as error:
        refuse(str(error))
    if form == "json":
        print_json(asdict(taken))
    else:
        print(summary(taken))


@trust.command("list")
@config_option
@format_option
def trust_list(config_file: Path | None, form: str) -> None:
    """The countries whose certificates this kiosk has."""
    from kiosk.trust import as_text, load, rows

    told = rows(load(folders_of(config_file)))
    if form == "json":
        print_json(told)
    else:
        print(as_text(told) or "no certificates; see kiosk trust import")
