"""Resets one device on its bus, in a process of its own: the kernel may hold whoever asks it to.

Run as `python -m hardware.resetting RESOURCE` (JSON); exit code 0 where the device was reset.
"""

import sys

import msgspec

from hardware.healing import reset_of
from hardware.own_process import die_with_parent
from hardware.resources import Resource

NOT_RESET = 1


def main() -> None:
    """Entry point of the process."""
    die_with_parent()
    resource = msgspec.json.decode(sys.argv[1], type=Resource)
    sys.exit(0 if reset_of(resource) else NOT_RESET)


if __name__ == "__main__":
    main()
