"""An address as a QR code, with the plain words that lead there without one."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from kiosk.language import mark
from kiosk.visit import Back, CallStaff
from screens.frame import NEVER_ASKS, TOO_SMALL, FrameScreen, Words
from screens.keys import BACK, STAFF, Key, NextLink
from screens.scene import Scene
from screens.widgets.key_button import KeyButton
from screens.widgets.qr_code import QRCode

POINT = mark("Point the phone's camera at the square.")
NEXT_CODE = mark("Show the next one: {title}")


class LinksScreen(FrameScreen):
    """One QR code as large as it must be; the words and keys stand beside it.

    A code does not fit under a head and above a foot at 80x24, so this screen has neither.
    """

    def __init__(self, scene: Scene, links: tuple[str, ...], shown: int = 0) -> None:
        """Shows the link of this number of `links`, the keys of links.toml."""
        self._links = [scene.kit.content.links[key] for key in links]
        self._shown = shown % len(links)
        say = scene.language.say
        keys = [Key("0", say(BACK), Back(), primary=True)]
        if len(self._links) > 1:
            following = self._links[(self._shown + 1) % len(self._links)]
            keys.append(Key("2", say(NEXT_CODE, title=say(following.title)), NextLink()))
        keys.append(Key("#", say(STAFF), CallStaff()))
        super().__init__(scene.language, keys)

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
            with Vertical(id="words"):
                yield Words(say(link.title), classes="instruction")
                yield Words(say(POINT), classes="expect")
                yield Words(say(link.words), classes="expect")
                yield Words(link.url, classes="aside")
                with Vertical(id="answers"):
                    for key in self.body_keys:
                        yield KeyButton(key, classes="-answer")
                yield Words(say(NEVER_ASKS), classes="aside")
        yield Words(say(TOO_SMALL), classes="too-small")
