"""What is known of the numbers of some countries' documents (config/document_numbers.toml)."""

from typing import Annotated, Any

import msgspec

from hardware.verdicts import DocumentKind
from kiosk.places import Folders
from kiosk.reading import Day, as_struct, read_table

FILE = "document_numbers.toml"

Issuer = Annotated[str, msgspec.Meta(pattern="^[A-Z]{1,3}$")]
"""An issuing state as ICAO Doc 9303-3 section 5 writes it."""


class NumberRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a source says of the numbers of such documents."""

    countries: tuple[Issuer, ...]
    kinds: tuple[DocumentKind, ...]
    text: str
    source: str
    date: Day


class _Numbers(msgspec.Struct, forbid_unknown_fields=True):
    numbers: tuple[dict[str, Any], ...]


def load(folders: Folders | None = None) -> tuple[NumberRule, ...]:
    """All rules; `ConfigError` with one clear line when something is wrong."""
    table = read_table((folders or Folders()).find(FILE))
    rows = as_struct(table, _Numbers, FILE).numbers
    return tuple(as_struct(row, NumberRule, f"{FILE}: numbers[{n}]") for n, row in enumerate(rows))


def rule_for(
    rules: tuple[NumberRule, ...], country: str, kind: DocumentKind | None
) -> NumberRule | None:
    """What is known of the number of a document of this issuer and kind; None when nothing is."""
    for rule in rules:
        if country in rule.countries and kind in rule.kinds:
            return rule
    return None
