"""What is said, in the person's language: gettext catalogues and the app's labels."""

import gettext
import re
import struct
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.places import Folders
from kiosk.reading import ConfigError, as_struct, read_table, suggestion

SOURCE = "en"
"""The language in which the sentences stand in code and content."""
PHONE = "da"
"""The language of the app on the phone of somebody in whose own it has no labels."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Also what no terminal can print: surrogates, and the invisible tags of plane 14."""


_PLACE = re.compile(r"\{(\w+)\}")
"""Where a value goes in a sentence."""


def mark(text: str) -> str:
    """Marks a sentence for the catalogue where it cannot be translated yet; returns it as it is."""
    return text


def plain(text: str) -> str:
    """Text without control, escape, bidi and zero-width characters."""
    return _UNSAFE.sub("", text)


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label of the phone app in one language, with where it was read."""

    text: Annotated[str, msgspec.Meta(min_length=1)]
    source: str
    date: str
    verified: bool


class AppLabel(msgspec.Struct, frozen=True):
    """A label as the screen shows it."""

    text: str
    english: str | None = None
    """The English label beside it, as long as `text` is not verified on a live phone."""
    language: str = SOURCE
    """The code of the language of `text`, in whose voice it is spoken."""


Labels = dict[str, dict[str, Wording]]
"""Every label of the app by key and language; each has an English one."""


def load_labels(folders: Folders) -> Labels:
    """The labels of all language packs; `ConfigError` when one is not known in English.

    A label in the site's `labels.toml` wins over the shipped one; the others stay as they are.
    """
    labels: Labels = {}
    # English first: it says which labels there are, and in which order.
    for code in (SOURCE, *(code for code in folders.packs() if code != SOURCE)):
        name = f"languages/{code}/labels.toml"
        tables = [read_table(file) for file in folders.every(name)]
        for key, table in (row for found in tables for row in found.items()):
            wording = as_struct(table, Wording, f"{name}: {key}")
            if code == SOURCE:
                labels.setdefault(key, {})[code] = wording
            elif key in labels:
                labels[key][code] = wording
            else:
                near = suggestion(key, list(labels))
                raise ConfigError(f"{name}: '{key}' is no label in English{near}")
    return labels


class Status(StrEnum):
    """How far a language pack is."""

    COMPLETE = "complete"
    MACHINE_MADE = "machine-made, not reviewed"
    """No person who speaks the language has read it. The kiosk says so where one begins in it."""
    WORDS_ONLY = "words only"
    """Some sentences or words alone; English shows through elsewhere."""


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `language.toml` says of a language."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]
    """Its own name for itself, as it stands on the key."""
    status: Status = Status.WORDS_ONLY
    voice: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+_-]*$")] = ""
    """The voice of espeak-ng; empty: the one of the language's code."""
    direction: Literal["ltr", "rtl"] = "ltr"
    note: str = ""
    """Who made it, and what to know of it; for people."""
    words: dict[str, str] = {}
    """Words that were read somewhere, by the English ones: for whoever translates."""
    sources: tuple[str, ...] = ()
    """Where they were read."""


def read_about(folder: Path) -> About:
    """What stands in the `language.toml` of a pack; `ConfigError` when it is missing or wrong."""
    return as_struct(read_table(folder / "language.toml"), About, f"languages/{folder.name}")


class Language:
    """One language of the kiosk: its sentences, and the app's labels beside them."""

    def __init__(self, code: str, folders: Folders, labels: Labels) -> None:
        """`ConfigError` when there is no such language pack, or none compiled."""
        pack = f"languages/{code}"
        about = read_about(folders.find(f"{pack}/language.toml").parent)
        self.code = code
        self.name = about.name
        self.status = about.status
        self.voice = about.voice or code
        self.direction = about.direction
        self._labels = labels
        self.phone_languages = tuple(_languages_of(labels))
        """The codes of the languages of the app: those that have labels."""
        self.phone_language = code if code in self.phone_languages else PHONE
        """The code of the one that is supposed until the person says otherwise."""
        if code == SOURCE:
            self._catalogue = gettext.NullTranslations()
        else:
            self._catalogue = self._open(folders.find(f"{pack}/LC_MESSAGES/kiosk.mo"))

    def _open(self, file: Path) -> gettext.NullTranslations:
        try:
            with file.open("rb") as compiled:
                found = gettext.GNUTranslations(compiled)
            found.gettext("\0")  # asks its own formula for plurals, which may divide by 0
            return found
        except (OSError, ValueError, LookupError, ArithmeticError, struct.error) as error:
            raise ConfigError(
                f"languages/{self.code}: no compiled catalogue: kiosk language pack {self.code}"
            ) from error

    def say(self, text: str, **values: object) -> str:
        """A sentence in this language, `{name}` replaced by values, which are data and not text."""
        told = self._catalogue.gettext(text) if text else ""
        if not values:
            return told
        if told is not text and not _takes(told, values.keys()):
            told = text  # `kiosk language check` names it; until it is mended English is shown
        return told.format(**{name: plain(str(value)) for name, value in values.items()})

    def label(self, key: str, phone: str = "") -> AppLabel:
        """A label as a phone shows it whose app is in the language of this code.

        `phone`: empty for the one that goes with this language. KeyError when there is no label.
        """
        wordings = self._labels[key]
        english = wordings[SOURCE].text
        code = phone or self.phone_language
        wording = wordings.get(code)
        if wording is None:
            return AppLabel(english)
        shown_twice = wording.verified or wording.text == english
        return AppLabel(wording.text, None if shown_twice else english, code)


def _takes(told: str, names: Collection[str]) -> bool:
    """Whether nothing is in braces but these names."""
    left = _PLACE.sub(lambda place: "" if place[1] in names else "{", told)
    return "{" not in left and "}" not in left


def _languages_of(labels: Labels) -> dict[str, None]:
    return dict.fromkeys(code for wordings in labels.values() for code in wordings)


def language_name(code: str, language: str) -> str:
    """What the language of one code is called in that of another; English where nobody knows."""
    # Babel takes long to import, and the first screen does not need it.
    from babel import Locale, UnknownLocaleError

    try:
        spoken_in = Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        spoken_in = Locale(SOURCE)
    english = Locale(SOURCE).languages.get(code, code)
    return str(spoken_in.languages.get(code, english))


def load_languages(codes: tuple[str, ...], folders: Folders) -> dict[str, Language]:
    """The languages of these codes, in this order."""
    labels = load_labels(folders)
    return {code: Language(code, folders, labels) for code in codes}
