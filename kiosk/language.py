"""What is said, in the person's language: gettext catalogues and the app's labels."""

import gettext
import re
import struct
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import msgspec

from kiosk.places import Folders
from kiosk.reading import ConfigError, as_struct, read_table

SOURCE = "en"
"""The language in which the sentences stand in code and content."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Also what no terminal can print: surrogates, and the invisible tags of plane 14."""


def mark(text: str) -> str:
    """Marks a sentence for the catalogue where it cannot be translated yet; returns it as it is."""
    return text


def plain(text: str) -> str:
    """Text without control, escape, bidi and zero-width characters."""
    return _UNSAFE.sub("", text)


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label of the phone app in one language, with where it was read."""

    text: str
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


class _Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: dict[str, dict[str, Any]]


def load_labels(folders: Folders) -> dict[str, dict[str, Wording]]:
    """Every label of the app by key and language; `ConfigError` when one has no English."""
    file = "app_labels.toml"
    labels: dict[str, dict[str, Wording]] = {}
    for key, table in as_struct(read_table(folders.find(file)), _Labels, file).labels.items():
        labels[key] = {
            language: as_struct(wording, Wording, f"{file}: labels.{key}.{language}")
            for language, wording in table.items()
        }
        if SOURCE not in labels[key]:
            raise ConfigError(f"{file}: labels.{key}: '{SOURCE}' is missing")
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

    name: str
    """Its own name for itself, as it stands on the key."""
    status: Status = Status.WORDS_ONLY
    voice: str = ""
    """The voice of espeak-ng; empty: the one of the language's code."""
    direction: Literal["ltr", "rtl"] = "ltr"
    note: str = ""
    """Who made it, and what to know of it; for people."""
    sources: tuple[str, ...] = ()
    """Where its words were read."""


def read_about(folder: Path) -> About:
    """What stands in the `language.toml` of a pack; `ConfigError` when it is missing or wrong."""
    return as_struct(read_table(folder / "language.toml"), About, f"languages/{folder.name}")


class Language:
    """One language of the kiosk: its sentences and the app's labels in it."""

    def __init__(self, code: str, folders: Folders, labels: dict[str, dict[str, Wording]]) -> None:
        """`ConfigError` when there is no such language pack, or none compiled."""
        folder = folders.find(f"languages/{code}")
        about = read_about(folder)
        self.code = code
        self.name = about.name
        self.status = about.status
        self.voice = about.voice or code
        self.direction = about.direction
        self._labels = labels
        self._catalogue = self._open(folder) if code != SOURCE else gettext.NullTranslations()

    def _open(self, folder: Path) -> gettext.NullTranslations:
        file = folder / "LC_MESSAGES" / "kiosk.mo"
        try:
            with file.open("rb") as compiled:
                return gettext.GNUTranslations(compiled)
        except (OSError, ValueError, struct.error) as error:
            raise ConfigError(
                f"languages/{self.code}: no compiled catalogue: make languages"
            ) from error

    def say(self, text: str, **values: object) -> str:
        """A sentence in this language, `{name}` replaced by values, which are data and not text."""
        told = self._catalogue.gettext(text) if text else ""
        if not values:
            return told
        return told.format(**{name: plain(str(value)) for name, value in values.items()})

    def label(self, key: str) -> AppLabel:
        """A label of the app as this language's phone shows it; KeyError when there is none."""
        wordings = self._labels[key]
        english = wordings[SOURCE].text
        wording = wordings.get(self.code)
        if wording is None:
            return AppLabel(english)
        shown_twice = wording.verified or wording.text == english
        return AppLabel(wording.text, None if shown_twice else english, self.code)


def load_languages(codes: tuple[str, ...], folders: Folders) -> dict[str, Language]:
    """The languages of these codes, in this order."""
    labels = load_labels(folders)
    return {code: Language(code, folders, labels) for code in codes}
