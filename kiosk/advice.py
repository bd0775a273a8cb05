"""From what a visit has learned to what to try next, in order of likelihood."""

import msgspec

from hardware.verdicts import ChipVerdict, CodeVerdict, DeviceState, Rehearsal
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
    CodeVerdict.EXPIRED: Advice(
        mark("The code was read. This document has expired."),
        mark("The app takes only a document that is still valid."),
        mark("Use another valid passport or ID card, or ask at the desk."),
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
        mark("Lay the page flat and scan the code once more, slowly."),
    ),
    CodeVerdict.UNREADABLE: Advice(
        mark("No code was found on what was scanned."),
        mark("The code is at the bottom of the photo page, or on the back of a card."),
        mark("Turn the document so that the lines with <<< go through the scanner."),
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
_CODE_WORKS = mark("Your document's code was read here. So it is light, distance or a steady hand.")
_EXPIRED = mark("This document has expired. The app will most likely refuse it: ask at the desk.")
_VISA = mark("What you scanned here is a visa. In the app, use the passport itself.")
_OTHER_KIND = mark("What you scanned here is not a passport or an ID card. The app will refuse it.")
_COUNTRY_UNKNOWN = mark("In the app, choose the country that issued your document.")
_COUNTRY = mark("Your document was issued by: {country}. Choose this country in the app.")


def guards(step: Step) -> tuple[str, ...]:
    """What to take care of at a step, before anything is done: sentences for the catalogue."""
    return tuple(guard for guard in (SECRET if step.secret else "", step.warning) if guard)


def on_step(step: Step, learned: Learned, language: Language, country: str | None) -> str:
    """What was learned here that helps with this step, as one sentence, or nothing.

    `country` is the name of the issuing country in the person's language, None when not known.
    """
    if step.rehearsal in ("country", "code"):
        spoiled = {
            CodeVerdict.EXPIRED: _EXPIRED,
            CodeVerdict.VISA: _VISA,
            CodeVerdict.OTHER_KIND: _OTHER_KIND,
        }
        if learned.code in spoiled:
            return language.say(spoiled[learned.code])
        if learned.code is CodeVerdict.GOOD and step.rehearsal == "code":
            return language.say(_CODE_WORKS)
        if learned.code is CodeVerdict.GOOD and country:
            return language.say(_COUNTRY, country=country)
    if step.rehearsal == "chip":
        if learned.chip is ChipVerdict.ANSWERS:
            return language.say(_CHIP_WORKS)
        if learned.chip is ChipVerdict.NONE:
            return language.say(_CHIP_SILENT)
    return ""


def on_code(verdict: CodeVerdict, language: Language, country: str | None) -> tuple[str, str, str]:
    """What the scanned code means, in the person's language: found, means, do."""
    advice = CODE[verdict]
    do = advice.do
    if verdict is CodeVerdict.GOOD and not country:
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
