"""What has to be sent to some serial readers; most only have to be listened to."""

import re
from dataclasses import dataclass
from enum import StrEnum


class ReaderKind(StrEnum):
    """How a serial reader wants to be spoken to."""

    LISTENING = "listening"
    """It sends each document by itself: Access-IS, Desko, 3M, Gemalto, Thales, Code and others."""
    ELYCTIS = "elyctis"
    """IDBOX: it reads by itself once it was told to, until it has read."""
    HONEYWELL = "honeywell"
    """1900, Xenon and others: it reads while its trigger is held by a command."""
    NEWLAND = "newland"
    """Kiosk imagers: the same, with other commands."""


@dataclass(frozen=True)
class Profile:
    """The commands of one kind of reader."""

    kind: ReaderKind
    inquiry: bytes = b""
    """A question that changes nothing; readers of other kinds do not know it."""
    answer: re.Pattern[bytes] = re.compile(rb"(?!)")
    """How the answer to it looks, and an echo of it does not."""
    arm: bytes = b""
    """Makes the reader read the next document."""
    disarm: bytes = b""
    lapses: float = 0.0
    """Seconds after which an armed reader may have given up, so that it is armed again."""


def _newland(command: bytes) -> bytes:
    return b"~\x010000@" + command + b";\x03"


LISTENING = Profile(ReaderKind.LISTENING)
ELYCTIS = Profile(
    ReaderKind.ELYCTIS,
    inquiry=b"V\0\0T\0\0",  # version, and product for firmware that knows no other
    answer=re.compile(rb"[VT]\0[\x01-\x40][\x20-\x7e]"),
    arm=b"C\0\1\1",  # continuous reading, which goes off after a good read
    disarm=b"C\0\1\0",
    lapses=10.0,
)
HONEYWELL = Profile(
    ReaderKind.HONEYWELL,
    inquiry=b"\x16M\rTRGMOD?.",  # the trigger mode; echoed with ACK, ENQ or NAK before the dot
    answer=re.compile(rb"TRGMOD[^\r]{0,8}[\x05\x06\x15]\."),
    arm=b"\x16T\r",
    disarm=b"\x16U\r",
    lapses=5.0,
)
NEWLAND = Profile(
    ReaderKind.NEWLAND,
    inquiry=_newland(b"QRYPDN"),  # the name of the product
    answer=re.compile(rb"\x02\x01....@QRYPDN", re.DOTALL),
    arm=_newland(b"SCNTRG1"),
    disarm=_newland(b"SCNTRG0"),
    lapses=3.0,
)

PROFILES = {profile.kind: profile for profile in (LISTENING, ELYCTIS, HONEYWELL, NEWLAND)}

PROBES = ((ELYCTIS,), (HONEYWELL, NEWLAND))
"""Who is asked together, in this order. Elyctis comes first and alone: it takes the second and
third byte of whatever it is sent for a length, and would wait for the rest of the others'."""
