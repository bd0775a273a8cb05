"""What of the app's screens is heard: speech, the two notes, and who may hear what."""

from collections.abc import Callable, Sequence

from textual.screen import Screen

from kiosk.access import Access
from kiosk.language import Language, mark
from kiosk.speech import tone
from kiosk.speech.espeak import Espeak, Sound
from kiosk.speech.headphones import Headphones
from kiosk.speech.speaker import Speaker
from kiosk.speech.transcript import Transcript
from kiosk.speech.utterance import Utterance
from screens.kit import Kit
from screens.reading_aloud import script_of

ON_SCREEN = mark("What was found is on the screen. Plug in headphones to hear it.")
NO_SOUND = {
    Sound.OFF: mark("This kiosk has no sound."),
    Sound.MISSING: mark("Reading aloud does not work here just now. Ask at the desk for help."),
    Sound.NO_VOICE: mark("This language cannot be read aloud here."),
    Sound.NO_DEVICE: mark("The sound does not work here just now. Ask at the desk for help."),
}


class Loudspeaker:
    """Speaks what the screens hand to it."""

    def __init__(
        self,
        kit: Kit,
        transcript: Transcript | None = None,
        silent: bool = False,
        voice: Espeak | None = None,
    ) -> None:
        """`transcript` records what is spoken; `silent`: none of it sounds.

        `voice`: who speaks in place of the program of the settings.
        """
        self._program = kit.settings.speech.program
        self._silent = silent
        self._headphones = Headphones(kit.settings.speech.headphones)
        voices = {code: language.voice for code, language in kit.languages.items()}
        voice = voice or Espeak(self._program, silent)
        self._speaker = Speaker(voice, voices, transcript, self._heard)
        self._sound = Sound.WORKS if self._program else Sound.OFF
        self.on_trouble: Callable[[], None] = lambda: None
        """Told when nothing was heard; `trouble` says why."""
        self._language = ""
        self.private = False
        """Whether headphones are plugged in, so that nobody else hears."""

    @property
    def trouble(self) -> str:
        """Why nothing is heard, as a sentence for the catalogue; empty when all is well."""
        return NO_SOUND.get(self._sound, "")

    def headphones_changed(self) -> bool:
        """Looks at the jack; whether it is not as it was."""
        before, self.private = self.private, self._headphones.plugged_in()
        return before is not self.private

    def read(self, screen: Screen[None], language: Language, access: Access) -> None:
        """Says what is on a screen, in place of all else."""
        if self._program:
            self._language = language.code
            script = script_of(screen, language)
            first, rest = (self._fit(part, language) for part in (script.first, script.rest))
            self._speaker.read(first, rest, access)

    def tell(self, news: Sequence[Utterance], language: Language, access: Access) -> None:
        """Says what has changed on the screen."""
        if self._program and news:
            self._speaker.announce(self._fit(news, language), access)

    async def sound(self, access: Access) -> None:
        """Two notes, to be heard also by those who do not want speech."""
        if self._program and not self._silent:
            await tone.play(access.volume)

    def stop(self) -> None:
        """Silence, at once."""
        self._speaker.stop()

    async def quiet(self, within: float) -> None:
        """Returns when all has been said, or after so many seconds."""
        await self._speaker.quiet(within)

    async def close(self) -> None:
        """Silence, and nothing more."""
        await self._speaker.close()

    def _heard(self, utterance: Utterance, sound: Sound) -> None:
        if sound is Sound.NO_VOICE and utterance.language != self._language:
            return  # a label of the phone's app: the rest is heard
        self._sound = sound
        if self.trouble:
            self._speaker.stop()
            self.on_trouble()

    def _fit(self, utterances: Sequence[Utterance], language: Language) -> list[Utterance]:
        """What may be heard here: of the person's document nothing without headphones."""
        if self.private:
            return list(utterances)
        public = Utterance(language.say(ON_SCREEN), language.code)
        fit = [public if utterance.private else utterance for utterance in utterances]
        return [said for at, said in enumerate(fit) if said is not public or public not in fit[:at]]
