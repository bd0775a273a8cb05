"""Calling staff, and the question whether to start over."""

from textual.app import ComposeResult
from textual.containers import Grid

from kiosk import handover
from kiosk.fleet.helping import Call, Helped
from kiosk.language import mark
from kiosk.selftest.results import Run
from kiosk.selftest.words import last_test
from kiosk.tried import tried
from kiosk.visit import Back, Done, ShowNote, TestKiosk, has_note
from screens.frame import FrameScreen, Words
from screens.keys import BACK, START_OVER, CancelCall, Key, always, hear_and_staff
from screens.scene import Scene
from screens.staff_menu.gesture import OPENS, TouchedThrice
from screens.widgets.key_button import KeyButton

ASK = mark("Ask the staff at the desk for help, and show them this screen")
STAYS = mark("Your place in the guide is kept while you wait.")
COMING = mark("Staff has been called. You can wait here, or go on.")
HELPING = mark("{name} helps you from the desk. Go on with the guide.")
SEES = mark("The desk sees at which step you are, and never a picture.")
NO_MORE = mark("I do not need help any more")
NOTE = mark("Note for the desk")
GO_ON = mark("Go on where I was")
FOR_STAFF = mark("For staff")
TEST = mark("Test this kiosk")
AS_OF = mark("This guide follows MitID's own page as of {date}.")

SURE = mark("Do you want to start over?")
ERASED = mark("Your place in the guide will be erased. Nothing on your phone changes.")
YES = mark("Yes, start over")
NO = mark("No, go on where I was")


class StaffScreen(FrameScreen):
    """Whom to ask; and for the clerk, in half a minute, where this visit and this kiosk stand."""

    def __init__(self, scene: Scene, tested: Run | None) -> None:
        """`tested`: the last self-test of this kiosk, if there was one."""
        self._scene = scene
        self._tested = tested
        language = scene.language
        say = language.say
        called = scene.helped.call is not Call.NONE
        keys = []
        if has_note(scene.visit):
            keys.append(Key("2", say(NOTE), ShowNote()))
        if called:
            keys.append(Key("4", say(NO_MORE), CancelCall()))
        # Without anybody at a console `#` has nothing more to do: this screen says whom to ask.
        calls = scene.helped.staffed and not called
        foot = [
            Key("1", say(GO_ON), Done(), primary=True),
            Key("3", say(TEST), TestKiosk()),
            *(key for key in always(language) if calls or key.digit != "#"),
        ]
        super().__init__(language, keys, foot, scene.other_language)

    def key_for(self, digit: str) -> Key | None:
        """One key more than are shown: it opens the menu for staff."""
        return OPENS if digit == OPENS.digit else super().key_for(digit)

    def words(self) -> ComposeResult:
        """What to do, and what the clerk needs to know; nothing about the person."""
        say = self.language.say
        visit, content = self._scene.visit, self._scene.kit.content
        ask, stays = help_here(self._scene.helped)
        yield Words(say(ask, name=self._scene.helped.by), classes="instruction")
        yield Words(say(stays), classes="expect")
        if self.body_keys:
            with Grid(id="pairs"):
                for key in self.body_keys:
                    yield KeyButton(key, classes="-answer")
        yield TouchedThrice(say(FOR_STAFF), classes="who")
        for line in handover.place(visit, content, self.language):
            yield Words(f"– {line}", classes="list")
        for line in tried(visit.learned, self.language):
            yield Words(f"– {line}", classes="list", private=True)
        yield Words(f"– {last_test(self._tested, self.language)}", classes="list")
        yield Words(say(AS_OF, date=content.as_of), classes="aside")


def help_here(helped: Helped) -> tuple[str, str]:
    """What the person does now, and what is so meanwhile; `{name}` is who helps."""
    match helped.call:
        case Call.OPEN:
            return COMING, SEES
        case Call.TAKEN:
            return HELPING, SEES
    return ASK, STAYS


class RestartScreen(FrameScreen):
    """Really start over?"""

    may_start_over = False

    def __init__(self, scene: Scene) -> None:
        say = scene.language.say
        keys = [Key("1", say(YES), Done()), Key("2", say(NO), Back(), primary=True)]
        foot = [Key("0", say(BACK), Back()), *hear_and_staff(scene.language)]
        super().__init__(scene.language, keys, foot, scene.other_language)

    def where(self) -> str:
        """What was pressed."""
        return self.language.say(START_OVER)

    def words(self) -> ComposeResult:
        """The question, what happens, and the two answers."""
        yield Words(self.language.say(SURE), classes="instruction")
        yield Words(self.language.say(ERASED), classes="expect")
        yield from self.answers()
