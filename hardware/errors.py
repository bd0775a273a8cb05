"""One family of errors for all devices; every failure is a member of `Reason`."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a device cannot be used."""

    ABSENT = "absent"
    """Nothing is plugged in at the configured address."""
    BUSY = "busy"
    """Another program holds the device."""
    HELD_BY_PCSCD = "held-by-pcscd"
    """The PC/SC service has taken the reader, which is to be driven without it."""
    HELD_BY_KERNEL = "held-by-kernel"
    """A kernel module has taken the reader: `deploy/modprobe/kiosk-nfc.conf` keeps it off."""
    DENIED = "denied"
    """The operating system does not let this user open the device."""
    LIBRARY_MISSING = "library-missing"
    """A library or a file that the driver needs is missing or broken."""
    BAD_ADDRESS = "bad-address"
    """The configured address is not of a form that the driver understands."""
    UNKNOWN_DRIVER = "unknown-driver"
    """The settings name a driver that is not installed."""
    TIMEOUT = "timeout"
    """The device did not answer within its deadline."""
    LOST = "lost"
    """The device was open and went away."""
    STALLED = "stalled"
    """The device is open but sends nothing."""
    JAMMED = "jammed"
    """Paper is stuck in the scanner."""
    COVER_OPEN = "cover-open"
    """The scanner's cover is open."""
    FROZEN = "frozen"
    """The camera sends the same picture again and again."""
    BLACK = "black"
    """The camera sends black pictures: its lens is covered, or it is broken."""
    MODELS_MISSING = "models-missing"
    """The camera works, but the networks that see faces are not installed: nobody is coached."""
    MALFORMED = "malformed"
    """The device answers, but not as its driver expects."""
    SERVICE_DOWN = "service-down"
    """The system's service through which the device is reached does not run."""
    CRASHED = "crashed"
    """The driver itself failed; the device host was started again."""


class HardwareError(Exception):
    """A device failed; `reason` says how. Carries no text that a device or a person could fill."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
