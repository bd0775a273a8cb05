"""Whether something is plugged in at an address, found out without opening it."""

import os
import re
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

from hardware.errors import HardwareError, Reason
from hardware.names import address_of, file_of
from hardware.resources import Resource
from hardware.usb_addresses import is_usb, usb_device_of

ANSWERS_WITHIN = 2.0
"""Seconds for a device on the network to take a connection."""
REFUSED_WITHIN = 0.3
"""Seconds for the system to say that nobody is at a UDP port of this machine."""
PCSC_SOCKET = Path("/run/pcscd/pcscd.comm")

_UDP = re.compile(r"udp:(?P<host>[^:\s]+):(?P<port>[0-9]{1,5})")
_URL = re.compile(r"https?://[^?\s]+")


def is_present(resource: Resource) -> bool:
    """True: something is there. False: only opening it can tell.

    `HardwareError` when nothing is there (ABSENT), nobody answers there (TIMEOUT), or the service
    through which it is reached does not run (SERVICE_DOWN).
    """
    if resource.driver == "pcsc":
        return _is_served()
    address = address_of(resource)
    if file := file_of(address):
        return _is_there(file)
    if url := _URL.search(address):
        return _listens(url[0])
    if place := _UDP.fullmatch(address):
        return _is_bound(place["host"], int(place["port"]))
    if is_usb(address):
        if usb_device_of(address) is None:
            raise HardwareError(Reason.ABSENT)
        return True
    return False


def _is_there(file: Path) -> bool:
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise HardwareError(Reason.ABSENT) from error
    except OSError:
        return False  # it cannot be looked at from here
    return True


def _is_served() -> bool:
    """A PC/SC reader is seen by the service alone; whether that runs can be seen."""
    place = Path(os.environ.get("PCSCLITE_CSOCK_NAME") or PCSC_SOCKET)
    try:
        if not stat.S_ISSOCK(place.stat().st_mode):
            raise HardwareError(Reason.SERVICE_DOWN)
    except OSError as error:
        raise HardwareError(Reason.SERVICE_DOWN) from error
    return False


def _listens(url: str) -> bool:
    try:
        parts = urlsplit(url)
        place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    except ValueError as error:
        raise HardwareError(Reason.BAD_ADDRESS) from error
    try:
        socket.create_connection(place, ANSWERS_WITHIN).close()
    except TimeoutError as error:
        raise HardwareError(Reason.TIMEOUT) from error
    except OSError as error:
        raise HardwareError(Reason.ABSENT) from error
    return True


def _is_bound(host: str, port: int) -> bool:
    """Whether somebody is at a UDP port; another machine may say nothing when there is nobody."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.settimeout(REFUSED_WITHIN)
            wire.connect((host, port))
            wire.send(b"")  # no command of any reader
            wire.recv(1)
    except TimeoutError:
        return True
    except (OSError, OverflowError) as error:
        raise HardwareError(Reason.ABSENT) from error
    return True
