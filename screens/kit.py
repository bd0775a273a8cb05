"""What every screen draws on: the content, the languages, the settings and the numbers to call."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kiosk import settings as site_settings
from kiosk.language import Language, load_languages
from kiosk.places import Folders
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.situations.model import Content
    from kiosk.support import Support


@dataclass(frozen=True)
class Kit:
    """Read once, never changed. What the first screen needs not is read when first asked for."""

    folders: Folders
    settings: Settings
    languages: dict[str, Language]

    @cached_property
    def content(self) -> "Content":
        """The situations, questions and routes; `ConfigError` when something in them is wrong."""
        from kiosk.situations.loading import load

        return load(self.folders)

    @cached_property
    def phrases(self) -> dict[str, str]:
        """What a clerk can have the kiosk say, by key; `ConfigError` when something is wrong."""
        from kiosk.phrases import load

        return load(self.folders)

    @cached_property
    def support(self) -> "Support":
        """The numbers to call; `ConfigError` when something in them is wrong."""
        from kiosk.support import load

        return load(self.folders)

    def language_after(self, code: str) -> Language | None:
        """The language to which one key changes from this one: the next on offer."""
        codes = list(self.languages)
        following = codes[(codes.index(code) + 1) % len(codes)]
        return self.languages[following] if following != code else None


def load_kit(folders: Folders, first: str | None = None) -> Kit:
    """What the first screen shows, the language `first` in front where one is named.

    `ConfigError` with one clear line when something is wrong.
    """
    settings = site_settings.load(folders)
    codes = settings.kiosk.languages
    if first is not None:
        codes = tuple(dict.fromkeys([first, *codes]))
    return Kit(folders, settings, load_languages(codes, folders))
