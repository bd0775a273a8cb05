"""The last self-test of this kiosk, kept in its state folder."""

from datetime import datetime

import msgspec

from kiosk.places import made, state_folder
from kiosk.selftest.results import Run, State
from kiosk.selftest.writing import write

NAME = "selftest.json"


class Last(msgspec.Struct, frozen=True):
    """The last whole run, and when each check has last passed."""

    run: Run | None
    passed: dict[str, datetime] = {}


def load() -> Last | None:
    """What is kept; None where there is nothing that can be read."""
    try:
        return msgspec.json.decode((state_folder() / NAME).read_bytes(), type=Last)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None


def keep(run: Run, whole: bool) -> None:
    """Keeps this run, or of one that was not `whole` only what has passed.

    `OSError` where the state folder cannot be written.
    """
    before = load() or Last(None)
    now = run.started
    passed = {check.id: now for check in run.checks if check.state in (State.PASS, State.WARN)}
    kept = Last(run if whole else before.run, before.passed | passed)
    write(made(state_folder()) / NAME, msgspec.json.encode(kept))
