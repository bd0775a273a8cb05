"""The chip readers that nfcpy drives: Sony RC-S380 and kin, PN53x on USB or serial, and `udp:`.

nfcpy knows the devices and senses the field; the block protocol above it is `iso14443`.
"""

import errno
import logging
import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

import nfc.clf
from nfc.clf import device, transport, udp

from hardware.errors import HardwareError, Reason
from hardware.readers.iso14443 import Iso14443, LinkError, NoAnswerError
from hardware.verdicts import ChipVerdict, Role

SELECT_EMRTD = bytes.fromhex("00A4040C07A0000002471001")
"""SELECT of the passport application by name, no answer wanted (ICAO Doc 9303 part 10, 3.6.1)."""
SUCCESS = bytes.fromhex("9000")

_ADDRESS = re.compile(
    r"udp:[^:\s]+:(?P<port>[0-9]{1,5})"
    r"|usb(:[0-9a-fA-F]{4}(:[0-9a-fA-F]{4})?|:[0-9]{3}(:[0-9]{3})?)?"
    r"|tty:[A-Za-z0-9-]+(:(arygon|pn532))?"
)
_ISO_DEP = 0x20  # bit of SEL_RES (SAK), ISO/IEC 14443-3 section 6.5.3.4
_ISO_DEP_B = 0x01  # bit of the second byte of protocol info in SENSB_RES (ATQB)
_CHECK_BYTES = 2  # nfcpy counts frames without them
_LEAST_TIME = 0.5  # seconds for a chip that was sensed just before the deadline

_REASONS = {
    errno.EACCES: Reason.DENIED,
    errno.EPERM: Reason.DENIED,
    errno.EBUSY: Reason.BUSY,
    errno.ETIMEDOUT: Reason.TIMEOUT,
}

# nfcpy logs every frame, the chip's identifier among them: none of it may be heard.
_log = logging.getLogger("nfc")
_log.setLevel(logging.CRITICAL + 1)
_log.propagate = False


class NfcpyReader:
    """A contactless reader by its nfcpy path.

    `address` is `udp:HOST:PORT`, `usb`, `usb:VENDOR:PRODUCT` (hexadecimal), `usb:BUS:DEVICE`
    (three digits each) or `tty:NAME[:DRIVER]`.
    """

    role: ClassVar[Role] = Role.READER

    def __init__(self, address: str) -> None:
        self._address = address
        self._frontend: Any = None

    def open(self, timeout: float) -> None:
        """Open the device; `HardwareError` says why not. A look-up of HOST is not cut short."""
        self.close()
        form = _ADDRESS.fullmatch(self._address)
        if form is None or not 0 < int(form["port"] or 1) < 65536:
            raise HardwareError(Reason.BAD_ADDRESS)
        # nfcpy leaves a file to the garbage collector and opens libusb in an outdated way.
        warnings.filterwarnings("ignore", module=r"(nfc|usb1)(\.|$)")
        with _failures(Reason.ABSENT):
            self._frontend = _open_first(_paths(self._address), time.monotonic() + timeout)

    def close(self) -> None:
        """Switch the field off and release the device."""
        frontend, self._frontend = self._frontend, None
        if frontend is not None:
            with suppress(Exception):
                frontend.close()

    def find_chip(self, timeout: float) -> ChipVerdict:
        """Look once for a chip and ask it for the passport application; then the field is off.

        Takes `timeout` seconds and at most one more, which is what nfcpy's `udp` device waits
        for an answer to one sense command. Nothing of the chip is kept.
        """
        frontend = self._frontend
        if frontend is None:
            raise HardwareError(Reason.LOST)
        deadline = time.monotonic() + timeout
        with _failures(Reason.LOST):
            try:
                target = _sense(frontend, deadline)
                if target is None:
                    return ChipVerdict.NONE
                if not _speaks_iso_dep(target):
                    return ChipVerdict.OTHER_CHIP
                return _ask(frontend, target, max(deadline, time.monotonic() + _LEAST_TIME))
            finally:
                frontend.sense()  # of nothing: forgets the chip and switches the field off


def _paths(address: str) -> list[str]:
    """The nfcpy paths that an address stands for, every USB reader by itself.

    nfcpy passes over a USB reader that it may not open as if it were not there, unless it is
    named by bus and device.
    """
    if not address.startswith("usb"):
        return [address]
    try:
        transport.libusb.loadLibrary()
    except (OSError, AttributeError) as missing:
        raise HardwareError(Reason.LIBRARY_MISSING) from missing
    try:
        found = transport.USB.find(address)
    except transport.libusb.USBErrorAccess as denied:
        raise HardwareError(Reason.DENIED) from denied
    except transport.libusb.USBError as no_usb:
        raise HardwareError(Reason.ABSENT) from no_usb
    return [
        f"usb:{bus:03}:{number:03}"
        for vendor, product, bus, number in found
        if (vendor, product) in device.usb_device_map
    ]


def _open_first(paths: list[str], deadline: float) -> Any:
    """The first of these readers that opens; else the `OSError` of the last one tried."""
    failure = OSError(errno.ENODEV, "no reader")
    for path in paths:
        try:
            return _frontend(path)
        except OSError as error:
            failure = error
        if time.monotonic() > deadline:
            break
    raise failure


def _frontend(path: str) -> Any:
    if not path.startswith("udp:"):
        return nfc.clf.ContactlessFrontend(path)
    # nfcpy looks the port up in /etc/services and then stumbles over the name; 0 has none.
    _, host, port = path.split(":")
    frontend = nfc.clf.ContactlessFrontend()
    frontend.device = udp.init(host, 0)
    frontend.device.addr = (frontend.device.addr[0], int(port))
    return frontend


def _sense(frontend: Any, deadline: float) -> Any:
    """What answers in the field, type A first, or None."""
    for kind in ("106A", "106B"):
        # PN53x drivers refuse a kind that the chip set lacks with ValueError.
        with suppress(nfc.clf.UnsupportedTargetError, ValueError):
            target = frontend.sense(nfc.clf.RemoteTarget(kind))
            if target is not None:
                return target
        if time.monotonic() >= deadline:
            return None
    return None


def _speaks_iso_dep(target: Any) -> bool:
    if target.sensb_res:
        return bool(target.sensb_res[10] & _ISO_DEP_B)
    return bool(target.sel_res and target.sel_res[0] & _ISO_DEP)


def _ask(frontend: Any, target: Any, deadline: float) -> ChipVerdict:
    """Activate the chip and select the passport application on it."""

    def exchange(frame: bytes, timeout: float) -> bytes:
        try:
            return bytes(frontend.exchange(frame, timeout) or b"")
        except (nfc.clf.CommunicationError, ValueError) as lost:  # ValueError: a garbled datagram
            raise NoAnswerError from lost

    largest = min(frontend.max_send_data_size, frontend.max_recv_data_size) + _CHECK_BYTES
    chip = Iso14443(exchange, largest)
    try:
        if target.sensb_res:
            chip.activate_type_b(bytes(target.sensb_res), deadline - time.monotonic())
        else:
            chip.activate(deadline - time.monotonic())
        response = chip.transmit(SELECT_EMRTD, deadline - time.monotonic())
        chip.deselect()
    except LinkError:
        return ChipVerdict.CONTACT_LOST
    return ChipVerdict.ANSWERS if response == SUCCESS else ChipVerdict.OTHER_CHIP


@contextmanager
def _failures(gone: Reason) -> Iterator[None]:
    """Name what nfcpy raises: an `OSError` whose number tells nothing else means `gone`."""
    try:
        yield
    except HardwareError:
        raise
    except OSError as error:
        raise HardwareError(_REASONS.get(error.errno or 0, gone)) from error
    except Exception as error:
        # nfcpy's drivers index into what the device sent without looking at its length.
        raise HardwareError(Reason.MALFORMED) from error
