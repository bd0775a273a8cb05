"""What the devices of a kiosk need beyond memory and processor, told by the settings alone.

No driver is imported for it: a process that is about to load one wants to be confined before.
"""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import entry_points
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from hardware.errors import HardwareError
from hardware.names import address_of, file_of
from hardware.resources import Resource
from hardware.usb import DEV, bus_node, usb_device_behind
from hardware.usb_addresses import is_usb

GROUP = "reactivation_kiosk.driver_needs"
"""The group of entry points in which somebody else's driver says what it needs: named as the
driver, its value `network`, `programs`, or `network.programs`."""

_OURS = frozenset({"serial-swipe", "document-camera", "sane", "nfcpy", "pcsc", "opencv"})
_NODE = re.compile(r"/dev/[A-Za-z0-9_./-]+")
_USB = DEV / "bus/usb"
_SCANS = "scanimage"
_AT_URL = re.compile(r"sane:airscan:(?:escl|wsd):.*?(?P<url>https?://[^?]*)(?:\?.*)?")
_ON_NETWORK = re.compile(r"sane:(airscan|escl|net)\b")
_LOADERS = ("/lib64", "/lib")


class Socket(Enum):
    """A kind of socket."""

    TCP = "tcp"
    UDP = "udp"
    UNIX = "unix"
    ROUTE = "route"
    """To the kernel, which tells of the networks that there are."""


@dataclass(frozen=True)
class Needs:
    """What some devices need."""

    sockets: frozenset[Socket] = frozenset()
    ports: frozenset[int] | None = frozenset()
    """The TCP ports to which somebody may connect; None: any."""
    programs: frozenset[Path] = frozenset()
    """The programs that are started; empty: no process is."""
    devices: frozenset[Path] = frozenset()
    """Device nodes, and folders of them."""
    files: frozenset[Path] = frozenset()
    """Files that are only read, and folders of them."""

    def __or__(self, other: "Needs") -> "Needs":
        anywhere = self.ports is None or other.ports is None
        return Needs(
            self.sockets | other.sockets,
            None if anywhere else (self.ports or frozenset()) | (other.ports or frozenset()),
            self.programs | other.programs,
            self.devices | other.devices,
            self.files | other.files,
        )


def of(devices: Sequence[Resource]) -> Needs:
    """What these devices need, all together, as they are plugged in now."""
    needs = Needs()
    for device in devices:
        try:
            address = address_of(device)
        except HardwareError:
            address = device.address  # nothing is plugged in at its port
        needs |= _of_address(address) | _of_driver(device.driver, address)
    return needs


def _of_address(address: str) -> Needs:
    """The node or file that is named, and what it takes to reset it where it is on USB."""
    nodes = {Path(name) for name in _NODE.findall(address)}
    file = file_of(address)
    # What is read only is a recording; a node may have a name outside of /dev.
    if file is not None and (file.is_char_device() or file.is_relative_to(DEV)):
        nodes.add(file)
        file = None
    reset = {bus_node(found) for node in nodes if (found := usb_device_behind(node))}
    devices = nodes | reset | ({_USB} if is_usb(address) else set())
    return Needs(devices=frozenset(devices), files=frozenset({file} if file else ()))


def _of_driver(driver: str, address: str) -> Needs:
    if driver in ("opencv", "document-camera"):
        return _at_url(address) if "://" in address else Needs()
    if driver == "nfcpy":
        return Needs(frozenset({Socket.UDP})) if address.startswith("udp:") else Needs()
    if driver == "pcsc":
        return Needs(frozenset({Socket.UNIX}))
    if driver == "sane":
        return _of_sane(address)
    return Needs() if driver in _OURS else _as_declared(driver)


def _of_sane(address: str) -> Needs:
    found = shutil.which(_SCANS)
    loaders = [path for folder in _LOADERS for path in Path(folder).glob("ld-linux*.so*")]
    needs = Needs(programs=frozenset({Path(found), *loaders}) if found else frozenset())
    if at := _AT_URL.fullmatch(address):
        return needs | _at_url(at["url"]) | Needs(frozenset({Socket.ROUTE}))
    if _ON_NETWORK.match(address):
        # Its place is not known: it is called for on the whole network, by Avahi, too.
        return needs | Needs(frozenset(Socket), None)
    return needs | Needs(devices=frozenset({_USB}))


def _at_url(url: str) -> Needs:
    """One TCP port; and whatever it takes to find out where a name is."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443}.get(parts.scheme, 80)
    except ValueError:
        return Needs()  # the driver says that it is no address
    sockets = {Socket.TCP} if _is_number(parts.hostname or "") else {Socket.TCP, Socket.UDP}
    return Needs(frozenset(sockets), frozenset({port}))


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _as_declared(driver: str) -> Needs:
    """What the package of somebody else's driver says; one that says nothing needs nothing more."""
    words = {
        word for point in entry_points(group=GROUP, name=driver) for word in point.value.split(".")
    }
    return Needs(
        sockets=frozenset(Socket) if "network" in words else frozenset(),
        ports=None if "network" in words else frozenset(),
        programs=frozenset({Path("/usr")}) if "programs" in words else frozenset(),
    )
