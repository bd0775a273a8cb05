"""Which USB device is meant by an address of the settings."""

import re
from pathlib import Path

from hardware.names import address_of, file_of
from hardware.resources import Resource
from hardware.usb import SYS, UsbDevice, usb_device_behind, usb_devices

_USB_READER = re.compile(
    r"usb(:(?P<bus>[0-9]{3})(:(?P<number>[0-9]{3}))?"
    r"|:(?P<vendor>[0-9a-fA-F]{4})(:(?P<product>[0-9a-fA-F]{4}))?)?"
)
_LIBUSB = re.compile(r"libusb:(?P<bus>[0-9]{3}):(?P<number>[0-9]{3})")


def usb_of(resource: Resource, sys: Path = SYS) -> UsbDevice | None:
    """The USB device that a resource is, where the address leads to one.

    `HardwareError` (ABSENT) where it names a port at which nothing is plugged in.
    """
    address = address_of(resource, sys=sys)
    if is_usb(address):
        return usb_device_of(address, sys)
    file = file_of(address)
    return usb_device_behind(file, sys) if file else None


def is_usb(address: str) -> bool:
    """Whether an address names a device by its place on the bus, or by who made it."""
    return bool(_USB_READER.fullmatch(address) or _LIBUSB.search(address))


def usb_device_of(address: str, sys: Path = SYS) -> UsbDevice | None:
    """The device at an address of such a form; None where there is none.

    `usb` alone means any reader of a kind that nfcpy knows.
    """
    if at := _LIBUSB.search(address):
        place = (int(at["bus"]), int(at["number"]))
        return next((found for found in usb_devices(sys) if found.place == place), None)
    form = _USB_READER.fullmatch(address)
    if form is None:
        return None
    if form["bus"]:
        number = int(form["number"]) if form["number"] else None
        return next(
            (
                found
                for found in usb_devices(sys)
                if found.place[0] == int(form["bus"]) and number in (None, found.place[1])
            ),
            None,
        )
    vendor = form["vendor"] and form["vendor"].lower()
    product = form["product"] and form["product"].lower()
    for found in usb_devices(sys):
        if vendor is None:
            if is_known_reader(found):
                return found
        elif found.vendor == vendor and product in (None, found.product):
            return found
    return None


def is_known_reader(found: UsbDevice) -> bool:
    """Whether nfcpy has a driver for it."""
    from nfc.clf.device import usb_device_map

    return (int(found.vendor, 16), int(found.product, 16)) in usb_device_map
