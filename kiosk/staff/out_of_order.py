"""A kiosk that staff has put out of order: why, kept over restarts until staff says otherwise."""

import errno
import logging

import msgspec

from kiosk.fleet.reports import OutOfOrder
from kiosk.language import mark
from kiosk.places import made, state_folder
from kiosk.selftest.writing import write

NAME = "out-of-order.json"
log = logging.getLogger("kiosk")


REASONS = {
    OutOfOrder.BROKEN: mark("Something on it does not work."),
    OutOfOrder.MAINTENANCE: mark("It is being repaired."),
    OutOfOrder.CLEANING: mark("It is being cleaned."),
    OutOfOrder.CLOSED: mark("It cannot be used just now."),
}
"""What the public reads of each, in the order of their keys."""


class _Kept(msgspec.Struct, frozen=True):
    why: OutOfOrder


def load() -> OutOfOrder | None:
    """Why this kiosk is out of order; None: it is not, as far as can be read."""
    try:
        return msgspec.json.decode((state_folder() / NAME).read_bytes(), type=_Kept).why
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        log.warning("whether the kiosk is out of order cannot be read: %s", type(error).__name__)
        return None


def keep(why: OutOfOrder | None) -> bool:
    """Writes it down, or with None that it is in order again; whether that could be done."""
    try:
        if why is None:
            (state_folder() / NAME).unlink(missing_ok=True)
        else:
            write(made(state_folder()) / NAME, msgspec.json.encode(_Kept(why)))
    except OSError as error:
        log.warning(
            "that the kiosk is out of order cannot be kept: %s",
            errno.errorcode.get(error.errno or 0),
        )
        return False
    return True
