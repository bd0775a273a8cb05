"""Calling staff, and the question whether to start over."""

from textual.app import ComposeResult

from hardware.verdicts import ChipVerdict, CodeVerdict
from kiosk.language import mark
from kiosk.visit import Back, Done
from screens.frame import FrameScreen, Words
from screens.keys import START_OVER, Key, always
from screens.progress import number_in_words
from screens.scene import Scene

ASK = mark("Ask the staff at the desk for help, and show them this screen")
STAYS = mark("Your place in the guide is kept while you wait.")
GO_ON = mark("Go on where I was")
FOR_STAFF = mark("For staff")
TRIES = mark("Did not work at this step: {count} times")
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
CHIP_FOUND = {
    ChipVerdict.ANSWERS: mark("Chip, read here: a passport's chip answers"),
    ChipVerdict.OTHER_CHIP: mark("Chip, read here: a chip that is no passport's"),
    ChipVerdict.NONE: mark("Chip, read here: no chip answers"),
    ChipVerdict.CONTACT_LOST: mark("Chip, read here: contact was lost"),
}
AS_OF = mark("This guide follows MitID's own page as of {date}.")
NOT_TRIED = mark("Code and chip were not tried here")

SURE = mark("Do you want to start over?")
ERASED = mark("Your place in the guide will be erased. Nothing on your phone changes.")
YES = mark("Yes, start over")
NO = mark("No, go on where I was")


class StaffScreen(FrameScreen):
    """Whom to ask; and for the clerk, in half a minute, where this visit stands."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        language = scene.language
        foot = [Key("1", language.say(GO_ON), Done(), primary=True)]
        foot += [key for key in always(language) if key.digit != "#"]
        super().__init__(language, (), foot, scene.other_language)

    def words(self) -> ComposeResult:
        """What to do, and what the clerk needs to know; nothing about the person."""
        say = self.language.say
        visit = self._scene.visit
        yield Words(say(ASK), classes="instruction")
        yield Words(say(STAYS), classes="expect")
        yield Words(say(FOR_STAFF), classes="who")
        situation, step = self._scene.situation, self._scene.last_step
        if situation is not None:
            yield Words(f"– {say(situation.title)}", classes="list")
        if step is not None:
            number = number_in_words(self._scene, step)
            yield Words(f"– {number}: {say(step.instruction)}", classes="list")
            if tries := visit.tries.get(step.id, 0):
                yield Words(f"– {say(TRIES, count=tries)}", classes="list")
        learned = visit.learned
        if learned.code:
            yield Words(f"– {say(CODE_FOUND[learned.code])}", classes="list")
        if learned.chip:
            yield Words(f"– {say(CHIP_FOUND[learned.chip])}", classes="list")
        if not learned.code and not learned.chip:
            yield Words(f"– {say(NOT_TRIED)}", classes="list")
        yield Words(say(AS_OF, date=self._scene.kit.content.as_of), classes="aside")


class RestartScreen(FrameScreen):
    """Really start over?"""

    def __init__(self, scene: Scene) -> None:
        say = scene.language.say
        keys = [Key("1", say(YES), Done()), Key("2", say(NO), Back(), primary=True)]
        super().__init__(scene.language, keys, (), scene.other_language)

    def where(self) -> str:
        """What was pressed."""
        return self.language.say(START_OVER)

    def words(self) -> ComposeResult:
        """The question, what happens, and the two answers."""
        yield Words(self.language.say(SURE), classes="instruction")
        yield Words(self.language.say(ERASED), classes="expect")
        yield from self.answers()
