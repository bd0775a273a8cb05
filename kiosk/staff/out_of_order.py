"""A kiosk that staff has put out of order: why, kept over restarts until staff says otherwise."""

import errno
import logging
from enum import StrEnum

import msgspec

from kiosk.language import mark
from kiosk.places import made, state_folder
from kiosk.selftest.writing import write

NAME = "out-of-order.json"
log = logging.getLogger("kiosk")


class Why(StrEnum):
    """The reasons that staff can choose, in the order of their keys."""

    DEVICE = "device"
    REPAIR = "repair"
    CLEANING = "cleaning"
    CLOSED = "closed"


REASONS = {
    Why.DEVICE: mark("Something on it does not work."),
    Why.REPAIR: mark("It is being repaired."),
    Why.CLEANING: mark("It is being cleaned."),
    Why.CLOSED: mark("It cannot be used just now."),
}
"""What the public reads of each."""


class _Kept(msgspec.Struct, frozen=True):
    why: Why


def load() -> Why | None:
    """Why this kiosk is out of order; None: it is not, as far as can be read."""
    try:
        return msgspec.json.decode((state_folder() / NAME).read_bytes(), type=_Kept).why
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("whether the kiosk is out of order cannot be read: %s", type(error).__name__)
        return None


def keep(why: Why | None) -> bool:
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
