"""An address as a QR code, with the plain words that lead there without one."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical

from kiosk.language import Language, mark
from kiosk.visit import Back
from screens.frame import NEVER_ASKS, TOO_SMALL, Body, FrameScreen, Words
from screens.keys import BACK, Key, NextLink, hear_and_staff
from screens.scene import Scene
from screens.widgets.key_button import KeyButton
from screens.widgets.qr_code import QRCode

POINT = mark("Point the phone's camera at the square.")
NEXT_CODE = mark("Show the next one: {title}")


class CodeScreen(FrameScreen):
    """One QR code as large as it must be; the words and keys stand beside it.

    A code does not fit under a head and above a foot at 80x24, so this screen has neither.
    """

    may_start_over = False

    def __init__(self, language: Language, keys: Sequence[Key] = ()) -> None:
        foot = [Key("0", language.say(BACK), Back(), primary=True), *hear_and_staff(language)]
        super().__init__(language, keys, foot)

    def code(self) -> str:
        """What the code holds."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The code at the left, all else at the right."""
        say = self.language.say
        self._fit()
        with Horizontal(id="links", classes="page"):
            yield QRCode(self.code())
            with Vertical(id="beside"):
                yield self.banner()
                with Body(id="words"):
                    yield from self.words()
                yield from self.answers()
                with Grid(id="pairs"):
                    for key in (*self.foot_keys, *self.head_keys):
                        yield KeyButton(key)
                yield Words(say(NEVER_ASKS), classes="never-asks last-said")
        yield Words(say(TOO_SMALL), classes="too-small last-said")


class LinksScreen(CodeScreen):
    """The address of a page as a QR code, and the words that lead there."""

    def __init__(self, scene: Scene, links: tuple[str, ...], shown: int = 0) -> None:
        """Shows the link of this number of `links`, the keys of links.toml."""
        self._links = [scene.kit.content.links[key] for key in links]
        self._shown = shown % len(links)
        say = scene.language.say
        keys = []
        if len(self._links) > 1:
            following = self._links[(self._shown + 1) % len(self._links)]
            keys.append(Key("2", say(NEXT_CODE, title=say(following.title)), NextLink()))
        super().__init__(scene.language, keys)

    @property
    def shown(self) -> int:
        """The number of the link that is on the screen."""
        return self._shown

    def code(self) -> str:
        """The address."""
        return self._links[self._shown].url

    def words(self) -> ComposeResult:
        """Where it leads, with and without the code."""
        say = self.language.say
        link = self._links[self._shown]
        yield Words(say(link.title), classes="instruction")
        yield Words(say(POINT), classes="expect")
        yield Words(say(link.words), classes="expect")
        yield Words(link.url, classes="aside")
