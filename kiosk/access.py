"""How somebody hears and sees the kiosk: what can be switched on any screen, for one visit."""

from enum import StrEnum
from typing import Final

import msgspec

PACES: Final = (90, 110, 130, 155, 185, 220, 260, 310)
"""Words a minute."""
VOLUMES: Final = (25, 50, 100, 200)
"""espeak-ng's amplitude: each is 6 dB more than the last, 18 dB in all (EN 301 549, 8.2.1.1)."""


class Theme(StrEnum):
    """The colours of the screen."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"
    """Black, white and yellow: every pair 7:1 or more."""


class Access(msgspec.Struct, frozen=True):
    """What is switched on now. It ends with the visit, and is written nowhere."""

    speaking: bool = False
    pace: int = 3
    """Which of `PACES`."""
    volume: int = 2
    """Which of `VOLUMES`."""
    large: bool = False
    """Whether the text is large, where the terminal can be told so."""
    theme: Theme = Theme.LIGHT
    motion: bool = True
    """Whether pictures may move."""


class Hear(msgspec.Struct, frozen=True):
    """The person wants to hear this screen: speech is switched on, or says it all again."""


class Speaking(msgspec.Struct, frozen=True):
    """Speech on or off, the other of what it is."""


class Slower(msgspec.Struct, frozen=True):
    """Speech is to be slower."""


class Faster(msgspec.Struct, frozen=True):
    """Speech is to be faster."""


class Quieter(msgspec.Struct, frozen=True):
    """Speech is to be quieter."""


class Louder(msgspec.Struct, frozen=True):
    """Speech is to be louder."""


class TextSize(msgspec.Struct, frozen=True):
    """The other size of text."""


class NextTheme(msgspec.Struct, frozen=True):
    """The next of the colours."""


class Motion(msgspec.Struct, frozen=True):
    """Pictures may move, or not: the other of what it is."""


Wish = (
    Hear | Speaking | Slower | Faster | Quieter | Louder | TextSize | NextTheme | Motion
)  # fmt: skip


def changed(access: Access, wish: Wish) -> Access:
    """What is switched on after a wish; the same where there is no more of it."""
    replace = msgspec.structs.replace
    match wish:
        case Hear():
            return replace(access, speaking=True)
        case Speaking():
            return replace(access, speaking=not access.speaking)
        case Slower():
            return replace(access, pace=max(access.pace - 1, 0))
        case Faster():
            return replace(access, pace=min(access.pace + 1, len(PACES) - 1))
        case Quieter():
            return replace(access, volume=max(access.volume - 1, 0))
        case Louder():
            return replace(access, volume=min(access.volume + 1, len(VOLUMES) - 1))
        case TextSize():
            return replace(access, large=not access.large)
        case NextTheme():
            themes = list(Theme)
            following = themes[(themes.index(access.theme) + 1) % len(themes)]
            return replace(access, theme=following)
        case Motion():
            return replace(access, motion=not access.motion)
