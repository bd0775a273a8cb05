"""The sentences that a clerk can have a kiosk show and say (config/phrases.toml)."""

from typing import Annotated

import msgspec

from kiosk.places import Folders
from kiosk.reading import Id, as_struct, read_table

FILE = "phrases.toml"
MOST = 40
"""So many phrases at most: a clerk looks for one while somebody waits."""

Sentence = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


class _Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Sentence


class _Phrases(msgspec.Struct, forbid_unknown_fields=True):
    phrases: Annotated[dict[Id, _Phrase], msgspec.Meta(min_length=1, max_length=MOST)]


def load(folders: Folders | None = None) -> dict[str, str]:
    """The English sentences by key, in the order in which they are offered.

    `ConfigError` with one clear line when something is wrong.
    """
    found = as_struct(read_table((folders or Folders()).find(FILE)), _Phrases, FILE)
    return {key: phrase.text for key, phrase in found.phrases.items()}
