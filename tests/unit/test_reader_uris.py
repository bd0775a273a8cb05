"""Readers named by one word on a command line."""

import pytest

from hardware.errors import HardwareError, Reason
from hardware.readers.uris import reader


@pytest.mark.parametrize(
    ("uri", "driver", "address"),
    [
        ("pcsc:", "pcsc", ""),
        ("pcsc:ACS ACR1252: 00 00", "pcsc", "ACS ACR1252: 00 00"),
        ("nfcpy:usb:054c:06c3", "nfcpy", "usb:054c:06c3"),
        ("nfcpy:udp:127.0.0.1:5000", "nfcpy", "udp:127.0.0.1:5000"),
    ],
)
def test_driver_and_address(uri: str, driver: str, address: str) -> None:
    assert (reader(uri).driver, reader(uri).address) == (driver, address)


@pytest.mark.parametrize("uri", ["", "pcsc", ":usb"])
def test_what_names_no_driver(uri: str) -> None:
    with pytest.raises(HardwareError) as failure:
        reader(uri)
    assert failure.value.reason is Reason.BAD_ADDRESS
