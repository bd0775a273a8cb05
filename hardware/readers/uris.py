"""Readers by one line, as `kiosk chip read --reader` takes them."""

from hardware.resources import Resource
from hardware.verdicts import Role

FORMS = "pcsc:, pcsc:NAME, nfcpy:usb, nfcpy:tty:NAME:DRIVER or nfcpy:udp:HOST:PORT"


class BadUriError(ValueError):
    """It names no reader; the text is one line that says how one is named."""


def resource_of(uri: str) -> Resource:
    """The reader that a URI names: the driver, a colon, and the driver's own address.

    Raises `BadUriError`; whether the address is one, the driver says when it opens.
    """
    driver, colon, address = uri.partition(":")
    if not colon or driver not in ("pcsc", "nfcpy") or (driver == "nfcpy" and not address):
        raise BadUriError(f"'{uri}' names no reader; the forms are {FORMS}")
    return Resource(Role.READER, driver, address)
