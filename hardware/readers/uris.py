"""Readers as one word, for command lines: `pcsc:`, `pcsc:NAME`, `nfcpy:usb`, `nfcpy:udp:HOST:PORT`.

What stands before the first colon is the driver, what follows is its address.
"""

from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.verdicts import Role


def reader(uri: str) -> Resource:
    """The reader that is meant; `HardwareError` (BAD_ADDRESS) when it names no driver.

    Whether there is such a driver, and whether the address is one, the driver itself tells.
    """
    driver, colon, address = uri.partition(":")
    if not driver or not colon:
        raise HardwareError(Reason.BAD_ADDRESS)
    return Resource(Role.READER, driver, address)
