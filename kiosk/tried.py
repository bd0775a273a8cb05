"""What the rehearsals of a visit have shown, as a clerk would put it; nothing about the person."""

from hardware.verdicts import ChipVerdict, CodeVerdict, FaceHint
from kiosk import face_findings
from kiosk.language import Language, mark
from kiosk.learned import Learned

CODE_FOUND = {
    CodeVerdict.GOOD: mark("Code, read here: valid, not expired"),
    CodeVerdict.EXPIRES_SOON: mark("Code, read here: valid, expires within 30 days"),
    CodeVerdict.EXPIRED: mark("Code, read here: the document has expired"),
    CodeVerdict.EXPIRED_DANISH: mark("Code, read here: a Danish passport, expired by its code"),
    CodeVerdict.EXPIRY_IMPOSSIBLE: mark("Code, read here: the date of expiry is not a date"),
    CodeVerdict.CHECKS_DIFFER: mark("Code, read here: always the same, but a check digit is wrong"),
    CodeVerdict.NO_CHIP: mark("Code, read here: a card without a chip"),
    CodeVerdict.RESIDENCE: mark("Code, read here: a residence card"),
    CodeVerdict.TRAVEL_DOCUMENT: mark("Code, read here: a travel document, no national passport"),
    CodeVerdict.TEMPORARY: mark("Code, read here: an emergency passport"),
    CodeVerdict.CREW: mark("Code, read here: a crew member's card"),
    CodeVerdict.VISA: mark("Code, read here: a visa"),
    CodeVerdict.OTHER_KIND: mark("Code, read here: not a passport or ID card"),
    CodeVerdict.MISREAD: mark("Code, read here: a check digit was wrong"),
    CodeVerdict.UNREADABLE: mark("Code, read here: no code was found"),
}
_READER = mark("Chip, read here: not tried, the reader is out of order: tell the technician")
_LAY_AGAIN = mark("Chip, read here: contact was poor: try again, flat and without a cover")
_SCAN_AGAIN = mark("Chip, read here: code and chip do not fit: scan the code again")
_LET_APP = mark("Chip, read here: opened, but incomplete: let the app decide")
_DO_NOT_ACCEPT = mark("Chip, read here: not confirmed: do not accept it, follow your own rules")
CHIP_FOUND = {
    ChipVerdict.WORKS: mark("Chip, read here: works: look at the phone, its cover and its place"),
    ChipVerdict.ANSWERS: mark("Chip, read here: answers: scan the code too, to read it whole"),
    ChipVerdict.READER_MISSING: _READER,
    ChipVerdict.READER_SERVICE_DOWN: _READER,
    ChipVerdict.READER_LOST: _READER,
    ChipVerdict.NONE: mark("Chip, read here: no chip answers: look for the sign of a chip"),
    ChipVerdict.SEVERAL: mark("Chip, read here: more than one: put the other cards away"),
    ChipVerdict.MUTE: mark("Chip, read here: it does not answer: try the other side"),
    ChipVerdict.NOT_ISO_DEP: mark(
        "Chip, read here: that of a travel or entry card: try the passport"
    ),
    ChipVerdict.NOT_EMRTD: mark("Chip, read here: no passport's chip: try the passport"),
    ChipVerdict.REMOVED: mark("Chip, read here: taken away too early: lay it back"),
    ChipVerdict.UNSTABLE: _LAY_AGAIN,
    ChipVerdict.WRONG_KEY: _SCAN_AGAIN,
    ChipVerdict.DELAYED: mark("Chip, read here: it makes everybody wait: try again in a minute"),
    ChipVerdict.UNSUPPORTED: mark("Chip, read here: of a kind this kiosk cannot open: use the app"),
    ChipVerdict.MESSAGING_BROKEN: _LAY_AGAIN,
    ChipVerdict.FILE_MISSING: _LET_APP,
    ChipVerdict.FILE_DENIED: _LET_APP,
    ChipVerdict.FILE_MALFORMED: _LET_APP,
    ChipVerdict.SIGNATURE_WRONG: _DO_NOT_ACCEPT,
    ChipVerdict.ISSUER_WRONG: mark(
        "Chip, read here: its country was not confirmed: is the list new?"
    ),
    ChipVerdict.GROUPS_ALTERED: _DO_NOT_ACCEPT,
    ChipVerdict.CHIP_NOT_PROVEN: mark(
        "Chip, read here: perhaps not the original: do not accept it, follow your own rules"
    ),
    ChipVerdict.CODE_DIFFERS: _SCAN_AGAIN,
    ChipVerdict.EXPIRED: mark("Chip, read here: works, but the document has expired"),
    ChipVerdict.TIMEOUT: _LAY_AGAIN,
    ChipVerdict.CANCELLED: mark("Chip, read here: stopped before it was read: try again"),
}
"""For each one thing that the clerk can do."""
NOT_TRIED = mark("Code, chip and face were not tried here")

FACE_WELL = mark("Face, tried here: all right")
FACE_WELL_AFTER = mark("Face, tried here: all right. Seen before that: {seen}")
FACE_LASTED = mark("Face, tried here: {seen}")
_TURNED = mark("the face turned away from the camera")
_NOT_MIDDLE = mark("the face not in the middle")
FACE_SEEN = {
    FaceHint.BACKLIGHT: mark("light from behind"),
    FaceHint.TOO_DARK: mark("too little light on the face"),
    FaceHint.TOO_BRIGHT: mark("too much light on the face"),
    FaceHint.UNEVEN: mark("light from one side only"),
    FaceHint.MORE_LIGHT: mark("the face darker than what is around it"),
    FaceHint.GLARE: mark("light mirrored in glasses"),
    FaceHint.COVERED: mark("mouth or nose covered"),
    FaceHint.SEVERAL: mark("somebody else in the picture"),
    FaceHint.TURN_LEFT: _TURNED,
    FaceHint.TURN_RIGHT: _TURNED,
    FaceHint.LOOK_UP: mark("the face looking down"),
    FaceHint.LOOK_DOWN: mark("the face looking up"),
    FaceHint.UPRIGHT: mark("the head leaning to one side"),
    FaceHint.TOO_FAR: mark("too far away"),
    FaceHint.TOO_NEAR: mark("too near"),
    FaceHint.MOVE_LEFT: _NOT_MIDDLE,
    FaceHint.MOVE_RIGHT: _NOT_MIDDLE,
    FaceHint.MOVE_UP: _NOT_MIDDLE,
    FaceHint.MOVE_DOWN: _NOT_MIDDLE,
    FaceHint.HEADWEAR: mark("something on the head, which may stay on for faith or health"),
    FaceHint.BLURRED: mark("the picture not sharp"),
    FaceHint.HOLD_STILL: mark("almost right, not yet still"),
}
"""What the coach of the face said, as the clerk would put it."""


def tried(learned: Learned, language: Language) -> list[str]:
    """What each scan that was tried here has shown, a line each, in this language."""
    say = language.say
    lines = []
    if learned.code:
        lines.append(say(CODE_FOUND[learned.code]))
    if learned.chip:
        lines.append(say(CHIP_FOUND[learned.chip]))
    if face := face_findings.finding(learned.face):
        if face.hint is None:
            lines.append(say(FACE_WELL))
        else:
            whole = FACE_WELL_AFTER if face.ready else FACE_LASTED
            lines.append(say(whole, seen=say(FACE_SEEN[face.hint])))
    return lines or [say(NOT_TRIED)]
