"""All that is looked at, in the order in which it is told."""

from kiosk.appliance import accounts, kernel, ports, screen, services, storage
from kiosk.appliance.finding import Finding, Look
from kiosk.appliance.machine import Machine
from kiosk.selftest.results import State

LOOKS: tuple[Look, ...] = (
    services.the_kiosk,
    screen.programs,
    screen.terminal,
    screen.large_text,
    services.consoles,
    kernel.keys_to_the_kernel,
    kernel.images_of_memory,
    kernel.locks,
    accounts.the_kiosks_user,
    accounts.passwords,
    storage.settings,
    storage.program,
    storage.disk,
    ports.plugged_in,
    ports.network,
    services.journal,
    services.regular,
)


def look(machine: Machine) -> list[Finding]:
    """What was found; a look that crashes says so and keeps no other from being taken."""
    found: list[Finding] = []
    for each in LOOKS:
        try:
            found += each(machine)
        except Exception as error:  # files of a machine may hold anything
            message = f"the look itself crashed: {type(error).__name__}"
            found.append(Finding(each.__name__.replace("_", "-"), State.ERROR, message, "tell us"))
    return found
