"""What a driver is, and how the installed ones are found.

A driver is four things: a resource (what is plugged in, from the settings), a small protocol
(what it can do), a life cycle (open, use, close, always with a deadline), and reasons
(`hardware.errors.Reason`). Every call returns within its `timeout` in seconds; whoever wants to
cancel stops calling and closes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, ClassVar, Protocol, cast, runtime_checkable

from hardware import names
from hardware.chip_link import ChipLink
from hardware.claims import claimed
from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.verdicts import Role, ScannerKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GROUP = "reactivation_kiosk.drivers"


class Driver(Protocol):
    """What all drivers have in common.

    One that can find different things at one address has `found`, a word of its own for it; one
    that can ask the device who it is has `identity`, the device's own text. Both once it is open.
    """

    role: ClassVar[Role]

    def __init__(self, address: str) -> None: ...

    def open(self, timeout: float) -> None:
        """Open the device, or raise `HardwareError` within `timeout` seconds."""

    def close(self) -> None:
        """Release the device; may be called at any time and more than once, never raises."""


class LineScanner(Driver, Protocol):
    """A scanner that reads machine-readable zones itself and sends them as text."""

    def read_lines(self, timeout: float) -> tuple[str, ...] | None:
        """The next document's lines as the device sent them, or None if none came in time."""


@runtime_checkable
class PictureScanner(Driver, Protocol):
    """A scanner that sends pictures, in which the recogniser finds and reads the zone."""

    kind: ScannerKind

    def newest_frame(self, timeout: float) -> "NDArray[np.uint8] | None":
        """The newest picture not yet handed out, or None in time.

        (height, width) uint8 grey or (height, width, 3) uint8 BGR.
        """


@runtime_checkable
class Flatbed(PictureScanner, Protocol):
    """A picture scanner that takes one picture of each document: on its glass, or put into it."""

    @property
    def scanning(self) -> bool:
        """Whether a scan was begun whose picture has not yet been handed out."""

    def scan(self) -> None:
        """Begin a scan, unless one is being made; `newest_frame` hands out its picture."""


class Reader(Driver, Protocol):
    """A reader of contactless chips."""

    def connect(self, timeout: float, cancelled: Callable[[], bool]) -> ChipLink:
        """Look once for a chip and activate it.

        `NoChipError` says at once when there is none, or none that can be linked to; then the
        field is off, so that the next call begins anew. `HardwareError` means the reader itself,
        here and in every use of the link. `cancelled` is asked before each step, here and later
        on the link; `CancelledError` when it says so. One link at a time: close it first.
        """


class Camera(Driver, Protocol):
    """A source of pictures."""

    def newest_frame(self, timeout: float) -> "NDArray[np.uint8] | None":
        """The newest frame not yet handed out, (height, width, 3) uint8 BGR, or None in time."""


def make(resource: Resource) -> Driver:
    """The driver of a resource, not yet opened; `HardwareError` when there is no such driver.

    Or ABSENT, where the address names a USB port and nothing of that kind is plugged in there.

    The driver's module is imported here and nowhere else, so that what is not plugged in costs
    nothing and a missing system library is one device's state, not a crash.
    """
    points = entry_points(group=GROUP, name=resource.driver)
    if not points:
        raise HardwareError(Reason.UNKNOWN_DRIVER)
    try:
        driver = cast("type[Driver]", next(iter(points)).load())
    except (ImportError, OSError) as missing:
        raise HardwareError(Reason.LIBRARY_MISSING) from missing
    if driver.role is not resource.role:
        raise HardwareError(Reason.UNKNOWN_DRIVER)
    return driver(names.address_of(resource))


@contextmanager
def opened(
    resource: Resource, timeout: float, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Driver]:
    """A resource's driver, open, and ours alone among the kiosk's own processes until it is closed.

    Waits up to `timeout` seconds for another of them to be done with the device, then as long
    again for the device itself; `cancelled` is asked while it waits for the other. `HardwareError`
    says why not: BUSY where the other is not done.
    """
    driver = make(resource)
    with claimed(resource, timeout, cancelled):
        if isinstance(driver, PictureScanner):
            from hardware.code_rehearsal import load  # which imports this module

            load(driver)
        try:
            _open(driver, resource, timeout)
            yield driver
        finally:
            driver.close()


def _open(driver: Driver, resource: Resource, timeout: float) -> None:
    """Opens a driver; a reader that somebody else has fails with who that is."""
    try:
        driver.open(timeout)
    except HardwareError as failure:
        from hardware.readers import claimants  # needed only where something is wrong

        reason = claimants.named(resource, failure.reason)
        if reason is failure.reason:
            raise
        raise HardwareError(reason) from failure
