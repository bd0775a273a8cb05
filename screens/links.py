"""An address as a QR code, with the plain words that lead there without one."""

from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical

from kiosk.access import Hear
from kiosk.language import mark
from kiosk.visit import Back, CallStaff
from screens.frame import NEVER_ASKS, TOO_SMALL, Body, FrameScreen, Words
from screens.keys import BACK, HEAR, HEAR_DIGIT, STAFF, Key, NextLink
from screens.scene import Scene
from screens.widgets.key_button import KeyButton
from screens.widgets.qr_code import QRCode

POINT = mark("Point the phone's camera at the square.")
NEXT_CODE = mark("Show the next one: {title}")


class LinksScreen(FrameScreen):
    """One QR code as large as it must be; the words and keys stand beside it.

    A code does not fit under a head and above a foot at 80x24, so this screen has neither.
    """

    may_start_over = False

    def __init__(self, scene: Scene, links: tuple[str, ...], shown: int = 0) -> None:
        """Shows the link of this number of `links`, the keys of links.toml."""
        self._links = [scene.kit.content.links[key] for key in links]
        self._shown = shown % len(links)
        say = scene.language.say
        keys = []
        if len(self._links) > 1:
            following = self._links[(self._shown + 1) % len(self._links)]
            keys.append(Key("2", say(NEXT_CODE, title=say(following.title)), NextLink()))
        foot = [
            Key("0", say(BACK), Back(), primary=True),
            Key(HEAR_DIGIT, say(HEAR), Hear()),
            Key("#", say(STAFF), CallStaff()),
        ]
        super().__init__(scene.language, keys, foot)

    @property
    def shown(self) -> int:
        """The number of the link that is on the screen."""
        return self._shown

    def compose(self) -> ComposeResult:
        """The code at the left, all else at the right."""
        say = self.language.say
        link = self._links[self._shown]
        self._fit()
        with Horizontal(id="links", classes="page"):
            yield QRCode(link.url)
            with Vertical(id="beside"):
                with Body(id="words"):
                    yield Words(say(link.title), classes="instruction")
                    yield Words(say(POINT), classes="expect")
                    yield Words(say(link.words), classes="expect")
                    yield Words(link.url, classes="aside")
                yield from self.answers()
                with Grid(id="pairs"):
                    for key in (*self.foot_keys, *self.head_keys):
                        yield KeyButton(key)
                yield Words(say(NEVER_ASKS), classes="never-asks last-said")
        yield Words(say(TOO_SMALL), classes="too-small last-said")
