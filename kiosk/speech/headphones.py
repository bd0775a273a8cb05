"""Whether headphones are plugged in, from the switch in their jack."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

ALWAYS = "always"
"""A handset, or headphones that are fixed to the kiosk: they have no switch."""
SIMULATED = "file:"
"""Before the path of a file that holds 1 or 0, for training and tests."""

_SWITCHES = 8
"""Bytes for all switches: SW_MAX is 0x11 (linux/input-event-codes.h)."""
_READ_SWITCHES = 2 << 30 | _SWITCHES << 16 | ord("E") << 8 | 0x1B
"""EVIOCGSW (linux/input.h)."""
_HEADPHONES = 1 << 0x02
"""SW_HEADPHONE_INSERT."""


class Headphones:
    """The jack that the settings name."""

    def __init__(self, jack: str) -> None:
        """`jack`: an input device of Linux, `always`, `file:PATH`, or empty: it has no switch."""
        self._jack = jack

    def plugged_in(self) -> bool:
        """Whether only the person hears; False also where that cannot be known."""
        if self._jack == ALWAYS:
            return True
        with suppress(OSError, ValueError):
            if self._jack.startswith(SIMULATED):
                return Path(self._jack.removeprefix(SIMULATED)).read_text().strip() == "1"
            if self._jack:
                return bool(self._switches() & _HEADPHONES)
        return False

    def _switches(self) -> int:
        device = os.open(self._jack, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            told = fcntl.ioctl(device, _READ_SWITCHES, bytes(_SWITCHES))
        finally:
            os.close(device)
        return int.from_bytes(told, "little")
