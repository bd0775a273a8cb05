"""Random visits: what a person presses, what must stand on the screen, and the way back."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from kiosk.language import load_languages
from kiosk.places import Folders, shipped
from screens import attract, rehearsal, staff
from screens.keys import ANSWER_DIGITS
from screens.staff_menu.mode import PIN_PATIENCE
from tests.soak.faults import ANOTHER_WITHIN, Faults
from tests.soak.findings import Finding, FindingKind, Told
from tests.soak.kiosk import IDLE_SECONDS, WARNING_SECONDS, Kiosk, started
from tests.soak.screen import SIZE, Look, SoakScreen, differences

START_WITHIN = 60.0
"""Seconds in which a kiosk must come up beside many others."""
HOME_WITHIN = 30.0
"""Seconds in which the first screen must be reached; longer is a dead end."""
SEEN_WITHIN = 10.0
"""Seconds in which a screen must come to look as it should, on a busy machine."""
ANSWER_WITHIN = 0.4
"""Seconds that somebody waits for what a key does before pressing the next."""
NONSENSE = (
    "x",
    "Æ",
    "\x1b[A",
    "\x1b[5~",
    "\t",
    "\r",
    " ",
    "\x03",
    "\x1a",
    "\x1c",
    "\x11",
    "99",
    "00",
)
SIZES = ((80, 24), (100, 30), (60, 20), (120, 40), (160, 45), (20, 5))
KNOWS = 0.7
"""How often somebody knows the own situation: else few would come to the scans in time."""
FROM_THE_LIST = 0.5
"""How often somebody tries scans before the first step, where all three are offered."""
A_MOMENT = (0.5, 4.0)
"""Seconds that a scan from the list is given."""
MOST_STEPS = 14
LIKELY = {"3": 8, "0": 1, "5": 0.7, "8": 0.7, "9": 0.3, "*": 1, "#": 1}
"""How likely keys are that are on every screen, beside 4 for the others: visits are to go on."""
PAINTED_WITHIN = 3.0
"""Seconds in which a screen whose first words stand there must have been painted whole."""
HEAD_COLUMNS = 34
"""The columns before the keys of the head, where a screen says what it is, at 80x24."""
HEAD_ROWS = 4
"""The rows in which the key stands that starts over."""
WALKS_AWAY = 0.01
"""How often somebody leaves without a word: an idle visit takes its time."""


@dataclass(frozen=True)
class Looks:
    """How the screens of a fresh kiosk look."""

    first: Look
    question: dict[str, Look]
    staff: dict[str, Look]


def fresh_looks(folder: Path, languages: tuple[str, ...]) -> Looks:
    """Takes them from one fresh kiosk for each language, which start side by side."""
    title = load_languages(languages, Folders())[languages[0]].say(attract.TITLE)
    file = shipped() / "machines" / "no-devices.toml"

    def looks(language: str) -> tuple[Look, Look, Look]:
        digit = ANSWER_DIGITS[languages.index(language)]
        with started(folder / f"fresh-{language}", file, languages) as kiosk:
            screen = kiosk.screen
            screen.wait_for(title, START_WITHIN)
            found = [kiosk.stands_still()]
            for key, sign in ((digit, "9"), ("#", "3")):
                screen.press(key)
                screen.wait_until(lambda _, sign=sign: sign in screen.offered(), f"a key {sign}")
                found.append(kiosk.stands_still())
        return found[0], found[1], found[2]

    with ThreadPoolExecutor(2) as pool:
        all_looks = dict(zip(languages, pool.map(looks, languages), strict=True))
    return Looks(
        all_looks[languages[0]][0],
        {language: seen[1] for language, seen in all_looks.items()},
        {language: seen[2] for language, seen in all_looks.items()},
    )


class Citizens:
    """Those who come to one kiosk, one after the other."""

    def __init__(
        self, kiosk: Kiosk, number: int, seed: int, languages: tuple[str, ...], looks: Looks,
        spared: bool,
    ) -> None:  # fmt: skip
        self.kiosk = kiosk
        self._number = number
        self._seed = seed
        self._looks = looks
        self._spared = spared
        spoken = load_languages(languages, Folders())
        self._digits = dict(zip(languages, ANSWER_DIGITS, strict=False))
        self._sure = [_flat(language.say(staff.SURE)) for language in spoken.values()]
        self._rehearsals = {
            _flat(language.say(title)): str(which)
            for language in spoken.values()
            for which, title in rehearsal.TITLE.items()
        }
        self._title = _flat(spoken[languages[0]].say(attract.TITLE))
        self.faults = Faults(kiosk, Random(), looks.first, spared)

    def visit(self, number: int, faults: int) -> Told:
        """One visit with so many faults in it."""
        return _Visit(self, number, faults).told()

    # What a visit needs of all this.

    def random(self, visit: int) -> Random:
        """The chance of one visit, by which it can be had again."""
        return Random(f"{self._seed} {self._number} {visit}")


@dataclass
class _Visit:
    citizens: Citizens
    number: int
    faults_left: int
    keys: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    steps: int = 0
    ended_by: str = "starting over"
    rehearsed: set[str] = field(default_factory=set)

    def told(self) -> Told:
        citizens, kiosk = self.citizens, self.citizens.kiosk
        self.random = citizens.random(self.number)
        faults = citizens.faults
        faults.random = self.random
        faults.restarts = []
        began = time.monotonic()
        kiosk.forget_self_test()
        self._begins()
        self._walks()
        while self.faults_left:
            self._fails()
        if self.random.random() < 0.7:
            faults.undo_all()
        self._goes_home()
        self._looks_for_crashes()
        kiosk.screen.forget_written()
        return Told(
            kiosk=citizens._number,
            visit=self.number,
            seconds=time.monotonic() - began,
            steps=self.steps,
            ended_by=self.ended_by,
            faults=tuple(self.happened),
            rehearsed=tuple(sorted(self.rehearsed)),
            restarts=tuple(faults.restarts),
            findings=tuple(self.findings),
            keys=" ".join(map(repr, self.keys)),
            keeper=kiosk.use("keeper") if citizens._spared else None,
            app=kiosk.use("app") if citizens._spared else None,
        )

    @property
    def screen(self) -> SoakScreen:
        """That of the kiosk."""
        return self.citizens.kiosk.screen

    def _presses(self, keys: str) -> None:
        self.keys.append(keys)
        self.screen.press(keys)

    def _finds(self, kind: FindingKind, what: str) -> None:
        self.findings.append(
            Finding(kind, self.number, what, " ".join(map(repr, self.keys)), self.screen.text())
        )

    # --- a visit ------------------------------------------------------------------------------

    def _begins(self) -> None:
        """In some language: the first screens must be those of a kiosk where nobody was before."""
        citizens = self.citizens
        language = self.random.choice(sorted(citizens._digits))
        self._must_look(citizens._looks.first, "the first screen")
        for key, looks, what in (
            (citizens._digits[language], citizens._looks.question[language], "the first question"),
            ("#", citizens._looks.staff[language], "the screen for staff"),
            ("1", citizens._looks.question[language], "the first question once more"),
        ):
            self._presses(key)
            self._must_look(looks, f"{what} in {language}")

    def _must_look(self, look: Look, what: str) -> None:
        screen = self.screen
        if not screen.comes(lambda: screen.look() == look, SEEN_WITHIN):
            self._finds("foreign state", f"{what}\n{differences(screen.look(), look)}")

    def _walks(self) -> None:
        if self.random.random() < KNOWS:
            self._goes_to_a_scan()
        planned = self.random.randint(5, 20)
        rate = self.faults_left / planned
        for _ in range(planned):
            if self._is_over():
                self.ended_by = "itself"
                return
            self.steps += 1
            if self.faults_left and self.random.random() < 1.5 * rate:
                self._fails()
            elif self.random.random() < 0.1 and (undone := self.citizens.faults.undo_one()):
                self.keys.append(f"<{undone}>")
            self._acts()
            self._looks_for_crashes()

    def _goes_to_a_scan(self) -> None:
        """Past the stop-check, to a situation, and on to where scans can be tried."""
        keys = ["1", "7", self.random.choice("1234"), *"1" * self.random.randint(1, MOST_STEPS)]
        before_it_begins = self.random.random() < FROM_THE_LIST
        for number, key in enumerate(keys):
            if number > 3 - before_it_begins and "3" in self.screen.offered():
                self._goes_on("3")
                if before_it_begins:
                    self._tries_scans()
                else:
                    self._goes_on(self.random.choice("123"))
                self._notes_rehearsal()
                return
            self._goes_on(key)

    def _goes_on(self, key: str) -> None:
        self._presses(key)
        self.screen.change(ANSWER_WITHIN)
        self.screen.settle(0.1)

    def _tries_scans(self) -> None:
        """From the list of them, and each has a moment: code, chip and face, or what one wants."""
        for number, scan in enumerate(self.random.choice(("1", "12", "123", "2", "3"))):
            if number:
                self._goes_on("1")
            self._goes_on(scan)
            self._notes_rehearsal()
            self.screen.comes(self._is_over, self.random.uniform(*A_MOMENT))

    def _notes_rehearsal(self) -> None:
        rows = self.screen.text().split("\n")[:2]
        text = _flat("\n".join(row[:HEAD_COLUMNS] for row in rows))
        known = self.citizens._rehearsals
        self.rehearsed |= {which for title, which in known.items() if title in text}

    def _fails(self) -> None:
        """Something goes wrong."""
        self.faults_left -= 1
        faults = self.citizens.faults
        what = faults.happen()
        self.happened.append(what)
        self.keys.append(f"<{what}>")
        if faults.without_end:
            faults.without_end = False
            self._finds("no first screen", f"after: {what}")

    def _acts(self) -> None:
        """Presses, touches or does something else."""
        random, screen = self.random, self.screen
        offered = screen.offered()
        chance = random.random()
        if chance < 0.72 and offered:
            digits = sorted(offered)
            self._presses(random.choices(digits, [LIKELY.get(d, 4) for d in digits])[0])
        elif chance < 0.80:
            self._presses(random.choice("0123456789*#"))
        elif chance < 0.86:
            self._presses(random.choice(NONSENSE))
        elif chance < 0.95 and offered:
            column, row = offered[random.choice(sorted(offered))]
            self.keys.append(f"<touch {column} {row}>")
            screen.touch(column, row)
        elif chance < 0.97:
            column, row = random.randint(1, screen.size[0]), random.randint(1, screen.size[1])
            self.keys.append(f"<touch {column} {row}>")
            screen.touch(column, row)
        else:
            size = random.choice(SIZES)
            self.keys.append(f"<size {size}>")
            screen.resize(*size)
        screen.change(ANSWER_WITHIN)
        self._notes_rehearsal()

    def _is_over(self) -> bool:
        """Whether the first screen stands there: who goes on now is somebody else."""
        return self.citizens._title in _flat(self.screen.text())

    # --- home ---------------------------------------------------------------------------------

    def _goes_home(self) -> None:
        kiosk, screen, first = self.citizens.kiosk, self.screen, self.citizens._looks.first
        screen.resize(*SIZE)
        if not self._is_over() and self.random.random() < WALKS_AWAY:
            self.ended_by = "walking away"
            # The pad for the PIN of staff, which random keys open, closes first.
            away = max(IDLE_SECONDS, PIN_PATIENCE) + WARNING_SECONDS + SEEN_WITHIN
            if not screen.comes(self._is_over, away):
                self._finds("dead end", "nobody was there, and the visit was not ended")
        deadline = time.monotonic() + HOME_WITHIN
        begun_again = 0
        # A key that was pressed just now may still lead away from it.
        while screen.look() != first or not (kiosk.settled(1.0) and screen.look() == first):
            if time.monotonic() > deadline:
                self._finds("dead end", f"no way to the first screen in {HOME_WITHIN:g} s")
                self._helps_itself()
                return
            if self._is_over():
                if screen.comes(lambda: screen.look() == first, PAINTED_WITHIN):
                    continue
                if not self._is_over():
                    continue  # keys that were pressed before have led away from it
                begun_again += 1
                if begun_again > 1:
                    # Colours that were chosen there are forgotten with the next visit, no later.
                    different = differences(screen.look(), first)
                    self._finds("foreign state", f"the first screen after a visit\n{different}")
                    self._helps_itself()
                    return
            before = screen.look()
            self._presses(self._way_home())
            screen.comes(lambda seen=before: screen.look() != seen, 1.0)
            screen.settle(0.15)

    def _helps_itself(self) -> None:
        """Nothing that a person can do helps: the next visit gets a new app."""
        kiosk, first = self.citizens.kiosk, self.citizens._looks.first
        kiosk.end_app(signal.SIGKILL)
        self.screen.comes(lambda: kiosk.next_app() and self.screen.look() == first, ANOTHER_WITHIN)

    def _way_home(self) -> str:
        """The key that leads on to the first screen from here."""
        text, offered = _flat(self.screen.text()), self.screen.offered()
        if any(sure in text for sure in self.citizens._sure):
            return "1"
        if self._is_over():
            return "1"  # it looks otherwise than it should: a visit that is begun and ended helps
        if "0" not in offered or offered.get("9", (0, HEAD_ROWS + 1))[1] <= HEAD_ROWS:
            return "9"
        return "0"  # where sound and text are chosen, 9 is something else

    def _looks_for_crashes(self) -> None:
        kiosk = self.citizens.kiosk
        if kiosk.crashed():
            self._finds("crash", f"the app ended by itself; the log ends:\n{kiosk.log[-3000:]}")


def _flat(text: str) -> str:
    return " ".join(text.replace("▁", " ").split())
