"""From the hints of the face's coach to what of them matters for the scan on the phone."""

import msgspec

from hardware.verdicts import MAY_STAY, FaceHint

KEPT = tuple(hint for hint in FaceHint if hint is not FaceHint.NO_FACE)
"""The hints that a visit remembers: all but that nobody is there."""

OF_THE_PLACE = frozenset(
    {
        FaceHint.BACKLIGHT,
        FaceHint.TOO_DARK,
        FaceHint.MORE_LIGHT,
        FaceHint.TOO_BRIGHT,
        FaceHint.UNEVEN,
        FaceHint.GLARE,
    }
)
"""What counts also after all was right: the rest is then said to somebody who turns to the keys."""

WORST_FIRST = (
    FaceHint.BACKLIGHT,
    FaceHint.TOO_DARK,
    FaceHint.TOO_BRIGHT,
    FaceHint.UNEVEN,
    FaceHint.MORE_LIGHT,
    FaceHint.GLARE,
    FaceHint.COVERED,
    FaceHint.SEVERAL,
    FaceHint.TURN_LEFT,
    FaceHint.TURN_RIGHT,
    FaceHint.LOOK_UP,
    FaceHint.LOOK_DOWN,
    FaceHint.UPRIGHT,
    FaceHint.TOO_FAR,
    FaceHint.TOO_NEAR,
    FaceHint.MOVE_LEFT,
    FaceHint.MOVE_RIGHT,
    FaceHint.MOVE_UP,
    FaceHint.MOVE_DOWN,
    FaceHint.HEADWEAR,
    FaceHint.BLURRED,
    FaceHint.HOLD_STILL,
)
"""What most likely goes wrong on the phone, too, first: light stays as it is, a pose passes."""

UNTOLD = (FaceHint.HEADWEAR, FaceHint.BLURRED, FaceHint.HOLD_STILL)
"""Of what was said before all was right, this is no longer worth a word."""


class Finding(msgspec.Struct, frozen=True):
    """What to say of a face that was tried."""

    hint: FaceHint | None
    """The worst that lasted, or, where it is `ready`, what was seen before that."""
    ready: bool
    """Whether all was right in the end."""


def remembered(face: tuple[FaceHint, ...], hint: FaceHint) -> tuple[FaceHint, ...]:
    """What is kept of a visit's hints after one more of them: the newest last, each once."""
    if hint not in KEPT:
        return face
    if hint is FaceHint.READY:
        # "Hold still" is also said in the moment before all is right.
        face = tuple(seen for seen in face if seen is not FaceHint.HOLD_STILL)
    elif FaceHint.READY in face and hint not in OF_THE_PLACE:
        return face
    return (*(seen for seen in face if seen is not hint), hint)


def finding(face: tuple[FaceHint, ...]) -> Finding | None:
    """What to say of the hints that a visit remembers; None when no face was tried."""
    if not face:
        return None
    ready = face[-1] is FaceHint.READY
    told = [hint for hint in face if hint not in UNTOLD] if ready else _lasting(face)
    return Finding(next((hint for hint in WORST_FIRST if hint in told), None), ready)


def _lasting(face: tuple[FaceHint, ...]) -> list[FaceHint]:
    """The hints that were not put right.

    The coach says hints in their order: one that is said later means that those before it are done.
    """
    order = list(FaceHint)
    lasting: list[FaceHint] = []
    latest = -1
    for hint in reversed(face):
        place = order.index(hint)
        if place > latest or hint in MAY_STAY:
            lasting.append(hint)
        if hint is not FaceHint.HOLD_STILL:
            latest = max(latest, place)
    return lasting
