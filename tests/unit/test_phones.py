"""Where phones read chips, and what is known of document numbers: data with a source each."""

from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from hardware.verdicts import DocumentKind
from kiosk import document_numbers, phones
from kiosk.countries import country_name
from kiosk.document_numbers import rule_for
from kiosk.phones import Place
from kiosk.places import Folders, shipped
from kiosk.reading import ConfigError

FAMILIES = phones.load()
RULES = document_numbers.load()
PASSPORT, CARD = DocumentKind.PASSPORT, DocumentKind.CARD


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_has_a_place_and_where_that_was_read(name: str) -> None:
    family = FAMILIES[name]
    assert family.place in get_args(Place)
    assert family.or_at != family.place
    assert family.source.startswith("https://")
    assert date.fromisoformat(family.date) <= date.today()
    assert len(family.text) <= 96


def test_where_no_source_names_the_place_the_words_are_those_of_any_other_phone() -> None:
    *_, last = FAMILIES.values()
    pixel = FAMILIES["pixel"]
    assert (pixel.place, pixel.or_at, pixel.text) == (last.place, last.or_at, last.text)
    assert "slowly" in last.text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.countries[0]} {rule.kinds[0]}")
def test_each_rule_is_of_issuers_that_exist_and_has_its_source(
    rule: document_numbers.NumberRule,
) -> None:
    assert all(country_name(country, "en") for country in rule.countries)
    assert rule.kinds
    assert rule.source.startswith("https://")
    assert date.fromisoformat(rule.date) <= date.today()
    assert len(rule.text) <= 96


@pytest.mark.parametrize(
    ("country", "kind", "said"),
    [
        ("DNK", PASSPORT, "Danish passports"),
        ("D", PASSPORT, "German passports"),
        ("D", CARD, "German ID cards"),
        ("NLD", CARD, "Dutch documents"),
        ("GBD", PASSPORT, "British passports"),
        ("DNK", CARD, ""),
        ("GBR", CARD, ""),
        ("FRA", PASSPORT, ""),
        ("D", DocumentKind.TEMPORARY, ""),
        ("D", None, ""),
        ("", PASSPORT, ""),
    ],
)
def test_a_rule_holds_for_its_issuers_and_kinds_alone(
    country: str, kind: DocumentKind | None, said: str
) -> None:
    rule = rule_for(RULES, country, kind)
    assert said in rule.text if rule and said else rule is None


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("phones.toml", 'place = "top-edge"', 'place = "topp"',
         "phones.toml: phones.iphone.place: 'topp' is not known; did you mean 'top'?"),
        ("phones.toml", "or_at = ", "or_a = ",
         "phones.toml: phones.samsung: 'or_a' is not known; did you mean 'or_at'?"),
        ("phones.toml", "[phones.other]", "[phones.a]\n[phones.other]",
         "phones.toml: phones: expected `object` of length <= 4"),
        ("document_numbers.toml", 'kinds = ["card"]', 'kinds = ["cart"]',
         "document_numbers.toml: numbers[1].kinds[0]: 'cart' is not known"),
        ("document_numbers.toml", 'countries = ["NLD"]', 'countries = ["nld"]',
         "document_numbers.toml: numbers[2].countries[0]: "),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_file_and_key(
    tmp_path: Path, file: str, old: str, new: str, line: str
) -> None:
    told = (shipped() / file).read_text(encoding="utf-8")
    assert old in told
    (tmp_path / file).write_text(told.replace(old, new, 1), encoding="utf-8")
    folders = Folders(tmp_path / "kiosk.toml")
    load = phones.load if file == phones.FILE else document_numbers.load
    with pytest.raises(ConfigError) as wrong:
        load(folders)
    assert str(wrong.value).startswith(line)
