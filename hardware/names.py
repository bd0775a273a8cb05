"""Names of devices that last: by USB port in the settings, and what udev calls a node.

The kernel counts devices in the order in which they come: /dev/ttyACM0 is another one after two
were unplugged. What stays is the port, and links in /dev that udev keeps.
"""

import re
from pathlib import Path

from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.usb import DEV, SYS, node_of, usb_device_at, usb_device_behind

_PORT = re.compile(
    r"(?P<before>usb:|tty:|sane:[a-z0-9_-]+:)?"
    r"port:(?P<port>[0-9]+-[0-9]+(\.[0-9]+)*)(?P<after>[:?].*)?"
)
_LINE = re.compile(r"tty:(?P<line>.+?)(:(arygon|pn532))?")
_COUNTED = re.compile(
    r"/dev/(ttyACM|ttyUSB|video)[0-9]+([?].*)?"
    r"|tty:(/dev/tty)?(ACM|USB)[0-9]+(:.*)?"
    r"|usb:[0-9]{3}(:[0-9]{3})?"
    r"|.*\blibusb:[0-9]{3}:[0-9]{3}\b.*"
)
_LINKS = ("kiosk", "serial/by-id", "v4l/by-id", "serial/by-path", "v4l/by-path")
"""The folders in /dev with lasting names: our own rules', by maker and serial number, by port."""


def address_of(resource: Resource, dev: Path = DEV, sys: Path = SYS) -> str:
    """The address that a driver understands; ABSENT where nothing is plugged in at its port.

    `port:1-1.4` becomes the serial port or the video device that is plugged in there now,
    `usb:port:1-1.4` and `sane:BACKEND:port:1-1.4` its place on the bus. All others stay.
    """
    form = _PORT.fullmatch(resource.address)
    if form is None:
        return resource.address
    before, after = form["before"] or "", form["after"] or ""
    device = usb_device_at(form["port"], sys)
    if device is None:
        raise HardwareError(Reason.ABSENT)
    bus, number = device.place
    if before == "usb:":
        return f"usb:{bus:03}:{number:03}{after}"
    if before.startswith("sane:"):
        return f"{before}libusb:{bus:03}:{number:03}{after}"
    node = node_of(device, resource.role, dev, sys)
    if node is None:
        raise HardwareError(Reason.ABSENT)
    return f"{before}{node}{after}"


def file_of(address: str) -> Path | None:
    """The file that an address names: a device node or a recording; None where it names none."""
    if line := _LINE.fullmatch(address):
        name = line["line"]
        return Path(name if name.startswith("/") else f"/dev/tty{name}")
    if not address.startswith("/"):
        return None
    path = Path(address.partition("?")[0])
    # Of a sequence of pictures, `shot-%04d.png`, only the folder has a name.
    return path.parent if "%" in path.name else path


def may_change(address: str) -> bool:
    """Whether an address may be another device's after something was plugged in or out."""
    return _COUNTED.fullmatch(address) is not None


def lasting_names(resource: Resource, dev: Path = DEV, sys: Path = SYS) -> list[str]:
    """Addresses of the same device that last, the best first; empty where there are none.

    The port is the last: it is the device's own only as long as nobody plugs it in elsewhere. Two
    devices of one make without serial numbers have one name by-id, which only one of them gets.
    """
    file = file_of(resource.address)
    if file is None:
        return []
    address, name = resource.address, str(file)
    if name not in address:
        return []  # as in `tty:USB0`, which has no room for another name
    try:
        node = file.resolve(strict=True)
    except OSError:
        return []
    links = [
        link
        for folder in _LINKS
        for link in sorted((dev / folder).glob("*"))
        if str(link) != name and link.resolve() == node
    ]
    found = [address.replace(name, str(link), 1) for link in links]
    device = usb_device_behind(node, sys)
    if device is not None and node_of(device, resource.role, dev, sys) == node:
        found.append(address.replace(name, f"port:{device.port}", 1))
    return found
