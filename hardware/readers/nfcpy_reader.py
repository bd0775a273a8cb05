"""The chip readers that nfcpy drives: Sony RC-S380 and kin, PN53x on USB or serial, and `udp:`.

nfcpy knows the devices and senses the field; the block protocol above it is `iso14443`.
"""

import errno
import logging
import re
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, ClassVar

import nfc.clf
from nfc.clf import device, transport

from hardware import tap
from hardware.chip_link import (
    Abilities,
    CancelledError,
    ContactLostError,
    LinkError,
    NoChipError,
    ProtocolError,
)
from hardware.errors import HardwareError, Reason
from hardware.readers.iso14443 import Iso14443, NoAnswerError
from hardware.readers.udp_device import UdpDevice
from hardware.verdicts import ChipVerdict, Role

_ADDRESS = re.compile(
    r"udp:[^:\s]+:(?P<port>[0-9]{1,5})"
    r"|usb(:[0-9a-fA-F]{4}(:[0-9a-fA-F]{4})?|:[0-9]{3}(:[0-9]{3})?)?"
    r"|tty:[A-Za-z0-9-]+(:(arygon|pn532))?"
    r"|tty:(?P<line>/dev/[^:\s]+):(?P<chip>arygon|pn532)"
)
_ISO_DEP = 0x20  # bit of SEL_RES (SAK), ISO/IEC 14443-3 section 6.5.3.4
_ISO_DEP_B = 0x01  # bit of the second byte of protocol info in SENSB_RES (ATQB)
_LIST_TARGETS = 0x4A  # the PN53x command InListPassiveTarget
_TYPE_A = 0x00
_CHECK_BYTES = 2  # nfcpy counts frames without them
_LEAST_TIME = 0.5  # seconds for a chip that was sensed just before the deadline
_FIELD_OFF = 0.01  # seconds; a chip forgets everything within 5 ms (ISO/IEC 14443-3, 5)

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
    (three digits each), `tty:NAME[:DRIVER]` (NAME as in `USB0`) or `tty:/dev/...:DRIVER`, which
    may be one of the lasting names in /dev/serial; DRIVER is `pn532` or `arygon`.
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
        if tap.listened():
            from hardware.readers import nfcpy_tap

            nfcpy_tap.attach()
        with _failures(Reason.ABSENT):
            self._frontend = _open_first(_paths(self._address), time.monotonic() + timeout)

    @property
    def identity(self) -> str:
        """Who made the open reader, its name, and the firmware of its chip: its own text."""
        device = getattr(self._frontend, "device", None)
        names = ("vendor_name", "product_name", "chipset_name")
        return " ".join(str(name) for key in names if (name := getattr(device, key, "")))

    def close(self) -> None:
        """Switch the field off and release the device."""
        frontend, self._frontend = self._frontend, None
        if frontend is not None:
            with suppress(Exception):
                frontend.close()

    def connect(self, timeout: float, cancelled: Callable[[], bool]) -> "NfcpyLink":
        """Look once for a chip, type A first, and activate it.

        Takes `timeout` seconds and at most one more, which is what nfcpy's `udp` device waits
        for an answer to one sense command. Two chips at once are seen by PN531 and PN532 only:
        elsewhere nfcpy does not tell a collision from an empty field, which is `NONE`.
        """
        if self._frontend is None:
            raise HardwareError(Reason.LOST)
        link = NfcpyLink(self._frontend, cancelled)
        try:
            link.connect(timeout)
        except BaseException:
            link.close()
            raise
        return link


class NfcpyLink:
    """The chip that was found in the field; a `ChipLink`."""

    def __init__(self, frontend: Any, cancelled: Callable[[], bool]) -> None:
        self._frontend = frontend
        self._cancelled = cancelled
        self._chip = Iso14443(self._exchange)
        self._active = False

    @property
    def abilities(self) -> Abilities:
        """What the chip said of itself; our block layer carries any length."""
        return self._chip.abilities

    def connect(self, timeout: float) -> None:
        """Sense and activate; `NoChipError` when there is nothing to be activated."""
        deadline = time.monotonic() + timeout
        with _failures(Reason.LOST):
            target = _sense(self._frontend, deadline, self._cancelled)
            if target is None:
                raise NoChipError(ChipVerdict.NONE)
            if _counts_chips(self._frontend):
                self._switch_field_off()
                if _count_chips(self._frontend) > 1:
                    raise NoChipError(ChipVerdict.SEVERAL)
                self._switch_field_off()
                target = _sense(self._frontend, deadline, self._cancelled)
                if target is None:
                    raise NoChipError(ChipVerdict.NONE)
            if not _speaks_iso_dep(target):
                raise NoChipError(ChipVerdict.NOT_ISO_DEP)
            try:
                self._activate(target, deadline)
            except CancelledError:
                raise
            except LinkError as silent:
                raise NoChipError(ChipVerdict.MUTE) from silent

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        """As in `ChipLink`; `HardwareError` when the reader fails."""
        if not self._active:
            raise ContactLostError
        with _failures(Reason.LOST), self._ending():
            return self._chip.transmit(apdu, timeout)

    def reconnect(self, timeout: float) -> None:
        """As in `ChipLink`; `HardwareError` when the reader fails."""
        deadline = time.monotonic() + timeout
        self._active = False
        with _failures(Reason.LOST):
            self._switch_field_off()
            target = _sense(self._frontend, deadline, self._cancelled)
            if target is None:
                raise ContactLostError
            if not _speaks_iso_dep(target):
                raise ProtocolError  # another one was laid down
            self._activate(target, deadline)

    def close(self) -> None:
        """Send the chip to rest and switch the field off."""
        active, self._active = self._active, False
        with suppress(Exception):
            if active:
                self._chip.deselect()
        with suppress(Exception):
            self._frontend.sense()  # of nothing: forgets the chip and switches the field off

    def _activate(self, target: Any, deadline: float) -> None:
        frontend = self._frontend
        largest = min(frontend.max_send_data_size, frontend.max_recv_data_size) + _CHECK_BYTES
        self._chip = Iso14443(self._exchange, largest, cancelled=self._cancelled)
        left = max(deadline - time.monotonic(), _LEAST_TIME)
        if target.sensb_res:
            self._chip.activate_type_b(bytes(target.sensb_res), left)
        else:
            self._chip.activate(left)
        self._active = True

    def _exchange(self, frame: bytes, timeout: float) -> bytes:
        try:
            return bytes(self._frontend.exchange(frame, timeout) or b"")
        except (nfc.clf.CommunicationError, ValueError) as lost:  # ValueError: a garbled datagram
            raise NoAnswerError from lost

    def _switch_field_off(self) -> None:
        self._frontend.sense()
        time.sleep(_FIELD_OFF)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Whatever goes wrong ends the link: the chip is not to be spoken to any more."""
        try:
            yield
        except BaseException:
            self._active = False
            raise


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
    if path.startswith("tty:/"):
        return _on_line(*path.removeprefix("tty:").rsplit(":", 1))
    if not path.startswith("udp:"):
        return nfc.clf.ContactlessFrontend(path)
    _, host, port = path.split(":")
    frontend = nfc.clf.ContactlessFrontend()
    frontend.device = UdpDevice(host, int(port))
    return frontend


def _on_line(line: str, chip: str) -> Any:
    """A reader on a serial line by any name of it; nfcpy itself takes only ttyUSB0 and the like."""
    frontend = nfc.clf.ContactlessFrontend()
    wire = transport.TTY(line)
    try:
        frontend.device = import_module(f"nfc.clf.{chip}").init(wire)
    except BaseException:
        wire.close()
        raise
    frontend.device._path = line  # nfcpy's own finder sets it, and its names for logs want it
    return frontend


def _sense(frontend: Any, deadline: float, cancelled: Callable[[], bool]) -> Any:
    """What answers in the field, type A first, or None."""
    for kind in ("106A", "106B"):
        if cancelled():
            raise CancelledError
        # PN53x drivers refuse a kind that the chip set lacks with ValueError.
        with suppress(nfc.clf.UnsupportedTargetError, ValueError):
            target = frontend.sense(nfc.clf.RemoteTarget(kind))
            if target is not None:
                return target
        if time.monotonic() >= deadline:
            return None
    return None


def _counts_chips(frontend: Any) -> bool:
    chip_set = getattr(frontend.device, "chipset", None)
    return int(getattr(chip_set, "in_list_passive_target_max_target", 1)) > 1


def _count_chips(frontend: Any) -> int:
    """How many type A chips are in the field, two at most; they have to be sensed anew.

    nfcpy itself never asks for more than one (PN532 user manual, section 7.3.5).
    """
    answer = frontend.device.chipset.command(_LIST_TARGETS, bytearray([2, _TYPE_A]), 1.0)
    return answer[0] if answer else 0


def _speaks_iso_dep(target: Any) -> bool:
    if target.sensb_res:
        return bool(target.sensb_res[10] & _ISO_DEP_B)
    return bool(target.sel_res and target.sel_res[0] & _ISO_DEP)


@contextmanager
def _failures(gone: Reason) -> Iterator[None]:
    """Name what nfcpy raises: an `OSError` whose number tells nothing else means `gone`."""
    try:
        yield
    except (HardwareError, LinkError, NoChipError):
        raise
    except OSError as error:
        raise HardwareError(_REASONS.get(error.errno or 0, gone)) from error
    except Exception as error:
        # nfcpy's drivers index into what the device sent without looking at its length.
        raise HardwareError(Reason.MALFORMED) from error
