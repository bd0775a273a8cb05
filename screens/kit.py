"""What every screen draws on: the content, the languages, the settings and the numbers to call."""

from dataclasses import dataclass

from kiosk import settings as site_settings
from kiosk import support as support_numbers
from kiosk.language import Language, load_languages
from kiosk.places import Folders
from kiosk.settings import Settings
from kiosk.situations.loading import Content, load
from kiosk.support import Support


@dataclass(frozen=True)
class Kit:
    """Read once when the app starts; never changes."""

    content: Content
    languages: dict[str, Language]
    settings: Settings
    support: Support


def load_kit(folders: Folders, first: str | None = None) -> Kit:
    """Everything from the files, the language `first` in front where one is named.

    `ConfigError` with one clear line when something is wrong.
    """
    settings = site_settings.load(folders)
    codes = settings.kiosk.languages
    if first is not None:
        codes = tuple(dict.fromkeys([first, *codes]))
    return Kit(
        content=load(folders),
        languages=load_languages(codes, folders),
        settings=settings,
        support=support_numbers.load(folders),
    )
