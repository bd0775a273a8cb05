"""What it means that a chip refuses a key."""

from hardware.emrtd.errors import ChipError
from hardware.verdicts import ChipVerdict

SLOW = 3.0
"""Seconds for one answer from which on the chip is holding us up: it has seen wrong keys before."""

PATIENCE = 20.0
"""Seconds for the answer to a key: a chip that was given wrong ones holds it back."""

_BLOCKED = 0x6983
_WRONG = {0x6300, 0x6982, 0x6985, 0x6988, 0x6A80}


def refused(status: int, seconds: float) -> ChipError:
    """The error for a status word that came after so many seconds instead of an open chip.

    63Cx: x tries are left. Documents say in many other ways that the key is wrong.
    """
    tries = status & 0x000F if status & 0xFFF0 == 0x63C0 else None
    if status == _BLOCKED or tries == 0:
        return ChipError(ChipVerdict.DELAYED, tries)
    if status in _WRONG or tries:
        slow = seconds >= SLOW
        return ChipError(ChipVerdict.DELAYED if slow else ChipVerdict.WRONG_KEY, tries)
    return ChipError(ChipVerdict.UNSUPPORTED)


def blocked(status: int) -> bool:
    """Whether the chip takes no key at all for now (6983, 63C0)."""
    return status in (_BLOCKED, 0x63C0)
