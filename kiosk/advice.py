"""From what a visit has learned to what to try next, in order of likelihood."""

import msgspec

from hardware.verdicts import ChipExpected, ChipVerdict, CodeVerdict, DeviceState, Rehearsal
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
        mark("A visa will not do: it has no chip."),
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
        mark("Turn the document so that the scanner can see the lines with <<<."),
    ),
}

CHIP = {
    ChipVerdict.ANSWERS: Advice(
        mark("The chip answers. It is the chip of a passport or ID card."),
        mark("If the phone cannot read it, it is the phone's cover or where the phone lies."),
        mark("Take the cover off. Lay the top of the phone on the front cover of the passport."),
        good=True,
    ),
    ChipVerdict.OTHER_CHIP: Advice(
        mark("A chip answers, but it is not the chip of a passport."),
        mark("It may be a bank card, a travel card or an entry card."),
        mark("Put other cards away and lay only your document on the reader."),
    ),
    ChipVerdict.NONE: Advice(
        mark("No chip answers yet."),
        mark("The chip is in the cover of the passport, or inside the card."),
        mark("Close the passport, take it out of its cover and lay it flat on the reader."),
    ),
    ChipVerdict.CONTACT_LOST: Advice(
        mark("The chip answered and was gone again."),
        mark("The document moved before the chip was read."),
        mark("Lay the document flat on the reader and let it lie still."),
    ),
}

WITHOUT_DEVICE = {
    Rehearsal.CODE: mark(
        "The document scanner of this machine is not ready. The guide goes on without it."
    ),
    Rehearsal.CHIP: mark(
        "The chip reader of this machine is not ready. The guide goes on without it."
    ),
    Rehearsal.FACE: mark("The camera of this machine is not ready. The guide goes on without it."),
}

SECRET = mark("Type this on the phone only. Nobody may see it. Helper: look away.")

ONE_MOMENT = frozenset({DeviceState.OPENING, DeviceState.STALLED})
"""The states in which a device may be ready again in a moment."""

_CHIP_SILENT = mark("No chip answered here. If your document lay on the reader, ask at the desk.")
_CHIP_WORKS = mark(
    "Your document's chip answered here. So it is the phone: take off its cover, use its top end."
)
_CHIP_MISSING = mark(
    "No chip answered here, but passports like yours have one. If yours lay there, ask at the desk."
)
_CHIP_PERHAPS = mark(
    "Not every document like yours has a chip. Its sign is on the front: a rectangle with a circle."
)
_CODE_WORKS = mark("Your document's code was read here. So it is light, distance or a steady hand.")
_EXPIRED = mark("This document has expired. The app will most likely refuse it: ask at the desk.")
_VISA = mark("What you scanned here is a visa. In the app, use the passport itself.")
_OTHER_KIND = mark("What you scanned here is not a passport or an ID card. The app will refuse it.")
_EXPIRED_DANISH = mark(
    "This passport has expired by its code, even if extended in handwriting: ask at the desk."
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
    return ""


def _on_chip(learned: Learned) -> str:
    if learned.chip is ChipVerdict.ANSWERS:
        return _CHIP_WORKS
    if learned.code is CodeVerdict.NO_CHIP:
        return _NO_CHIP
    if learned.chip is ChipVerdict.NONE:
        expected = learned.chip_expected is ChipExpected.YES
        return _CHIP_MISSING if expected else _CHIP_SILENT
    unsure = learned.chip is None and learned.chip_expected is ChipExpected.PERHAPS
    return _CHIP_PERHAPS if unsure else ""


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
