"""The devices for staff: how each is, what to do about it, a test, and starting it anew."""

from collections.abc import Sequence

from textual.app import ComposeResult

from hardware.verdicts import Role
from kiosk.language import Language, mark
from kiosk.selftest import words
from kiosk.selftest.results import Result
from screens.frame import Words
from screens.keys import Key, TestAgain
from screens.self_test import NOT_DONE, OTHER, RUNNING
from screens.self_testing import SelfTesting, Stage
from screens.staff import TEST
from screens.staff_menu.menu import StaffPage
from screens.staff_menu.mode import StaffMenu
from screens.staff_menu.wishes import Restart

TITLE = mark("Devices of this kiosk")
RESTART = mark("Restart: {device}")
FORGETS = mark("A restart forgets what was scanned in this visit. A test follows by itself.")
RESTARTING = mark("{device}: being restarted.")
RESTARTED = mark("{device}: was restarted.")
RESET = mark("{device}: was restarted, and reset as if it had been plugged in anew.")
DIGITS = {Role.SCANNER: "2", Role.READER: "3", Role.CAMERA: "4"}
NO_DEVICES = mark("This kiosk has no devices.")


class DevicesScreen(StaffPage):
    """A line for each device, from the test that runs or else from the last one."""

    title_words = TITLE

    def __init__(
        self, language: Language, other: Language | None, menu: StaffMenu, testing: SelfTesting
    ) -> None:
        self._menu = menu
        self._testing = testing
        self._shown: dict[str, str] = {}
        """What each line said last, by its class."""
        say = language.say
        keys = [Key("1", say(TEST), TestAgain(), primary=True)]
        keys += [
            Key(DIGITS[role], say(RESTART, device=say(words.DEVICES[role])), Restart(role))
            for role in testing.roles
        ]
        super().__init__(language, other, keys)

    def words(self) -> ComposeResult:
        """Every line that there can be; those that say nothing are not there. Then the keys."""
        self._shown = self._lines()
        for name, sentence in self._shown.items():
            line = Words(sentence, classes=name)
            line.display = bool(sentence)
            yield line
        yield from self.pairs()

    def news(self) -> None:
        """The test or a restart has come further: what is new is shown and told."""
        lines = self._lines()
        new = {name: said for name, said in lines.items() if said != self._shown.get(name)}
        self._shown = lines
        for name, sentence in new.items():
            line = self.query_one("." + name.replace(" ", "."), Words)
            line.update(sentence)
            line.display = bool(sentence)
        self.tell(*new.values())

    def _lines(self) -> dict[str, str]:
        """What stands on the screen, by the classes of each line, from top to bottom."""
        say, roles = self.language.say, self._testing.roles
        heading, results, ended = self._known()
        lines = {"instruction": heading}
        for role in roles:
            found = words.finding(results, role, ended) if results or not ended else None
            lines[f"list -{role}"] = f"– {words.line(role, found, self.language)}" if found else ""
            lines[f"do -{role}"] = words.remedy(role, found, self.language) if found else ""
        well = words.rest_is_well(results)
        lines["list -rest"] = "" if well else f"– {say(words.REST)}"
        lines["expect"] = self._restarts() or say(FORGETS if roles else NO_DEVICES)
        return lines

    def _known(self) -> tuple[str, Sequence[Result], bool]:
        """A heading, the results, and whether there will be no more of them."""
        say = self.language.say
        match self._testing.stage:
            case Stage.RUNS:
                return say(RUNNING), self._testing.results, False
            case Stage.OTHER:
                return say(OTHER), (), True
            case Stage.FAILED:
                return say(NOT_DONE), (), True
        run = self._testing.latest()
        if run is None:
            return say(words.NEVER), (), True
        when = words.when(run.age().total_seconds(), self.language)
        return say(words.LAST, when=when), run.checks, True

    def _restarts(self) -> str:
        say, menu = self.language.say, self._menu
        if menu.restarting is not None:
            return say(RESTARTING, device=say(words.DEVICES[menu.restarting]))
        return " ".join(
            say(RESET if reset else RESTARTED, device=say(words.DEVICES[role]))
            for role, reset in menu.restarted.items()
        )
