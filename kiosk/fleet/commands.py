"""What an operator may ask of a kiosk, signed by the operator's own key (Ed25519, RFC 8032).

A broker or a bridge that was broken into can hold commands back, and can make none.
"""

import secrets
import time
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.fleet.reports import Id, Sid
from kiosk.fleet.topics import NAME, Name, Place
from kiosk.situations.model import SituationId

CONTEXT = b"kiosk command v1\n"
"""What is signed begins with it, so that no signature made for something else fits."""
LONGEST_LIFE = 60
"""Seconds for which a command may be good."""

Address = Annotated[str, msgspec.Meta(pattern=rf"^{NAME}/{NAME}\Z")]
Nonce = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}\Z")]


class Rank(StrEnum):
    """What an operator may do."""

    VIEWER = "viewer"
    """Look, and ask for nothing."""
    CLERK = "clerk"
    """Help citizens in the centres of their own."""
    TECHNICIAN = "technician"
    """Test kiosks; nothing to do with a visit."""
    SUPERVISOR = "supervisor"
    """Everything."""


class _Deed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="deed"):
    """One thing to do."""


class TakeCall(_Deed, frozen=True, tag="take-call"):
    """This operator answers the call; the first one who says so does."""

    call: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]


class EndCall(_Deed, frozen=True, tag="end-call"):
    """The call has been seen to."""


class HandOver(_Deed, frozen=True, tag="hand-over"):
    """A colleague goes on with the call."""

    to: Name


class Guide(_Deed, frozen=True, tag="guide"):
    """Shows this step."""

    step: Id
    situation: SituationId | None = None
    """None: that of the visit."""


class SayPhrase(_Deed, frozen=True, tag="phrase"):
    """Shows and speaks a sentence of phrases.toml, in the visit's language."""

    key: Id


class SetLanguage(_Deed, frozen=True, tag="language"):
    """Changes the language of the visit."""

    language: Language


class Mute(_Deed, frozen=True, tag="mute"):
    """Speaks nothing for a while, warnings that the visit ends apart."""

    seconds: Annotated[int, msgspec.Meta(ge=1, le=600)]


class EndVisit(_Deed, frozen=True, tag="end-visit"):
    """Ends the visit and erases it."""


class ResetVisit(_Deed, frozen=True, tag="reset-visit"):
    """Erases the visit and begins a new one at the first question, in the same language."""


class TestKiosk(_Deed, frozen=True, tag="self-test"):
    """The kiosk tests itself."""

    __test__ = False  # no test of pytest's


Deed = (
    TakeCall | EndCall | HandOver | Guide | SayPhrase | SetLanguage | Mute | EndVisit | ResetVisit
    | TestKiosk
)  # fmt: skip

OF_VISIT = (TakeCall, EndCall, HandOver, Guide, SayPhrase, SetLanguage, Mute, EndVisit, ResetVisit)
"""Deeds that name the visit they are for: those that come too late do not meet the next citizen."""

MAY = {
    Rank.VIEWER: frozenset[type](),
    Rank.CLERK: frozenset[type](OF_VISIT),
    Rank.TECHNICIAN: frozenset[type]({TestKiosk}),
    Rank.SUPERVISOR: frozenset[type]({*OF_VISIT, TestKiosk}),
}


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One deed, for one kiosk and one visit, once, soon."""

    to: Address
    """`CENTRE/KIOSK`."""
    op: Name
    n: Nonce
    ts: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    """When it was signed, in seconds since 1970 (UTC)."""
    ttl: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_LIFE)]
    """For how many seconds it is good."""
    deed: Deed
    sid: Sid | None = None
    """The visit it is for; None where it is for none."""
    v: Literal[1] = 1


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command as it travels: its JSON as it was signed, byte for byte, and the signature."""

    command: msgspec.Raw
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


def command(
    place: Place,
    operator: str,
    deed: Deed,
    sid: str | None,
    ttl: int = 15,
    now: float | None = None,
) -> Command:
    """A new command, with a nonce of its own."""
    at = int(time.time() if now is None else now)
    return Command(str(place), operator, secrets.token_hex(16), at, ttl, deed, sid)


def signed(told: Command, key: Ed25519PrivateKey) -> bytes:
    """A command as it travels."""
    raw = msgspec.json.encode(told)
    return msgspec.json.encode(Signed(msgspec.Raw(raw), key.sign(CONTEXT + raw)))
