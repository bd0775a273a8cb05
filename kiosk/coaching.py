"""The words that help a document to be read: what is wrong now, and the one thing to do."""

import msgspec

from hardware.verdicts import CodeHint, ScannerKind
from kiosk.language import mark


class Coaching(msgspec.Struct, frozen=True):
    """One hint, in two short sentences for the catalogue: what is seen, and what to do."""

    seen: str
    do: str


LAY_DOWN = Coaching(
    mark("Lay the document on the glass."),
    mark("Lay the open passport face down, or a card with its back down. Then press 3."),
)
"""Where a flatbed begins, before anything was scanned."""

SCANNING = Coaching(
    mark("The document is being scanned."),
    mark("Let it lie still on the glass."),
)
"""While a flatbed scans."""

PUT_IN = Coaching(
    mark("Put the document into the scanner."),
    mark("Turn the photo page, or the back of the card, to the side that is read."),
)
"""Where a sheet-fed scanner begins, before anything was put into it."""

DRAWN_IN = Coaching(
    SCANNING.seen,
    mark("Let the scanner draw it in."),
)
"""While a sheet-fed scanner scans."""

CAMERA = {
    CodeHint.NO_DOCUMENT: Coaching(
        mark("The camera sees no code yet."),
        mark("Show it the photo page of the passport, or the back of the card."),
    ),
    CodeHint.WRONG_SIDE: Coaching(
        mark("There is no code on this side."),
        mark("Turn to the photo page of the passport, or turn the card over."),
    ),
    CodeHint.TOO_FAR: Coaching(
        mark("The code is too far away."),
        mark("Move the document nearer, until the code fills the frame."),
    ),
    CodeHint.TOO_NEAR: Coaching(
        mark("The code is too close."),
        mark("Move the document away, until the whole code is in the frame."),
    ),
    CodeHint.CUT_OFF: Coaching(
        mark("Part of the code is cut off."),
        mark("Move the document until all lines of the code are in the frame."),
    ),
    CodeHint.TILTED: Coaching(
        mark("The code is at an angle."),
        mark("Hold the document flat and straight towards the camera."),
    ),
    CodeHint.BLURRED: Coaching(
        mark("The picture is blurred."),
        mark("Keep the document quite still, with both hands if you can."),
    ),
    CodeHint.TOO_DARK: Coaching(
        mark("There is too little light."),
        mark("Turn the document towards the light, so that no shadow falls on it."),
    ),
    CodeHint.GLARE: Coaching(
        mark("Light is reflected on the code."),
        mark("Tilt the document a little, until the bright spot is off the code."),
    ),
    CodeHint.COVERED: Coaching(
        mark("Something covers the code."),
        mark("Hold the document by its edges, so that the whole code can be seen."),
    ),
    CodeHint.UPSIDE_DOWN: Coaching(
        mark("The code is upside down."),
        mark("Turn the document half a turn, so that the code is at the bottom."),
    ),
    CodeHint.HOLD_STILL: Coaching(
        mark("Good. Hold it just like that."),
        mark("The code is being read. It takes only a moment."),
    ),
    CodeHint.READ: Coaching(
        mark("The code was read."),
        mark("You can take the document away."),
    ),
}
"""Before a camera, live."""

_FACE_DOWN = mark(
    "Lay the photo page of the passport, or the back of the card, face down. Then press 3."
)
PRESS_FLAT = Coaching(
    mark("The code could not be read."),
    mark("Press the page flat against the glass. Then press 3."),
)
"""What helps on glass where light, distance and a steady hand are not the person's matter."""
_FLATBED = {
    CodeHint.NO_DOCUMENT: Coaching(mark("No code was found on the glass."), _FACE_DOWN),
    CodeHint.WRONG_SIDE: Coaching(mark("There is no code on this side."), _FACE_DOWN),
    CodeHint.CUT_OFF: Coaching(
        mark("Part of the code is cut off."),
        mark("Move the document further onto the glass. Then press 3."),
    ),
    CodeHint.TILTED: Coaching(
        mark("The document lies at an angle."),
        mark("Lay it straight along the edge of the glass. Then press 3."),
    ),
    CodeHint.COVERED: Coaching(
        mark("Something covers the code."),
        mark("Take away what lies between the code and the glass. Then press 3."),
    ),
    CodeHint.UPSIDE_DOWN: Coaching(
        mark("The code is upside down."),
        mark("Turn the document half a turn. Then press 3."),
    ),
    CodeHint.READ: CAMERA[CodeHint.READ],
}
FLATBED = {hint: _FLATBED.get(hint, PRESS_FLAT) for hint in CodeHint}
"""After a scan on glass."""

PUT_IN_AGAIN = Coaching(
    PRESS_FLAT.seen,
    mark("Put the document in once more, straight and flat."),
)
_FEEDER = {
    CodeHint.NO_DOCUMENT: Coaching(mark("No code was found on this side."), PUT_IN.do),
    CodeHint.WRONG_SIDE: Coaching(CAMERA[CodeHint.WRONG_SIDE].seen, PUT_IN.do),
    CodeHint.CUT_OFF: Coaching(CAMERA[CodeHint.CUT_OFF].seen, PUT_IN_AGAIN.do),
    CodeHint.READ: CAMERA[CodeHint.READ],
}
FEEDER = {hint: _FEEDER.get(hint, PUT_IN_AGAIN) for hint in CodeHint}
"""After a sheet-fed scanner has drawn a document in."""

FIRST = {
    ScannerKind.CAMERA: CAMERA[CodeHint.NO_DOCUMENT],
    ScannerKind.FLATBED: LAY_DOWN,
    ScannerKind.FEEDER: PUT_IN,
}
"""How each kind of scanner that sends pictures begins."""

_ON_HINT = {
    ScannerKind.CAMERA: CAMERA,
    ScannerKind.FLATBED: FLATBED,
    ScannerKind.FEEDER: FEEDER,
}


def on_hint(hint: CodeHint, scanner: ScannerKind) -> Coaching:
    """The words for a hint at this kind of scanner; KeyError for one that sends no pictures."""
    return _ON_HINT[scanner][hint]
