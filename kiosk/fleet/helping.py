"""What the screens know of help from the desk; light, as screens are there before the fleet is."""

from enum import StrEnum

import msgspec


class Call(StrEnum):
    """What has become of a call for help."""

    NONE = "none"
    OPEN = "open"
    TAKEN = "taken"


class Helped(msgspec.Struct, frozen=True):
    """How staff helps this visit from the desk; as it is here where there is no fleet."""

    staffed: bool = False
    """Whether somebody is at a console of this centre, so that a call would be heard."""
    call: Call = Call.NONE
    by: str = ""
    """The operator who has taken the call."""
    phrase: str = ""
    """The key of the phrase that is to be read, until a key is pressed."""
