"""What a rehearsal found, in three sentences: what happened, whose it is, what to do."""

import msgspec

from hardware.verdicts import ChipVerdict, CodeVerdict, DeviceState, Rehearsal
from kiosk.language import Language, mark


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
    "The kiosk cannot tell why. Perhaps it is only the kiosk. But the app may refuse it, too."
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

_COUNTRY_UNKNOWN = mark("In the app, choose the country that issued your document.")

WITHOUT_DEVICE = {
    Rehearsal.CODE: mark(
        "The document scanner of this kiosk is not ready. The guide goes on without it."
    ),
    Rehearsal.CHIP: mark(
        "The chip reader of this kiosk is not ready. The guide goes on without it."
    ),
    Rehearsal.FACE: mark("The camera of this kiosk is not ready. The guide goes on without it."),
}

ONE_MOMENT = frozenset({DeviceState.OPENING, DeviceState.STALLED})
"""The states in which a device may be ready again in a moment."""


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
