"""How one wants to hear and see the kiosk: every key says in words what is switched on now."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from kiosk.access import (
    PACES,
    VOLUMES,
    Access,
    Faster,
    Louder,
    Motion,
    NextTheme,
    Quieter,
    Slower,
    Speaking,
    TextSize,
    Theme,
)
from kiosk.language import Language, mark
from kiosk.settings import Settings
from kiosk.visit import Back
from screens.frame import FrameScreen, Words
from screens.keys import ACCESS, ACCESS_DIGIT, BACK, Key, hear_and_staff
from screens.widgets.key_button import KeyButton

SOUND = mark("Sound")
SEEN = mark("Text and pictures")
SPEAKING = {
    False: mark("Read aloud: off. Press to switch it on."),
    True: mark("Read aloud: on. Press to switch it off."),
}
SLOWER = mark("Slower. Speed now: {now} of {most}.")
FASTER = mark("Faster. Speed now: {now} of {most}.")
QUIETER = mark("Quieter. Volume now: {now} of {most}.")
LOUDER = mark("Louder. Volume now: {now} of {most}.")
SIZE = {
    False: mark("Text: normal. Press for large text."),
    True: mark("Text: large. Press for normal text."),
}
COLOURS = {
    Theme.LIGHT: mark("Colours: light. Press for dark."),
    Theme.DARK: mark("Colours: dark. Press for high contrast."),
    Theme.CONTRAST: mark("Colours: high contrast. Press for light."),
}
MOTION = {
    False: mark("Pictures: still. Press to let them move."),
    True: mark("Pictures: moving. Press to keep them still."),
}


def keys_of_sound(access: Access, language: Language) -> list[Key]:
    """What can be heard otherwise."""
    say = language.say
    pace = {"now": access.pace + 1, "most": len(PACES)}
    volume = {"now": access.volume + 1, "most": len(VOLUMES)}
    return [
        Key("1", say(SPEAKING[access.speaking]), Speaking()),
        Key("2", say(SLOWER, **pace), Slower()),
        Key("3", say(FASTER, **pace), Faster()),
        Key("4", say(QUIETER, **volume), Quieter()),
        Key("6", say(LOUDER, **volume), Louder()),
    ]


def keys_of_sight(access: Access, language: Language, sizes: bool) -> list[Key]:
    """What can be seen otherwise; `sizes`: there is another size of text."""
    say = language.say
    size = [Key("7", say(SIZE[access.large]), TextSize())] if sizes else []
    return [
        *size,
        Key("9", say(COLOURS[access.theme]), NextTheme()),
        Key("5", say(MOTION[access.motion]), Motion()),
    ]


class AccessScreen(FrameScreen):
    """What is switched on, and a key for each thing that can be otherwise."""

    may_start_over = False

    def __init__(
        self,
        language: Language,
        access: Access,
        settings: Settings,
        other_language: Language | None,
        sound: str,
    ) -> None:
        """`sound`: why nothing is heard, in a sentence; empty when all is well."""
        self._sizes = bool(settings.screen.scale_command)
        self._sound = sound
        foot = [
            Key("0", language.say(BACK), Back(), primary=True),
            *hear_and_staff(language),
        ]
        keys = keys_of_sound(access, language) + keys_of_sight(access, language, self._sizes)
        super().__init__(language, keys, foot, other_language)
        # The digit that leads here means something else here.
        self.head_keys = [key for key in self.head_keys if key.digit != ACCESS_DIGIT]

    def where(self) -> str:
        """What is chosen here."""
        return self.language.say(ACCESS)

    def words(self) -> ComposeResult:
        """What is heard on one side, what is seen on the other."""
        say = self.language.say
        sight = len(keys_of_sound(Access(), self.language))
        with Horizontal(id="choices"):
            with Vertical(classes="choice"):
                yield Words(say(SOUND), classes="who")
                if self._sound:
                    yield Words(self._sound, classes="guard")
                for key in self.body_keys[:sight]:
                    yield KeyButton(key, classes="-answer")
            with Vertical(classes="choice"):
                yield Words(say(SEEN), classes="who")
                for key in self.body_keys[sight:]:
                    yield KeyButton(key, classes="-answer")

    def show(self, access: Access) -> None:
        """What is switched on now: the keys say it, and what has changed is told."""
        before = self.body_keys
        self.body_keys = keys_of_sound(access, self.language)
        self.body_keys += keys_of_sight(access, self.language, self._sizes)
        for button, old, new in zip(
            self.query("KeyButton.-answer").results(KeyButton), before, self.body_keys, strict=True
        ):
            button.key = new
            button.refresh()
            if new.words != old.words:
                self.tell(new.words)
