"""Who speaks on the broker, and under which topic.

`kiosk/v1/CENTRE/KIOSK/...` is a kiosk's own branch, `host/v1/CENTRE/OPERATOR` that of one console.
The common name of a certificate is the middle of its branch: `CENTRE/KIOSK`, or `staff/OPERATOR`.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import msgspec

NAME = r"[a-z0-9][a-z0-9-]{0,31}"
"""As a pattern. What it stands in ends in \\Z: with $, a name could end in a line break."""
Name = Annotated[str, msgspec.Meta(pattern=rf"^{NAME}\Z")]
"""Of a centre, a kiosk or an operator: nothing that a topic filter or a terminal would act on."""

EVERY = "*"
"""In a list of centres: all of them."""
Centre = Annotated[str, msgspec.Meta(pattern=rf"^(\*|{NAME})\Z")]
"""A centre, or every one."""

STAFF = "staff"
"""No centre is called so: consoles' certificates are."""
_TOPIC = re.compile(rf"kiosk/v1/({NAME})/({NAME})/([a-z]+)")
_PRESENCE = re.compile(rf"host/v1/({NAME})/({NAME})")


class Leaf(StrEnum):
    """What a kiosk's branch ends in."""

    STATE = "state"
    """What the kiosk is doing; retained, and its last will."""
    STEP = "step"
    """Where the visit stands; retained, cleared when it ends."""
    HELP = "help"
    """A call for help; retained, cleared when it ends."""
    SELFTEST = "selftest"
    """The last self-test; retained."""
    AUDIT = "audit"
    """The head of the audit's chain; retained."""
    EVENT = "event"
    """What happened, for statistics without persons."""
    COMMAND = "cmd"
    """To the kiosk: a signed command; never retained."""
    ACK = "ack"
    """What became of a command."""


RETAINED = frozenset({Leaf.STATE, Leaf.STEP, Leaf.HELP, Leaf.SELFTEST, Leaf.AUDIT})
EXPIRES = {Leaf.STEP: 300, Leaf.HELP: 900, Leaf.ACK: 60, Leaf.EVENT: 7 * 86400}
"""Seconds after which the broker forgets what nobody has taken or renewed."""


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """Which kiosk."""

    centre: Name
    kiosk: Name

    def __str__(self) -> str:
        """As it stands in topics, certificates and commands."""
        return f"{self.centre}/{self.kiosk}"

    def topic(self, leaf: Leaf) -> str:
        """The topic of one leaf of its branch."""
        return f"kiosk/v1/{self}/{leaf}"


def filters(centre: str, leaves: Iterable[Leaf]) -> list[str]:
    """The filters of these leaves of all kiosks of a centre; `+`: of every one."""
    return [f"kiosk/v1/{centre}/+/{leaf}" for leaf in leaves]


def presence(centre: str, operator: str) -> str:
    """The topic under which a console says to the kiosks of a centre that somebody is there."""
    return f"host/v1/{centre}/{operator}"


def parsed(topic: str) -> tuple[Place, Leaf] | None:
    """Whose topic this is, and which; None where it is none of a kiosk's."""
    found = _TOPIC.fullmatch(topic)
    if found is None or found[3] not in set(Leaf):
        return None
    return Place(found[1], found[2]), Leaf(found[3])


def parsed_presence(topic: str) -> tuple[str, str] | None:
    """The centre and the operator of a presence topic; None where it is none."""
    found = _PRESENCE.fullmatch(topic)
    return (found[1], found[2]) if found else None
