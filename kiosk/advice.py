"""From what a visit has learned to what to try next, in order of likelihood."""

import msgspec

from hardware.verdicts import (
    ChipExpected,
    ChipVerdict,
    CodeVerdict,
    DeviceState,
    FaceHint,
    Rehearsal,
)
from kiosk import face_findings
from kiosk.language import Language, mark
from kiosk.learned import Learned
from kiosk.situations.model import Step, Tip


class Advice(msgspec.Struct, frozen=True):
    """What a rehearsal found, in three sentences: what happened, whose it is, what to do."""

    found: str
    means: str
    do: str
    good: bool = False


CODE = {
    CodeVerdict.GOOD: Advice(
        mark("The code was read. Every check digit is right."),
        mark("This document can be scanned by the app."),
        mark("In the app, choose the country of your document: {country}."),
        good=True,
    ),
    CodeVerdict.EXPIRES_SOON: Advice(
        mark("The code was read. This document expires within 30 days."),
        mark("The app takes it only while it is valid. It is best to go on now."),
        mark("In the app, choose the country of your document: {country}."),
        good=True,
    ),
    CodeVerdict.EXPIRED: Advice(
        mark("The code was read. This document has expired."),
        mark("The app takes only a document that is still valid."),
        mark("Use another valid passport or ID card, or ask at the desk."),
    ),
    CodeVerdict.EXPIRED_DANISH: Advice(
        mark("The code was read. By its code, this passport has expired."),
        mark("Extended by hand? Code and chip keep the old date. The app most likely goes by it."),
        mark("Use another valid passport or ID card, or ask at the desk."),
    ),
    CodeVerdict.EXPIRY_IMPOSSIBLE: Advice(
        mark("The code was read. Its date of expiry is not a date that exists."),
        mark("The document is printed like this. We do not know whether the app takes it."),
        mark("Try it in the app. If the app refuses it, ask at the desk."),
    ),
    CodeVerdict.CHECKS_DIFFER: Advice(
        mark("The code was read more than once, always the same. But a check digit does not fit."),
        mark("Some documents are printed like this. We do not know whether the app takes yours."),
        mark("Try it in the app. If the app refuses it, ask at the desk."),
    ),
    CodeVerdict.NO_CHIP: Advice(
        mark("The code was read. Cards of this kind have no chip that a phone can read."),
        mark("The app takes only a passport or a foreign ID card with a chip."),
        mark("Use your passport instead, or ask at the desk."),
    ),
    CodeVerdict.RESIDENCE: Advice(
        mark("The code was read. It is the code of a residence card."),
        mark("We do not know whether the app takes a residence card."),
        mark("Use your passport instead, or ask at the desk."),
    ),
    CodeVerdict.TRAVEL_DOCUMENT: Advice(
        mark("The code was read. It is a travel document, not a national passport."),
        mark("We do not know whether the app takes a travel document."),
        mark("Try it in the app. If the app refuses it, ask at the desk."),
    ),
    CodeVerdict.TEMPORARY: Advice(
        mark("The code was read. It is the code of an emergency passport."),
        mark("The app does not take temporary documents."),
        mark("Use an ordinary passport or a foreign ID card, or ask at the desk."),
    ),
    CodeVerdict.CREW: Advice(
        mark("The code was read. It is the code of a crew member's card."),
        mark("The app takes only a passport or a foreign ID card with a chip."),
        mark("Use your passport or foreign ID card, or ask at the desk."),
    ),
    CodeVerdict.VISA: Advice(
        mark("The code was read. It is the code of a visa."),
        mark("A visa cannot be used: it has no chip."),
        mark("Scan the photo page of the passport instead."),
    ),
    CodeVerdict.OTHER_KIND: Advice(
        mark("The code was read. It is not a passport or an ID card."),
        mark("The app takes only a passport or a foreign ID card with a chip."),
        mark("Use your passport or foreign ID card, or ask at the desk."),
    ),
    CodeVerdict.MISREAD: Advice(
        mark("Part of the code was read wrongly."),
        mark("This happens when the page bends or moves. It says nothing about the document."),
        mark("Keep the page flat, take your time, and scan the code once more."),
    ),
    CodeVerdict.UNREADABLE: Advice(
        mark("No code was found on what was scanned."),
        mark("The code is at the bottom of the photo page, or on the back of a card."),
        mark("Turn the document so that the scanner can see all lines of the code."),
    ),
}

_NOT_THE_DOCUMENT = mark("This is the kiosk's own trouble. It says nothing about your document.")
_OTHER_CARDS = mark("Put other cards away and lay only your document on the reader.")
_ONCE_MORE = mark(
    "Take the document off the reader. Lay it down again, flat and without its cover."
)
_MADE_SO = mark(
    "It was made like this. That is not your doing, and the app may take it all the same."
)
_MAY_REFUSE = mark(
    "The kiosk cannot tell why. Perhaps the kiosk cannot do better, but the app may refuse it, too."
)
_TRY_APP = mark("Try it in the app. If the app refuses it, ask at the desk.")
_ASK = mark("Ask at the desk. The staff can help you in another way.")

_TRIES_LEFT = mark("Tries left at this chip: {count}.")

CHIP = {
    ChipVerdict.WORKS: Advice(
        mark("Your chip works. The kiosk has opened it and read it."),
        mark("If the phone cannot read it, it is the phone's cover or where the phone lies."),
        mark("Take the cover off. Lay the top of the phone halfway in on the front cover."),
        good=True,
    ),
    ChipVerdict.ANSWERS: Advice(
        mark("The chip answers. It is the chip of a passport or ID card."),
        mark(
            "To open it, the kiosk needs the code of the document. The code has not been read yet."
        ),
        mark("Scan the code here first. Then the chip can be read whole."),
        good=True,
    ),
    ChipVerdict.READER_MISSING: Advice(
        mark("The chip reader of this kiosk cannot be used."),
        _NOT_THE_DOCUMENT,
        mark("Go on without it. The phone can read the chip all the same."),
    ),
    ChipVerdict.READER_SERVICE_DOWN: Advice(
        mark("The chip reader of this kiosk does not work just now."),
        _NOT_THE_DOCUMENT,
        mark("Go on without it. The phone can read the chip all the same."),
    ),
    ChipVerdict.READER_LOST: Advice(
        mark("The chip reader of this kiosk has stopped answering."),
        _NOT_THE_DOCUMENT,
        mark("Wait a moment. If it does not come back, go on without it."),
    ),
    ChipVerdict.NONE: Advice(
        mark("No chip answers yet."),
        mark("The chip is in the cover of the passport, or inside the card."),
        mark("Close the passport, take it out of its cover and lay it flat on the reader."),
    ),
    ChipVerdict.SEVERAL: Advice(
        mark("There is more than one chip on the reader."),
        mark("Then none of them can be read. Bank cards and travel cards have chips, too."),
        _OTHER_CARDS,
    ),
    ChipVerdict.MUTE: Advice(
        mark("There is a chip, but it does not answer."),
        mark("Most likely it lies too far from the reader. The chip can be in the back cover."),
        mark("Turn the document over, and lay it flat on the middle of the reader."),
    ),
    ChipVerdict.NOT_ISO_DEP: Advice(
        mark("A chip answers, but it is not the chip of a passport."),
        mark("It is a simple chip, as in a travel card or an entry card."),
        _OTHER_CARDS,
    ),
    ChipVerdict.NOT_EMRTD: Advice(
        mark("A chip answers, but it is not the chip of a passport."),
        mark("It may be a bank card or an entry card. Not every ID card has a passport's chip."),
        _OTHER_CARDS,
    ),
    ChipVerdict.REMOVED: Advice(
        mark("Contact was lost before the chip was read."),
        mark("The document moved. Nothing is broken: the kiosk goes on where it was."),
        mark("Lay the document back on the reader, flat, and let it lie still."),
    ),
    ChipVerdict.UNSTABLE: Advice(
        mark("Contact with the chip was lost again and again."),
        mark("Most likely something lies in between, or the document lies at the edge."),
        _ONCE_MORE,
    ),
    ChipVerdict.WRONG_KEY: Advice(
        mark("The chip did not open with the code that was scanned here."),
        mark("Most likely the kiosk misread the code, or it is the code of another document."),
        mark("Scan the code of this document here once more. Then try the chip again."),
    ),
    ChipVerdict.DELAYED: Advice(
        mark("The chip asks us to wait a little."),
        mark("It protects itself after it was tried with a wrong code. Nothing is broken."),
        mark("Take the document off. Wait a minute, and lay it down again."),
    ),
    ChipVerdict.UNSUPPORTED: Advice(
        mark("The kiosk does not know how to open this chip."),
        mark("The kiosk cannot do it. It is no fault of the document."),
        mark("Go on, and let the app on the phone read the chip."),
    ),
    ChipVerdict.MESSAGING_BROKEN: Advice(
        mark("The chip was opened, but its answers did not arrive as they must."),
        mark("The kiosk stopped, to be on the safe side. Mostly contact was poor."),
        _ONCE_MORE,
    ),
    ChipVerdict.FILE_MISSING: Advice(
        mark("The chip was opened. A part that belongs in it is not there."),
        _MADE_SO,
        _TRY_APP,
    ),
    ChipVerdict.FILE_DENIED: Advice(
        mark("The chip was opened. It does not show a part that everybody may read."),
        _MADE_SO,
        _TRY_APP,
    ),
    ChipVerdict.FILE_MALFORMED: Advice(
        mark("The chip was opened. The kiosk could not make sense of a part of it."),
        _MADE_SO,
        _TRY_APP,
    ),
    ChipVerdict.SIGNATURE_WRONG: Advice(
        mark("The chip was read. The kiosk could not confirm the chip's signature."),
        _MAY_REFUSE,
        _ASK,
    ),
    ChipVerdict.ISSUER_WRONG: Advice(
        mark("The chip was read. The kiosk could not confirm which country signed it."),
        mark("The kiosk's list of countries may be too old. The app may refuse it, too."),
        _ASK,
    ),
    ChipVerdict.GROUPS_ALTERED: Advice(
        mark("The chip was read. The kiosk could not confirm that it still holds what was signed."),
        _MAY_REFUSE,
        _ASK,
    ),
    ChipVerdict.CHIP_NOT_PROVEN: Advice(
        mark("The chip was read. The kiosk could not confirm that it is the original chip."),
        _MAY_REFUSE,
        _ASK,
    ),
    ChipVerdict.CODE_DIFFERS: Advice(
        mark("The chip was read. It holds another code than the one that was scanned here."),
        mark("Code and chip may be those of two documents, or the kiosk misread the code."),
        mark("Scan the code of this document here once more. Then try the chip again."),
    ),
    ChipVerdict.EXPIRED: Advice(
        mark("The chip works. But the document has expired."),
        mark("The app takes only a document that is still valid."),
        mark("Use another valid passport or ID card, or ask at the desk."),
    ),
    ChipVerdict.TIMEOUT: Advice(
        mark("Reading the chip took too long."),
        mark("Some chips are slow, and slower when they lie too far from the reader."),
        _ONCE_MORE,
    ),
    ChipVerdict.CANCELLED: Advice(
        mark("Reading the chip was stopped."),
        mark("Nothing was kept, and nothing is broken."),
        _ONCE_MORE,
    ),
}

WITHOUT_DEVICE = {
    Rehearsal.CODE: mark(
        "The document scanner of this kiosk is not ready. The guide goes on without it."
    ),
    Rehearsal.CHIP: mark(
        "The chip reader of this kiosk is not ready. The guide goes on without it."
    ),
    Rehearsal.FACE: mark("The camera of this kiosk is not ready. The guide goes on without it."),
}

SECRET = mark("Type this on the phone only. Nobody may see it. Helper: look away.")

ONE_MOMENT = frozenset({DeviceState.OPENING, DeviceState.STALLED})
"""The states in which a device may be ready again in a moment."""

_CHIP_SILENT = mark("No chip answered here. If your document lay on the reader, ask at the desk.")
_CHIP_ANSWERED = mark(
    "Your document's chip answered here. So it is the phone: take off its cover, use its top end."
)
_CHIP_WORKS = mark(
    "Your chip works. Take the cover off, and lay the top of the phone halfway in on the front."
)
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
_CHIP_MISSING = mark(
    "No chip answered here, but passports like yours have one. If yours lay there, ask at the desk."
)
_CHIP_PERHAPS = mark(
    "Not every document like yours has a chip. Its sign is on the front: a rectangle with a circle."
)
_CODE_WORKS = mark("Your document's code was read here. So it is light, distance or a steady hand.")
_EXPIRED = mark("This document has expired. The app will most likely refuse it. Ask at the desk.")
_VISA = mark("What you scanned here is a visa. In the app, use the passport itself.")
_OTHER_KIND = mark("What you scanned here is not a passport or an ID card. The app will refuse it.")
_EXPIRED_DANISH = mark(
    "By its code, this passport has expired, even if extended in handwriting. Ask at the desk."
)
_NO_CHIP = mark("What you scanned here is a card without a chip. In the app, use your passport.")
_TEMPORARY = mark("What you scanned here is a temporary document. The app will refuse it.")
_NOT_SURE = mark("We do not know whether the app takes the document that you scanned here.")
_COUNTRY_UNKNOWN = mark("In the app, choose the country that issued your document.")
_COUNTRY = mark("Your document was issued by: {country}. Choose this country in the app.")

_IN_THE_WAY = {
    CodeVerdict.EXPIRED: _EXPIRED,
    CodeVerdict.EXPIRED_DANISH: _EXPIRED_DANISH,
    CodeVerdict.EXPIRY_IMPOSSIBLE: _NOT_SURE,
    CodeVerdict.CHECKS_DIFFER: _NOT_SURE,
    CodeVerdict.NO_CHIP: _NO_CHIP,
    CodeVerdict.RESIDENCE: _NOT_SURE,
    CodeVerdict.TRAVEL_DOCUMENT: _NOT_SURE,
    CodeVerdict.TEMPORARY: _TEMPORARY,
    CodeVerdict.CREW: _OTHER_KIND,
    CodeVerdict.VISA: _VISA,
    CodeVerdict.OTHER_KIND: _OTHER_KIND,
}
"""What a document's code means for the steps at which the app wants it: bad news and doubts."""

_OF_CHIP = {
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
_SILENT = (ChipVerdict.NONE, ChipVerdict.MUTE)

_TURNED = mark("Your face was turned to one side here. Look straight at the phone.")
_NOT_MIDDLE = mark(
    "Your face was not in the middle here. Hold the phone so that your face fits the frame."
)
_OF_FACE = {
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

_FACE_WELL = mark(
    "Your face was seen well here. Stay in this place, and do the same with the phone."
)
_AFTER_POSE = mark(
    "Your face was seen well here, once you looked straight ahead. Do the same with the phone."
)
_AFTER_MOVING = mark(
    "Your face was seen well here, once it filled the oval. Do the same with the phone."
)
_AFTER = {
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


def guards(step: Step) -> tuple[str, ...]:
    """What to take care of at a step, before anything is done: sentences for the catalogue."""
    return tuple(guard for guard in (SECRET if step.secret else "", step.warning) if guard)


def on_step(step: Step, learned: Learned, language: Language, country: str | None) -> str:
    """What was learned here that helps with this step, as one sentence, or nothing.

    `country` is the name of the issuing country in the person's language, None when not known.
    """
    if step.rehearsal in ("country", "code"):
        if learned.code in _IN_THE_WAY:
            return language.say(_IN_THE_WAY[learned.code])
        good = learned.code is not None and CODE[learned.code].good
        if good and step.rehearsal == "code":
            return language.say(_CODE_WORKS)
        if good and country:
            return language.say(_COUNTRY, country=country)
    if step.rehearsal == "chip":
        return language.say(_on_chip(learned))
    # While the app works on the scan, the person can do nothing more for it.
    if step.rehearsal == "face" and step.action != "wait":
        return language.say(_on_face(learned))
    return ""


def _on_chip(learned: Learned) -> str:
    if learned.chip in _OF_CHIP:
        return _OF_CHIP[learned.chip]
    if learned.code is CodeVerdict.NO_CHIP:
        return _NO_CHIP
    if learned.chip in _SILENT:
        expected = learned.chip_expected is ChipExpected.YES
        return _CHIP_MISSING if expected else _CHIP_SILENT
    unsure = learned.chip is None and learned.chip_expected is ChipExpected.PERHAPS
    return _CHIP_PERHAPS if unsure else ""


def _on_face(learned: Learned) -> str:
    found = face_findings.finding(learned.face)
    if found is None:
        return ""
    if found.hint is None:
        return _FACE_WELL
    return _AFTER[found.hint] if found.ready else _OF_FACE[found.hint]


def on_code(verdict: CodeVerdict, language: Language, country: str | None) -> tuple[str, str, str]:
    """What the scanned code means, in the person's language: found, means, do."""
    advice = CODE[verdict]
    do = advice.do
    if advice.good and not country:
        do = _COUNTRY_UNKNOWN
    return (
        language.say(advice.found),
        language.say(advice.means),
        language.say(do, country=country or ""),
    )


def on_chip(
    verdict: ChipVerdict, language: Language, tries_left: int | None = None
) -> tuple[str, str, str]:
    """What the chip reader found, in the person's language: found, means, do.

    `tries_left`: how often a code may still be tried on the chip, where it said so.
    """
    found = CHIP[verdict]
    means = language.say(found.means)
    if tries_left is not None:
        means += " " + language.say(_TRIES_LEFT, count=tries_left)
    return language.say(found.found), means, language.say(found.do)


def tips(step: Step, learned: Learned) -> tuple[Tip, ...]:
    """The tips of a step in order of likelihood, those that the rehearsals speak for first."""
    facts = learned.facts()
    return tuple(sorted(step.tips, key=lambda tip: not facts.intersection(tip.first_when)))


AFTERCARE = (
    mark("Look at the latest activity on your profile page at MitID.dk."),
    mark("Something you did not do yourself? Block your MitID again and call your bank."),
    mark("Take your phone and your passport or ID card with you."),
)
"""What everyone is told at the end of a visit."""
