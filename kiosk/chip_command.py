"""`kiosk chip read`: one chip, for technicians."""

import sys
from pathlib import Path

import click

from kiosk.command_line import config_option, folders_of, format_option, print_json, refuse
from kiosk.reading import ConfigError


@click.group(no_args_is_help=False)
def chip() -> None:
    """A document's chip."""


@chip.command("read")
@click.option("--reader", "uri", metavar="URI", help="pcsc:[NAME], nfcpy:usb, nfcpy:udp:HOST:PORT.")
@click.option("--mrz", nargs=2, metavar="L1 L2 [L3]", help="The lines of the document's code.")
@click.argument("line3", metavar="", required=False)
@click.option("--key", nargs=3, metavar="NUMBER BIRTH EXPIRY", help="Dates as YYMMDD.")
@click.option("--can", metavar="CAN", help="The card access number on the front of a card.")
@click.option("--portrait", type=click.Path(path_type=Path), help="Write the picture to this file.")
@click.option("--wait", type=click.FloatRange(0, 600), default=10, show_default=True,
              help="Seconds to wait for a document.")  # fmt: skip
@format_option
@config_option
def chip_read(
    uri: str | None,
    mrz: tuple[str, str] | None,
    line3: str | None,
    key: tuple[str, str, str] | None,
    can: str | None,
    portrait: Path | None,
    wait: float,
    form: str,
    config_file: Path | None,
) -> None:
    """Reads and checks the chip of a document that is yours; keeps nothing of it.

    Exit code 1 when it could not be opened and read.
    """
    from datetime import date

    from hardware.emrtd.access_keys import BadKeyError
    from hardware.emrtd.inspection import Inspection
    from hardware.emrtd.trust import TrustStore
    from kiosk import advice, chip_reading

    if [mrz, key, can].count(None) != 2 or (line3 is not None and mrz is None):
        refuse("give one of --mrz, --key and --can; see kiosk chip read --help")
    code = (*mrz, *filter(None, [line3])) if mrz else None
    folders = folders_of(config_file)
    try:
        opens = chip_reading.access_key(code, key, can)
        resource = chip_reading.reader(uri, folders)
    except (BadKeyError, chip_reading.BadInputError, ConfigError) as error:
        refuse(str(error))
    inspection = Inspection(
        opens, code, TrustStore.load(folders.find("trust")),
        today=date.today(), portrait=portrait is not None,
    )  # fmt: skip
    read = chip_reading.read_chip(resource, inspection, wait, _ask_for_document)
    row = chip_reading.as_row(read)
    if form == "json":
        print_json(row)
    else:
        found = advice.CHIP[read.result.verdict]
        print(chip_reading.as_text(row, (found.found, found.means, found.do)))
    if portrait is not None:
        try:
            chip_reading.write_portrait(read, portrait)
        except chip_reading.BadInputError as error:
            refuse(str(error))
    sys.exit(0 if row["status"] == "ok" else 1)


def _ask_for_document() -> None:
    print("kiosk: lay the document on the reader", file=sys.stderr)
