"""The USB devices of this machine as the kernel tells of them in /sys: whose a node is, which node
is whose, who holds it, and how it is reset.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from hardware.verdicts import Role

SYS = Path("/sys")
DEV = Path("/dev")
_RESET = 0x5514
"""USBDEVFS_RESET of linux/usbdevice_fs.h."""


class UsbDevice(msgspec.Struct, frozen=True):
    """One device on the bus. `name` is text that the device chose: to be cleaned before use."""

    vendor: str
    product: str
    """Both as four hexadecimal digits."""
    version: str
    """As the device counts it, for example "1.04"; empty where it says nothing."""
    name: str
    place: tuple[int, int]
    """Bus and number on it; the number is another one each time that it is plugged in."""
    port: str
    """Where it is plugged in: bus, port, and the ports of the hubs between, as in "1-1.4"."""


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


def usb_device_at(port: str, sys: Path = SYS) -> UsbDevice | None:
    """The device that is plugged in at a port; None where none is."""
    return _device(sys / "bus/usb/devices" / port)


def node_of(device: UsbDevice, role: Role, dev: Path = DEV, sys: Path = SYS) -> Path | None:
    """The node through which a device of this role is used; None where it has none of its kind.

    Of a camera the one that sends pictures: the others of its nodes tell about them.
    """
    folder = sys / "bus/usb/devices" / device.port
    if role is not Role.CAMERA:
        for tty in _below(folder, "tty"):
            return dev / tty.name
    for video in _below(folder, "video4linux"):
        if _read(video / "index") == "0":
            return dev / video.name
    return None


def drivers_on(device: UsbDevice, sys: Path = SYS) -> set[str]:
    """The kernel's drivers that hold its interfaces; "usbfs" stands for a program."""
    links = [face / "driver" for face in (sys / "bus/usb/devices").glob(f"{device.port}:*")]
    return {link.readlink().name for link in links if link.is_symlink()}


def bus_node(device: UsbDevice, dev: Path = DEV) -> Path:
    """The node through which programs speak to the device itself."""
    return dev / "bus/usb" / f"{device.place[0]:03}" / f"{device.place[1]:03}"


def reset(device: UsbDevice, dev: Path = DEV) -> bool:
    """Resets a device as if it were plugged in anew; whether the kernel did so.

    The user must be allowed to write to its node (`deploy/udev/70-kiosk.rules`).
    """
    try:
        node = os.open(bus_node(device, dev), os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.ioctl(node, _RESET)
    except OSError:
        return False
    finally:
        os.close(node)
    return True


def _below(folder: Path, kind: str) -> list[Path]:
    """What its interfaces are to the kernel; a serial port's driver has a folder in between."""
    found = [*folder.glob(f"{folder.name}:*/{kind}/*"), *folder.glob(f"{folder.name}:*/*/{kind}/*")]
    return sorted(found)


def _device(folder: Path) -> UsbDevice | None:
    """What stands in a folder of /sys; None where it is no USB device's."""
    vendor, product = _read(folder / "idVendor"), _read(folder / "idProduct")
    if not vendor or not product:
        return None
    raw = _read(folder / "bcdDevice")
    try:
        _ = int(vendor, 16), int(product, 16)
        place = (int(_read(folder / "busnum")), int(_read(folder / "devnum")))
    except ValueError:
        return None
    version = f"{int(raw[:2])}.{raw[2:]}" if raw.isdecimal() and len(raw) == 4 else ""
    return UsbDevice(vendor, product, version, _read(folder / "product"), place, folder.name)


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace").strip()
    except OSError:
        return ""
