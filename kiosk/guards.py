"""What to take care of: at a step, and when the visit is over."""

from kiosk.language import mark
from kiosk.situations.model import Step

SECRET = mark("Type this on the phone only. Nobody may see it. Helper: look away.")


def guards(step: Step) -> tuple[str, ...]:
    """What to take care of at a step, before anything is done: sentences for the catalogue."""
    return tuple(guard for guard in (SECRET if step.secret else "", step.warning) if guard)


AFTERCARE = (
    mark("Look at the latest activity on your profile page at MitID.dk."),
    mark("Something you did not do yourself? Block your MitID again and call your bank."),
    mark("Take your phone and your passport or ID card with you."),
)
"""What everyone is told at the end of a visit."""
