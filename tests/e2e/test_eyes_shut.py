"""Somebody with eyes shut: only listens to what is spoken, and only presses digits."""

import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from hardware.verdicts import CodeVerdict, Rehearsal
from kiosk import advice
from kiosk.language import Language, language_name, load_languages
from kiosk.places import Folders
from kiosk.situations.loading import load
from kiosk.situations.model import SITUATION_IDS, Content, SituationId
from kiosk.speech.utterance import spoken
from screens import attract, keys, loudspeaker, needs, phone_language, route, staff, wiped
from tests.e2e.terminal import TIMEOUT, Terminal
from tests.e2e.ways import way_through, way_to

pytestmark = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is missing")

LANGUAGES = ("da", "en")
LONG = 3 * TIMEOUT


class Heard(NamedTuple):
    """One utterance of the transcript."""

    at: float
    language: str
    text: str
    interrupted: bool


class Ears:
    """What was spoken so far, and what is spoken from now on."""

    def __init__(self, transcript: Path) -> None:
        self._transcript = transcript
        self._at = 0
        self.heard: list[Heard] = []

    def listen(self) -> list[Heard]:
        """What was spoken since the last time."""
        lines = self._transcript.read_text().split("\n")[:-1]
        new = [Heard(**json.loads(line)) for line in lines[self._at :]]
        self._at = len(lines)
        self.heard += new
        return new


class Person:
    """Has headphones and a keypad, and knows what brought them here."""

    def __init__(self, terminal: Terminal, ears: Ears, jack: Path, language: Language) -> None:
        self._terminal = terminal
        self.ears = ears
        self._jack = jack
        self.language = language
        self._offered: list[tuple[str, str]] = []

    def plugs_in(self) -> None:
        """The plug of the headphones goes into the jack."""
        self._jack.write_text("1")

    def leaves(self) -> None:
        """Pulls the plug, once all has been said, and goes; the next one finds the first screen."""
        self.hears(wiped.ERASED)
        self._jack.write_text("0")
        self._terminal.wait_for(self.language.say(attract.TITLE))

    def knows(self, key: str) -> None:
        """Presses a key that somebody with eyes shut finds and knows."""
        self._offered = []
        self.ears.listen()
        self._terminal.press(key)

    def hears(self, sentence: str, **values: object) -> None:
        """Waits until a sentence has been spoken, since the last key."""
        wanted = spoken(self.language.say(sentence, **values))
        self._until(lambda heard: wanted in heard.text, wanted)

    def presses(self, *wishes: str) -> str:
        """Waits until one of these is offered, presses its key, and says which it was."""
        wanted = {spoken(self.language.say(wish)): wish for wish in wishes}
        deadline = time.monotonic() + LONG
        while True:
            for digit, words in self._offered:
                if words in wanted:
                    self.knows(digit)
                    return wanted[words]
            self._listen()
            assert time.monotonic() < deadline, f"never offered: {list(wanted)}"
            time.sleep(0.02)

    def _until(self, fits: Callable[[Heard], bool], what: str) -> None:
        deadline = time.monotonic() + LONG
        while not any(fits(heard) for heard in self._listen()):
            assert time.monotonic() < deadline, f"never heard: {what}"
            time.sleep(0.02)

    def _listen(self) -> list[Heard]:
        new = self.ears.listen()
        template = re.escape(self.language.say(keys.PRESS, key="KEY", words="WORDS"))
        pattern = re.compile(template.replace("KEY", "(.+?)").replace("WORDS", "(.+)"))
        names = {self.language.say(name): key for key, name in keys.KEY_NAMES.items()}
        for heard in new:
            if found := pattern.fullmatch(heard.text):
                self._offered.append((names.get(found[1], found[1]), found[2]))
        return new


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


@pytest.fixture(scope="module")
def person(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Person]:
    """The kiosk runs once for each language, its jack empty."""
    language = load_languages(LANGUAGES, Folders())[request.param]
    folder = tmp_path_factory.mktemp("site")
    jack, transcript, settings = (folder / name for name in ("jack", "spoken", "kiosk.toml"))
    jack.write_text("0")
    settings.write_text(f'[speech]\nheadphones = "file:{jack}"\n[input]\ndebounce_seconds = 0\n')
    command = [sys.executable, "-m", "kiosk", "run", "--simulate", "--config", str(settings)]
    command += ["--speech-transcript", str(transcript), "--no-sound"]
    with Terminal(command) as terminal:
        terminal.wait_for(language.say(attract.TITLE))
        assert transcript.read_text() == ""
        yield Person(terminal, Ears(transcript), jack, language)


@pytest.mark.grid
@pytest.mark.parametrize(
    ("person", "name", "phone"),
    [*(("da", name, "da") for name in SITUATION_IDS), ("en", "helper", "da")],
    indirect=["person"],
)
def test_a_situation_by_ear_alone(
    person: Person, content: Content, name: SituationId, phone: str
) -> None:
    """From plugging in to the wipe: every step is heard, its labels in the phone's language."""
    situation = content.situations[name]
    answers = way_to(content, f"situation:{situation.id}")
    wishes = [*answers, *way_through(situation), needs.READY, keys.DONE, route.FINISH]
    person.plugs_in()
    person.presses(person.language.name)
    begun = len(person.ears.heard)
    if phone != person.language.code:
        # Whose app speaks another language says so before the first step.
        while person.presses(*answers) != answers[-1]:
            pass
        spoken_now = language_name(person.language.code, person.language.code)
        other = language_name(phone, person.language.code)
        person.presses(person.language.say(phone_language.APP, now=spoken_now, other=other))
    while person.presses(*wishes) != route.FINISH:
        pass
    person.leaves()

    heard = iter(person.ears.heard[begun:])
    for step in situation.numbered:
        instruction = spoken(person.language.say(step.instruction))
        wanted = [(person.language.code, instruction)]
        if not step.branches:
            labels = [person.language.label(key, phone) for key in step.labels]
            wanted += [(label.language, label.text) for label in labels]
        for each in wanted:
            assert any((told.language, told.text) == each for told in heard), f"not heard: {each}"


@pytest.mark.grid
@pytest.mark.parametrize("person", LANGUAGES, indirect=True)
def test_what_was_found_is_for_headphones_alone(person: Person, content: Content) -> None:
    """Aloud it is only said that something was found; with headphones what it is."""
    good = advice.CODE[CodeVerdict.GOOD].found
    person.knows("*")
    person.presses(person.language.name)
    wishes = [*way_to(content, "situation:app"), needs.TRY_FIRST]
    while person.presses(*wishes) != needs.TRY_FIRST:
        pass
    person.presses(needs.WORDS[Rehearsal.CODE])
    person.hears(loudspeaker.ON_SCREEN)
    assert spoken(person.language.say(good)) not in [heard.text for heard in person.ears.heard]
    person.plugs_in()
    person.hears(good)
    person.presses(keys.START_OVER)
    person.presses(staff.YES)
    person.leaves()


@pytest.mark.parametrize("person", ["en"], indirect=True)
def test_a_key_breaks_speech_off(person: Person) -> None:
    """What was being said when the key was pressed was not said to its end."""
    for _ in range(50):
        person.knows("*")
        time.sleep(0.05)
        person.ears.listen()
        if any(heard.interrupted for heard in person.ears.heard):
            return
    raise AssertionError("nothing was ever broken off")
