import subprocess
import sys

import pytest

from kiosk.countries import _NOT_IN_CLDR, country_name


@pytest.mark.parametrize(
    ("code", "english", "danish"),
    [
        ("DNK", "Denmark", "Danmark"),
        ("D", "Germany", "Tyskland"),
        ("DEU", "Germany", "Tyskland"),
        ("GRL", "Greenland", "Grønland"),
        ("FRO", "Faroe Islands", "Færøerne"),
        ("RKS", "Kosovo", "Kosovo"),
        ("EUE", "European Union", "Den Europæiske Union"),
        ("XXA", "Stateless person", "Statsløs person"),
        ("XCC", "Caribbean Community", "Det Caribiske Fællesskab"),
        ("UTO", "Utopia (specimen)", "Utopia (prøvedokument)"),
    ],
)
def test_names_in_both_languages(code: str, english: str, danish: str) -> None:
    assert country_name(code, "en") == english
    assert country_name(code, "da") == danish


@pytest.mark.parametrize("code", ["", "DK", "X", "ABC", "ZZZ", "XKK", "YUG", "dnk", "../", "DNKK"])
def test_codes_that_are_not_icaos(code: str) -> None:
    assert country_name(code, "en") is None


def test_every_member_of_the_nordic_and_baltic_neighbourhood_has_a_danish_name() -> None:
    codes = ["DNK", "FRO", "GRL", "SWE", "NOR", "FIN", "ISL", "ALA", "EST", "LVA", "LTU", "POL"]
    assert all(country_name(code, "da") for code in codes)


def test_other_languages_and_forms_of_them() -> None:
    assert country_name("DNK", "da-DK") == "Danmark"
    assert country_name("DNK", "da_DK") == "Danmark"
    assert country_name("DNK", "de") == "Dänemark"
    assert country_name("XXA", "de") == "Stateless person"
    assert country_name("DNK", "no such language") == "Denmark"


def test_the_additions_are_codes_with_two_names() -> None:
    for code, names in _NOT_IN_CLDR.items():
        assert code.isupper()
        assert len(code) in (1, 3)
        assert all(names)


def test_babel_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, kiosk.countries; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
