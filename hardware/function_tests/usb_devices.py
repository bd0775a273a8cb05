"""The USB devices of this machine as the kernel tells of them in /sys, and whose a node is."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

SYS = Path("/sys")


class UsbDevice(msgspec.Struct, frozen=True):
    """One device on the bus. `name` is text that the device chose: to be cleaned before use."""

    vendor: str
    product: str
    """Both as four hexadecimal digits."""
    version: str
    """As the device counts it, for example "1.04"; empty where it says nothing."""
    name: str
    place: tuple[int, int]
    """Bus and number on it."""


def usb_devices(sys: Path = SYS) -> Iterator[UsbDevice]:
    """All of them, hubs too, in the order of their ports."""
    for folder in sorted((sys / "bus/usb/devices").glob("*")):
        if found := _device(folder):
            yield found


def usb_device_behind(node: Path, sys: Path = SYS) -> UsbDevice | None:
    """The USB device to which a character device such as /dev/ttyACM0 belongs; None: to none."""
    try:
        told = node.stat()
        if not stat.S_ISCHR(told.st_mode):
            return None
        number = f"{os.major(told.st_rdev)}:{os.minor(told.st_rdev)}"
        folder = (sys / "dev/char" / number).resolve(strict=True)
    except OSError:
        return None
    return next((found for up in (folder, *folder.parents) if (found := _device(up))), None)


def _device(folder: Path) -> UsbDevice | None:
    """What stands in a folder of /sys; None where it is no USB device's."""
    vendor, product = _read(folder / "idVendor"), _read(folder / "idProduct")
    if not vendor or not product:
        return None
    raw = _read(folder / "bcdDevice")
    try:
        place = (int(_read(folder / "busnum")), int(_read(folder / "devnum")))
    except ValueError:
        return None
    version = f"{int(raw[:2])}.{raw[2:]}" if raw.isdigit() and len(raw) == 4 else ""
    return UsbDevice(vendor, product, version, _read(folder / "product"), place)


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace").strip()
    except OSError:
        return ""
