"""Typing by hand what the app would scan: where it stands, and which signs are taken for others."""

from textual.app import ComposeResult

from hardware.verdicts import DocumentKind
from kiosk.document_numbers import rule_for
from kiosk.language import mark
from kiosk.speech.utterance import Utterance
from kiosk.visit import Done
from screens.frame import FrameScreen, Words
from screens.keys import Key, always
from screens.scene import Scene
from screens.widgets.look_alikes import drawn

TITLE = mark("Typing it by hand")
WHAT = mark("The app asks for a number and two dates. Type them on your phone as they are printed.")

# ICAO Doc 9303-4: the number is in the uppermost zone of the page (4.1), and the first of the lower
# line of the code (4.2.2.2). Where on a card's front it stands is left to the issuer (9303-5, 4.1).
PASSPORT_NUMBER = mark(
    "Number: top right on the photo page. It also begins the second line of code."
)
CARD_NUMBER = mark("Number: on the front of the card, mostly at the top right.")
DATES = mark("Date of birth and date of expiry: beside the photo.")
PICK = mark("In the app, choose month and year first, then the day.")
NUMBERS = {
    DocumentKind.PASSPORT: (PASSPORT_NUMBER,),
    DocumentKind.CARD: (CARD_NUMBER,),
}
"""Where the number stands, by kind of document; both where the kind is not known."""

ALIKE = mark("Some signs look alike. In the code they look like this:")
SIGNS = (
    ("0", mark("zero,"), mark("narrow")),
    ("O", mark("letter O,"), mark("round")),
    ("1", mark("one,"), mark("a hook")),
    ("I", mark("letter I,"), mark("two bars")),
)
BACK_TO_TIPS = mark("Back to the tips")


class TypingScreen(FrameScreen):
    """Where number and dates stand on a document; nothing of anybody's is shown."""

    crowded = True

    def __init__(self, scene: Scene) -> None:
        self._learned = scene.visit.learned
        self._rules = scene.kit.content.document_numbers
        foot = [
            Key("1", scene.language.say(BACK_TO_TIPS), Done(), primary=True),
            *always(scene.language),
        ]
        super().__init__(scene.language, (), foot, scene.other_language)

    def where(self) -> str:
        """What this is about."""
        return self.language.say(TITLE)

    def words(self) -> ComposeResult:
        """Where the three stand, how to pick a date, and the signs that look alike."""
        say = self.language.say
        yield Words(say(WHAT), classes="instruction")
        kind = self._learned.kind
        numbers = NUMBERS.get(kind, (PASSPORT_NUMBER, CARD_NUMBER))
        for sentence in (*numbers, DATES, PICK):
            yield Words(f"– {say(sentence)}", classes="list")
        yield Words(say(ALIKE), classes="who look-alikes")
        signs = [(sign, say(name), say(looks)) for sign, name, looks in SIGNS]
        aloud = "".join(f"{name} {looks}. " for _, name, looks in signs).strip()
        spoken = Utterance(aloud, self.language.code)
        yield Words(drawn(signs), classes="signs", said=(spoken,))
        yield Words(drawn(signs, 2), classes="large-signs", said=(spoken,))
        if rule := rule_for(self._rules, self._learned.country, kind):
            # It tells from which country the document is: aloud, for headphones alone.
            yield Words(say(rule.text), classes="learned look-alikes", private=True)
