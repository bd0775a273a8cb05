"""Families of phones, and where on the back each reads chips (config/phones.toml)."""

from typing import Annotated, Any, Literal

import msgspec

from kiosk.places import Folders
from kiosk.reading import Day, Id, as_struct, read_table

FILE = "phones.toml"
MOST = 4
"""So many families can be told: each is a key, and from 5 on keys have other meanings."""

Place = Literal["top-edge", "top", "middle"]
"""Where on the back of a phone its antenna is."""


class PhoneFamily(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phones that have their antenna in about the same place."""

    name: str
    """As the person says it; a sentence for the catalogue."""
    place: Place
    text: str
    """What to do with such a phone at the chip."""
    source: str
    date: Day
    or_at: Place | None = None
    """Where else it can be, in phones of this family."""


class _Phones(msgspec.Struct, forbid_unknown_fields=True):
    phones: Annotated[dict[Id, dict[str, Any]], msgspec.Meta(min_length=1, max_length=MOST)]


def load(folders: Folders | None = None) -> dict[str, PhoneFamily]:
    """The families by id, in the order in which they are offered.

    `ConfigError` with one clear line when something is wrong.
    """
    table = read_table((folders or Folders()).find(FILE))
    families = as_struct(table, _Phones, FILE).phones
    return {
        key: as_struct(told, PhoneFamily, f"{FILE}: phones.{key}") for key, told in families.items()
    }
