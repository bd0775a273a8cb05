"""The record of what staff did at a kiosk that no fleet is told of: the same audit, kept here."""

import logging

from kiosk.places import made, state_folder

NAME = "audit.sqlite"
log = logging.getLogger("kiosk")


def note(deed: str) -> None:
    """Adds a row; takes some milliseconds, and imports what is slow to import: in a thread."""
    from kiosk.fleet.audit import Audit, AuditError
    from kiosk.fleet.operators import KIOSK

    try:
        Audit(made(state_folder()) / NAME).append(KIOSK, deed)
    except (AuditError, OSError) as error:
        log.warning("what staff did cannot be recorded: %s", type(error).__name__)
