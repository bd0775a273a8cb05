"""What was learned here, as sentences for the step on the phone where it helps."""

from hardware.verdicts import ChipVerdict, CodeVerdict, FaceHint
from kiosk.language import mark

CHIP_SILENT = mark("No chip answered here. If your document lay on the reader, ask at the desk.")
_CHIP_ANSWERED = mark(
    "Your document's chip answered here. So it is the phone: its cover, or where it lies."
)
_CHIP_WORKS = mark("Your chip works. So it is the phone: its cover, or where it lies.")
_CHIP_LIMIT = mark("This kiosk could not open this kind of chip. Let the app try it.")
_CHIP_INCOMPLETE = mark(
    "The kiosk could not read all of this chip. If the app cannot either, ask at the desk."
)
_CHIP_UNCONFIRMED = mark(
    "The kiosk could not confirm this chip. If the app refuses it, ask at the desk."
)
_CHIP_NOT_OPENED = mark(
    "The scanned code did not open this chip. In the app, scan the code of the same document."
)
CHIP_MISSING = mark(
    "No chip answered here, but passports like yours have one. If yours lay there, ask at the desk."
)
CHIP_PERHAPS = mark(
    "Not every document like yours has a chip. Its sign is on the front: a rectangle with a circle."
)
CODE_WORKS = mark("Your document's code was read here. So it is light, distance or a steady hand.")
_EXPIRED = mark("This document has expired. The app will most likely refuse it. Ask at the desk.")
_VISA = mark("What you scanned here is a visa. In the app, use the passport itself.")
_OTHER_KIND = mark("What you scanned here is not a passport or an ID card. The app will refuse it.")
_EXPIRED_DANISH = mark(
    "By its code, this passport has expired, even if extended in handwriting. Ask at the desk."
)
NO_CHIP = mark("What you scanned here is a card without a chip. In the app, use your passport.")
_TEMPORARY = mark("What you scanned here is a temporary document. The app will refuse it.")
_NOT_SURE = mark("We do not know whether the app takes the document that you scanned here.")
COUNTRY = mark("Your document was issued by: {country}. Choose this country in the app.")

OF_CODE = {
    CodeVerdict.EXPIRED: _EXPIRED,
    CodeVerdict.EXPIRED_DANISH: _EXPIRED_DANISH,
    CodeVerdict.EXPIRY_IMPOSSIBLE: _NOT_SURE,
    CodeVerdict.CHECKS_DIFFER: _NOT_SURE,
    CodeVerdict.NO_CHIP: NO_CHIP,
    CodeVerdict.RESIDENCE: _NOT_SURE,
    CodeVerdict.TRAVEL_DOCUMENT: _NOT_SURE,
    CodeVerdict.TEMPORARY: _TEMPORARY,
    CodeVerdict.CREW: _OTHER_KIND,
    CodeVerdict.VISA: _VISA,
    CodeVerdict.OTHER_KIND: _OTHER_KIND,
}
"""What a document's code means for the steps at which the app wants it: bad news and doubts."""

OF_CHIP = {
    ChipVerdict.WORKS: _CHIP_WORKS,
    ChipVerdict.ANSWERS: _CHIP_ANSWERED,
    ChipVerdict.WRONG_KEY: _CHIP_NOT_OPENED,
    ChipVerdict.CODE_DIFFERS: _CHIP_NOT_OPENED,
    ChipVerdict.UNSUPPORTED: _CHIP_LIMIT,
    ChipVerdict.FILE_MISSING: _CHIP_INCOMPLETE,
    ChipVerdict.FILE_DENIED: _CHIP_INCOMPLETE,
    ChipVerdict.FILE_MALFORMED: _CHIP_INCOMPLETE,
    ChipVerdict.SIGNATURE_WRONG: _CHIP_UNCONFIRMED,
    ChipVerdict.ISSUER_WRONG: _CHIP_UNCONFIRMED,
    ChipVerdict.GROUPS_ALTERED: _CHIP_UNCONFIRMED,
    ChipVerdict.CHIP_NOT_PROVEN: _CHIP_UNCONFIRMED,
    ChipVerdict.EXPIRED: _EXPIRED,
}
"""What a chip that was read, or opened in part, means for the steps at which the app reads it."""

SILENT = (ChipVerdict.NONE, ChipVerdict.MUTE)
"""What is found where no chip answers."""

_TURNED = mark("Your face was turned to one side here. Look straight at the phone.")
_NOT_MIDDLE = mark(
    "Your face was not in the middle here. Hold the phone so that your face fits the frame."
)
OF_FACE = {
    FaceHint.BACKLIGHT: mark(
        "Here the light came from behind you. Turn so that the window or lamp is in front of you."
    ),
    FaceHint.TOO_DARK: mark(
        "Here there was too little light on your face. Turn your face to a window or a lamp."
    ),
    FaceHint.TOO_BRIGHT: mark(
        "Here there was too much light on your face. Step out of the sun, or away from the lamp."
    ),
    FaceHint.UNEVEN: mark(
        "Here the light came from one side. Turn until it falls on your whole face."
    ),
    FaceHint.MORE_LIGHT: mark("More light on your face may help. Turn it to a window or a lamp."),
    FaceHint.GLARE: mark("Light was mirrored in your glasses here. Take them off for the scan."),
    FaceHint.COVERED: mark(
        "Something covered your mouth or nose here. They must be free for the scan."
    ),
    FaceHint.SEVERAL: mark(
        "Somebody else was in the picture here. Only your face may be in it on the phone."
    ),
    FaceHint.TURN_LEFT: _TURNED,
    FaceHint.TURN_RIGHT: _TURNED,
    FaceHint.LOOK_UP: mark(
        "You looked down here. Hold the phone up at eye height, and look at it."
    ),
    FaceHint.LOOK_DOWN: mark("You looked up here. Hold the phone at eye height, not higher."),
    FaceHint.UPRIGHT: mark(
        "Your head leaned to one side here. Keep your head and the phone upright."
    ),
    FaceHint.TOO_FAR: mark(
        "Your face was far away here. Hold the phone so near that your face fills the frame."
    ),
    FaceHint.TOO_NEAR: mark(
        "Your face was very near here. Hold the phone so that your whole face fits the frame."
    ),
    FaceHint.MOVE_LEFT: _NOT_MIDDLE,
    FaceHint.MOVE_RIGHT: _NOT_MIDDLE,
    FaceHint.MOVE_UP: _NOT_MIDDLE,
    FaceHint.MOVE_DOWN: _NOT_MIDDLE,
    FaceHint.HEADWEAR: mark(
        "Take off a hat or scarf. For faith or health it may stay on, if the face is free."
    ),
    FaceHint.BLURRED: mark(
        "The picture was not sharp here. Wipe the front camera of the phone, and hold it still."
    ),
    FaceHint.HOLD_STILL: mark(
        "It was almost right here. Hold the phone and your head still for the scan."
    ),
}
"""What the coach of the face said last, for the steps at which the phone scans the face."""

FACE_WELL = mark(
    "Your face was seen well here. Stay in this place, and do the same with the phone."
)
_AFTER_POSE = mark(
    "Your face was seen well here, once you looked straight ahead. Do the same with the phone."
)
_AFTER_MOVING = mark(
    "Your face was seen well here, once it filled the oval. Do the same with the phone."
)
AFTER = {
    FaceHint.BACKLIGHT: mark(
        "Your face was seen well here, once no light came from behind. Do the same with the phone."
    ),
    FaceHint.TOO_DARK: mark(
        "Your face was seen well here, once there was more light on it. Do the same with the phone."
    ),
    FaceHint.TOO_BRIGHT: mark(
        "Your face was seen well here, once there was less light on it. Do the same with the phone."
    ),
    FaceHint.UNEVEN: mark(
        "Your face was seen well here, once the light was even. Do the same with the phone."
    ),
    # These may have stayed as they were: what helps is said, not that it was done.
    FaceHint.MORE_LIGHT: mark(
        "Your face was seen well here. More light on it may still help on the phone."
    ),
    FaceHint.GLARE: mark(
        "Your face was seen well here. But take off the glasses: light can be mirrored in them."
    ),
    FaceHint.COVERED: mark(
        "Your face was seen well here. On the phone, too, keep your mouth and nose free."
    ),
    FaceHint.SEVERAL: mark(
        "Your face was seen well here, once nobody else was in the picture. "
        "Do the same with the phone."
    ),
    FaceHint.TURN_LEFT: _AFTER_POSE,
    FaceHint.TURN_RIGHT: _AFTER_POSE,
    FaceHint.LOOK_UP: _AFTER_POSE,
    FaceHint.LOOK_DOWN: _AFTER_POSE,
    FaceHint.UPRIGHT: mark(
        "Your face was seen well here, once your head was upright. Do the same with the phone."
    ),
    FaceHint.TOO_FAR: _AFTER_MOVING,
    FaceHint.TOO_NEAR: _AFTER_MOVING,
    FaceHint.MOVE_LEFT: _AFTER_MOVING,
    FaceHint.MOVE_RIGHT: _AFTER_MOVING,
    FaceHint.MOVE_UP: _AFTER_MOVING,
    FaceHint.MOVE_DOWN: _AFTER_MOVING,
}
"""The same where all was right in the end: what it took."""

_ONE_CHIP = mark("Another card answered here, too. Only one chip may be near the phone.")
_LOST = mark("Contact was lost here, too. Phone and document must lie still.")
_CODE_UNREAD = mark("The code could not be read here either. So it is light, shine or a bent page.")
_OTHER_PLACE = mark("The app shows the top of the phone. On this phone it can be another place.")

REASONS = {
    "phone:samsung": _OTHER_PLACE,
    "phone:pixel": _OTHER_PLACE,
    "phone:other": _OTHER_PLACE,
    "code:misread": _CODE_UNREAD,
    "code:unreadable": _CODE_UNREAD,
    "chip:several": _ONE_CHIP,
    "chip:not-iso-dep": _ONE_CHIP,
    "chip:not-emrtd": _ONE_CHIP,
    "chip:removed": _LOST,
    "chip:unstable": _LOST,
    "chip:timeout": mark("Reading took long here, too. A good place makes it faster."),
    "chip:delayed": mark("The chip asked to wait here. After a pause it can be read again."),
    "chip:messaging-broken": mark("Contact with the chip was lost here, too. Begin again."),
}
"""Why a tip comes first, by what speaks for it, where that is not said as learned."""
