"""The kiosk tests itself for the clerk: how far it is, and what to do about what does not work."""

from textual.app import ComposeResult

from hardware.verdicts import Role
from kiosk.language import mark
from kiosk.selftest import words
from kiosk.selftest.words import Finding
from kiosk.visit import Done
from screens.frame import FrameScreen, Words
from screens.keys import Key, TestAgain, always
from screens.scene import Scene
from screens.self_testing import SelfTesting, Stage
from screens.staff import GO_ON, TEST

RUNNING = mark("This kiosk is testing itself.")
TAKES = mark("It takes about a minute. The camera is on for a moment. Nothing is kept.")
NOT_ALL = mark("Not everything works.")
NOT_WELL = mark("Everything can be used, but something could be better.")
GOES_ON = mark("The guide goes on without what does not work.")
STILL = mark("Is it the same after a second test? Then tell the technician.")
OTHER = mark("Another test is running just now. Wait a minute, and test again.")
NOT_DONE = mark("The test could not be done. Test again, or tell the technician.")
AGAIN = mark("Test again")


class SelfTestScreen(FrameScreen):
    """For each device how it is, and below it what the clerk can do."""

    crowded = True

    def __init__(self, scene: Scene, testing: SelfTesting) -> None:
        self._testing = testing
        self._shown: dict[str, str] = {}
        """What each line said last, by its class."""
        say = scene.language.say
        foot = [
            Key("1", say(GO_ON), Done(), primary=True),
            Key("3", say(AGAIN), TestAgain()),
            *always(scene.language),
        ]
        super().__init__(scene.language, (), foot, scene.other_language)

    def where(self) -> str:
        """What was asked for."""
        return self.language.say(TEST)

    def words(self) -> ComposeResult:
        """Every line that there can be; those that say nothing are not there."""
        self._shown = self._lines()
        for name, sentence in self._shown.items():
            line = Words(sentence, classes=name)
            line.display = bool(sentence)
            yield line

    def news(self) -> None:
        """The test has come further: what is new is shown and told."""
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
        say, testing = self.language.say, self._testing
        found = self._found()
        heading, expect, aside = self._whole(found)
        lines = {"instruction": say(heading), "expect": say(expect)}
        for role in testing.roles:
            at = found.get(role)
            lines[f"list -{role}"] = f"– {words.line(role, at, self.language)}" if at else ""
            lines[f"do -{role}"] = words.remedy(role, at, self.language) if at else ""
        well = words.rest_is_well(testing.results)
        lines["list -rest"] = "" if well else f"– {say(words.REST)}"
        lines["aside"] = say(aside)
        return lines

    def _found(self) -> dict[Role, Finding]:
        """How each device is, as far as that is known; nothing where nothing is being tested."""
        testing = self._testing
        if testing.stage not in (Stage.RUNS, Stage.ENDED):
            return {}
        ended = testing.stage is Stage.ENDED
        return {role: words.finding(testing.results, role, ended) for role in testing.roles}

    def _whole(self, found: dict[Role, Finding]) -> tuple[str, str, str]:
        """What is said of the whole test, and what comes of it: above the devices, and below."""
        match self._testing.stage:
            case Stage.OTHER:
                return OTHER, "", ""
            case Stage.FAILED:
                return NOT_DONE, "", ""
            case Stage.ENDED:
                well = words.rest_is_well(self._testing.results)
                if not (well and words.WELL.issuperset(found.values())):
                    return NOT_ALL, GOES_ON, STILL
                weak = {Finding.WEAK, Finding.INCOMPLETE}.intersection(found.values())
                return NOT_WELL if weak else words.ALL_WELL, "", ""
        return RUNNING, TAKES, ""
