"""The pad on which staff types the PIN of the kiosk; nobody may take it for MitID's PIN code."""

from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical

from kiosk.access import Hear
from kiosk.language import Language, mark
from kiosk.speech.utterance import Utterance
from screens.frame import FrameScreen, Words
from screens.keys import BACK, HEAR, HEAR_DIGIT, Key
from screens.staff_menu.mode import StaffMenu
from screens.staff_menu.wishes import Digit, Enter, Erase, Leave
from screens.widgets.key_button import KeyButton

ONLY_STAFF = mark("Only for the staff of this office")
NOT_YOU = mark("Are you here for your MitID? Never type a PIN code here. Press the star key.")
TYPE = mark("Staff: type the PIN of this kiosk, then press the hash key.")
TYPED = mark("Digits typed: {count}")
LOOKING = mark("One moment.")
WRONG = mark("That was not the PIN of this kiosk.")
WAIT = mark("Too many wrong ones. Wait {seconds} seconds.")
ERASE = mark("Erase")
ENTER = mark("Open")
NO_PIN = mark("The menu for staff is closed: this kiosk has no PIN.")
TECHNICIAN = mark("The technician sets one up with this command: {command}")
COMMAND = "kiosk staff pin"
DOT = "●"


class Typed(Words):
    """A dot for each digit; spoken is how many there are."""

    count = 0

    def show(self, count: int) -> None:
        """So many have been typed."""
        self.count = count
        self.update(DOT * count or "–")

    def utterances(self, language: Language) -> list[Utterance]:
        """How many, and never which."""
        return [Utterance(language.say(TYPED, count=self.count), language.code)]


class PinPadScreen(FrameScreen):
    """Ten digits, one to erase, one to open: by finger as by keypad."""

    may_start_over = False

    def __init__(self, language: Language, menu: StaffMenu) -> None:
        self._menu = menu
        say = language.say
        digits = [
            Key(digit, "", Digit(digit), spoken=(Utterance(digit, language.code),))
            for digit in "1234567890"
        ]
        erase = Key("*", say(ERASE), Erase())
        enter = Key("#", say(ENTER), Enter(), primary=True)
        super().__init__(language, [*digits[:9], erase, digits[9], enter])
        # Their digits are digits of the PIN here.
        self.head_keys = []

    def where(self) -> str:
        """Whose it is."""
        return self.language.say(ONLY_STAFF)

    def words(self) -> ComposeResult:
        """Who is not meant, what to type, and how far it is; beside it the pad."""
        say = self.language.say
        with Horizontal(id="pad"):
            with Vertical(id="pad-words"):
                yield Words(say(NOT_YOU), classes="guard")
                yield Words(say(TYPE), classes="instruction")
                typed = Typed("–", classes="typed")
                typed.show(len(self._menu.typed))
                yield typed
                yield Words(self._status(), classes="status")
            with Grid(id="pad-keys"):
                for key in self.body_keys:
                    yield KeyButton(key, classes="-pad")

    def _status(self) -> str:
        menu, say = self._menu, self.language.say
        if menu.looking:
            return say(LOOKING)
        if wait := menu.wait:
            return say(WAIT, seconds=int(wait) + 1)
        return say(WRONG) if menu.wrong else ""

    def news(self) -> None:
        """Another digit, or what became of the PIN."""
        typed = self.query_one(Typed)
        if typed.count != len(self._menu.typed):
            typed.show(len(self._menu.typed))
            self.tell(self.language.say(TYPED, count=typed.count))
        status, before = self._status(), self.query_one(".status", Words)
        if status != str(before.content):
            # The seconds that pass are seen, and not spoken each.
            counts = bool(self._menu.wait) and not self._menu.looking
            if not (counts and "-waits" in before.classes):
                self.tell(status)
            before.set_class(counts, "-waits")
            before.update(status)


class NoPinScreen(FrameScreen):
    """The menu cannot be opened: what a technician does about that."""

    may_start_over = False

    def __init__(self, language: Language, other: Language | None) -> None:
        foot = [
            Key("0", language.say(BACK), Leave(), primary=True),
            Key(HEAR_DIGIT, language.say(HEAR), Hear()),
        ]
        super().__init__(language, (), foot, other)

    def where(self) -> str:
        """Whose it is."""
        return self.language.say(ONLY_STAFF)

    def words(self) -> ComposeResult:
        """That it is closed, and how it is opened."""
        yield Words(self.language.say(NO_PIN), classes="instruction")
        yield Words(self.language.say(TECHNICIAN, command=COMMAND), classes="expect")
