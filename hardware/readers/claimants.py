"""Who else has a chip reader: three want it, and only one can have it.

Modules of the kernel take some readers as soon as they are plugged in (`pn533_usb`, `port100`),
the PC/SC service takes others, and our drivers want theirs. Each looks like a busy or a missing
reader; what a technician has to do is another thing each time.
"""

from collections.abc import Iterator
from pathlib import Path

from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.usb import DEV, SYS, bus_node, drivers_on, usb_devices
from hardware.usb_addresses import usb_of
from hardware.verdicts import Role

PROC = Path("/proc")
PCSCD = "pcscd"
SOCKET = Path("/run/pcscd/pcscd.comm")
"""Where the service is asked; systemd keeps it, so that it says little where more can be seen."""
NFC_DRIVERS = frozenset({"pn533_usb", "port100", "nfcmrvl"})
"""The kernel's drivers of readers on USB; `deploy/modprobe/kiosk-nfc.conf` keeps them off."""
_PROGRAM = "usbfs"


def named(
    resource: Resource,
    reason: Reason,
    dev: Path = DEV,
    sys: Path = SYS,
    proc: Path = PROC,
    service: Path = SOCKET,
) -> Reason:
    """Why a reader could not be opened: who holds it where somebody does, else `reason`."""
    if resource.role is not Role.READER:
        return reason
    if resource.driver == "pcsc" and reason is Reason.ABSENT:
        # pcscd does not list a reader that the kernel has taken.
        held = any(drivers_on(device, sys) & NFC_DRIVERS for device in usb_devices(sys))
        return Reason.HELD_BY_KERNEL if held else reason
    if resource.driver != "nfcpy" or reason is not Reason.BUSY:
        return reason
    try:
        device = usb_of(resource, sys)
    except HardwareError:
        return reason
    if device is None:
        return reason
    if drivers_on(device, sys) - {_PROGRAM}:
        return Reason.HELD_BY_KERNEL
    held = _is_held_by_pcscd(bus_node(device, dev), proc, service)
    return Reason.HELD_BY_PCSCD if held else reason


def _is_held_by_pcscd(node: Path, proc: Path, service: Path) -> bool:
    """Whether the service has a device open.

    Where its files are hidden it must do that it runs, and where other users' processes are
    (`ProtectProc=invisible`), that there is such a service.
    """
    for process in _processes(PCSCD, proc):
        try:
            if any(file.resolve() == node.resolve() for file in (process / "fd").iterdir()):
                return True
        except PermissionError:
            return True  # it is another user's
        except OSError:
            continue  # it has just ended
    return not (proc / "1").exists() and service.exists()


def _processes(name: str, proc: Path) -> Iterator[Path]:
    for process in proc.glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == name:
                yield process
        except (OSError, ValueError):
            continue
