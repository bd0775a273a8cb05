"""What reading a chip needs of a reader: APDUs there and back, and how that can fail."""

from dataclasses import dataclass
from typing import Protocol

from hardware.verdicts import ChipVerdict


class LinkError(Exception):
    """The link to the chip failed; it must be connected again. Carries nothing of the chip."""


class ContactLostError(LinkError):
    """The chip has fallen silent, or was taken away."""


class ProtocolError(LinkError):
    """The chip answers, but not by the rules of the link: contact is bad."""


class DeadlineError(LinkError):
    """The deadline passed while the chip was still at work."""


class CancelledError(LinkError):
    """Whoever asked for the link wants it no longer."""


class NoChipError(Exception):
    """The reader is well, but there is no chip to talk to; `verdict` says what is there instead."""

    def __init__(self, verdict: ChipVerdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Abilities:
    """What card and reader said of themselves when the chip was activated."""

    historical_bytes: bytes = b""
    """The card's (ISO/IEC 7816-4 section 12.1.1), empty when it sent none."""
    largest_command: int = 261
    """Bytes of the longest command APDU that the reader carries; more than 261 is extended."""
    largest_response: int = 258
    """Bytes of the longest response APDU that the reader carries, status word included."""
    atr: bytes = b""
    """What PC/SC made of the activation (PC/SC part 3 section 3.1.3.2.3); empty elsewhere."""


class ChipLink(Protocol):
    """One activated chip on one reader. Any `LinkError` ends the link until `reconnect`."""

    @property
    def abilities(self) -> Abilities:
        """What card and reader can do."""

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        """The response APDU to this command APDU; `LinkError` within about `timeout` seconds."""

    def reconnect(self, timeout: float) -> None:
        """Switch the field off and on and activate the chip anew: all state on it is gone."""

    def close(self) -> None:
        """Let go of the chip; may be called at any time and more than once, never raises."""
