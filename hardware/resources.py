"""What is plugged in: named by the settings, handed to the device host."""

import msgspec

from hardware.verdicts import Role


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One device of this kiosk: its role, the name of its driver, and where it is plugged in."""

    role: Role
    driver: str
    address: str
