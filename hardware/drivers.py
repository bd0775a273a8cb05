"""What a driver is, and how the installed ones are found.

A driver is four things: a resource (what is plugged in, from the settings), a small protocol
(what it can do), a life cycle (open, use, close, always with a deadline), and reasons
(`hardware.errors.Reason`). Every call returns within its `timeout` in seconds; whoever wants to
cancel stops calling and closes.
"""

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.verdicts import ChipVerdict, Role

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GROUP = "reactivation_kiosk.drivers"


class Driver(Protocol):
    """What all drivers have in common."""

    role: ClassVar[Role]

    def __init__(self, address: str) -> None: ...

    def open(self, timeout: float) -> None:
        """Open the device, or raise `HardwareError` within `timeout` seconds."""

    def close(self) -> None:
        """Release the device; may be called at any time and more than once, never raises."""


class Scanner(Driver, Protocol):
    """A reader of machine-readable zones."""

    def read_lines(self, timeout: float) -> tuple[str, ...] | None:
        """The next document's lines as the device sent them, or None if none came in time."""


class Reader(Driver, Protocol):
    """A reader of contactless chips."""

    def find_chip(self, timeout: float) -> ChipVerdict:
        """What is on the reader now."""


class Camera(Driver, Protocol):
    """A source of pictures."""

    def newest_frame(self, timeout: float) -> "NDArray[np.uint8] | None":
        """The newest frame not yet handed out, (height, width, 3) uint8 BGR, or None in time."""


def make(resource: Resource) -> Driver:
    """The driver of a resource, not yet opened; `HardwareError` when there is no such driver.

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
    return driver(resource.address)
