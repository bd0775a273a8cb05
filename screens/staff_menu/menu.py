"""The menu itself, and the question whether to end the visit."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Grid

from kiosk.access import Hear
from kiosk.language import Language, mark
from screens.frame import FrameScreen, Words
from screens.keys import ANSWER_DIGITS, BACK, HEAR, HEAR_DIGIT, Key
from screens.scene import Scene
from screens.staff_menu.wishes import EndNow, Leave, Look, Page, Where
from screens.widgets.key_button import KeyButton

MENU = mark("Menu for staff")
CHOOSE = mark("Choose with a digit. The menu closes by itself.")
DEVICES = mark("Devices: how they are, test, restart")
STEPS = mark("Go to a step")
OVERVIEW = mark("All steps, and what was tried here")
DESK = mark("When it does not work: what the desk needs")
OUT_OF_ORDER = mark("Put this kiosk out of order")
IN_ORDER = mark("This kiosk is in order again")
END = mark("End the visit")
CLOSE = mark("Close the menu")
SURE = mark("Do you want to end this visit?")
ERASED = mark("All of it is erased. Nothing on the phone changes.")
YES = mark("Yes, end it")
NO = mark("No, back to the menu")


class StaffPage(FrameScreen):
    """A page of the menu: its title, its keys, and one back."""

    may_start_over = False
    crowded = True
    title_words = MENU

    def __init__(
        self,
        language: Language,
        other: Language | None,
        keys: Sequence[Key] = (),
        foot: Sequence[Key] = (),
        back: str = BACK,
    ) -> None:
        """`foot`: its own keys of the foot, beside those to go back and to hear."""
        say = language.say
        always = [Key("0", say(back), Leave()), Key(HEAR_DIGIT, say(HEAR), Hear())]
        super().__init__(language, keys, [*foot, *always], other)

    def where(self) -> str:
        """Which page this is."""
        return self.language.say(self.title_words)

    def pairs(self) -> ComposeResult:
        """The keys of the body, two in a row."""
        with Grid(id="pairs"):
            for key in self.body_keys:
                yield KeyButton(key, classes="-answer")


class MenuScreen(StaffPage):
    """What staff can do here."""

    def __init__(
        self, language: Language, other: Language | None, scene: Scene | None, out: bool
    ) -> None:
        """`scene`: of the visit, if there is one; `out`: whether the kiosk is out of order."""
        offered = [(DEVICES, Page.DEVICES)]
        if scene is not None:
            offered.append((STEPS, Page.STEPS if scene.situation else Page.SITUATIONS))
            if scene.situation:
                offered.append((OVERVIEW, Page.OVERVIEW))
            offered.append((DESK, Page.DESK))
        offered.append((IN_ORDER if out else OUT_OF_ORDER, Page.ORDER))
        if scene is not None:
            offered.append((END, Page.END))
        chosen = scene.situation.id if scene and scene.situation else None
        keys = [
            Key(digit, language.say(words), Look(Where(page, situation=chosen)))
            for digit, (words, page) in zip(ANSWER_DIGITS, offered, strict=False)
        ]
        super().__init__(language, other, keys, back=CLOSE)

    def words(self) -> ComposeResult:
        """The choices."""
        yield Words(self.language.say(CHOOSE), classes="expect")
        yield from self.pairs()


class EndScreen(StaffPage):
    """Really end the visit?"""

    title_words = END

    def __init__(self, language: Language, other: Language | None) -> None:
        say = language.say
        keys = [Key("1", say(YES), EndNow()), Key("2", say(NO), Leave(), primary=True)]
        super().__init__(language, other, keys)

    def words(self) -> ComposeResult:
        """The question, what happens, and the two answers."""
        yield Words(self.language.say(SURE), classes="instruction")
        yield Words(self.language.say(ERASED), classes="expect")
        yield from self.answers()
