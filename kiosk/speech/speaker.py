"""What is said, in which order, and what breaks it off."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from kiosk.access import Access
from kiosk.speech.espeak import Espeak, Sound
from kiosk.speech.transcript import Transcript
from kiosk.speech.utterance import Utterance


class Speaker:
    """Says one utterance after another: first what matters, then news, then the rest.

    The rest is what can be pressed: news break it off, and it is said again after them.
    """

    def __init__(
        self,
        voice: Espeak,
        voices: Mapping[str, str],
        transcript: Transcript | None = None,
        on_sound: Callable[[Utterance, Sound], None] = lambda utterance, sound: None,
    ) -> None:
        """`voices`: by language, where the voice has another name than the language.

        `on_sound` is told after every utterance whether it was heard.
        """
        self._voice = voice
        self._voices = voices
        self._transcript = transcript
        self._on_sound = on_sound
        self._first: deque[Utterance] = deque()
        self._news: deque[Utterance] = deque()
        self._rest: deque[Utterance] = deque()
        self._now: deque[Utterance] | None = None
        """The queue from which comes what is being said."""
        self._broken_off = False
        self._access = Access()
        self._task: asyncio.Task[None] | None = None

    def read(self, first: Sequence[Utterance], rest: Sequence[Utterance], access: Access) -> None:
        """Says these, in place of all that was being said or waited."""
        self.stop()
        self._first.extend(first)
        self._rest.extend(rest)
        self._begin(access)

    def announce(self, news: Sequence[Utterance], access: Access) -> None:
        """Says these after what matters, in place of older news that were not begun."""
        self._news.clear()
        self._news.extend(news)
        if self._now is self._rest:
            self._break_off()
        self._begin(access)

    def stop(self) -> None:
        """Silence, at once."""
        for queue in (self._first, self._news, self._rest):
            queue.clear()
        if self._now is not None:
            self._now = None
            self._break_off()

    async def quiet(self, within: float) -> None:
        """Returns when all has been said, or after so many seconds."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=within)

    async def close(self) -> None:
        """Silence, and nothing more."""
        self.stop()
        if self._task is not None:
            await self._task
        if self._transcript is not None:
            self._transcript.close()

    def _break_off(self) -> None:
        self._broken_off = True
        self._voice.stop()

    def _begin(self, access: Access) -> None:
        self._access = access
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._say_all())

    async def _say_all(self) -> None:
        while queue := next(filter(None, (self._first, self._news, self._rest)), None):
            utterance = queue.popleft()
            self._now, self._broken_off = queue, False
            voice = self._voices.get(utterance.language, utterance.language)
            sound = await self._voice.say(utterance, voice, self._access)
            if self._broken_off and self._now is self._rest:
                self._rest.appendleft(utterance)
            if self._transcript is not None:
                self._transcript.write(utterance, self._broken_off)
            self._now = None
            self._on_sound(utterance, sound)
