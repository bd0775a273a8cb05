"""One check in a process of its own: `python -m kiosk.selftest.checking ID`.

`Given` comes as JSON on standard input, one `Outcome` leaves as JSON on what was standard output.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from hardware.confinement import confine
from hardware.own_process import die_with_parent
from kiosk.reading import ConfigError
from kiosk.selftest.check import Check, Given, Outcome, Phase, State, installed

NICENESS = 10
"""A self-test takes only the processor that nobody else wants."""


def outcome_of(check: Check, given: Given) -> Outcome:
    """How the check ends; one that crashes is an error, told by its kind alone.

    The text of a crash could hold what a device has sent.
    """
    try:
        return check.run(given)
    except ConfigError as error:
        return Outcome(State.FAIL, str(error))
    except Exception as error:  # a check that crashes says nothing about what it checks
        return Outcome(State.ERROR, f"the check itself crashed: {type(error).__name__}")


def main() -> None:
    """Entry point of the process."""
    # Whoever kills the self-test itself leaves no check behind that holds a device.
    die_with_parent()
    with suppress(PermissionError):  # where a unit's filter forbids it, the unit says how nice
        os.nice(NICENESS)
    # A check's libraries may print: only the outcome is to be on standard output.
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Given)
    (check,) = (check for check in installed() if check.id == sys.argv[1])
    if check.role is not None and check.phase in (Phase.OPEN, Phase.FUNCTION):
        # As in the device host, so that what works here works there.
        own = [device for device in given.devices if device.role is check.role]
        confine(own, [Path(given.trust), given.folders.settings_file])
    os.write(answer, msgspec.json.encode(outcome_of(check, given)))
    sys.stderr.flush()
    # Not through the usual end: threads and clean-ups of libraries that hang do not hold it up.
    os._exit(0)


if __name__ == "__main__":
    main()
