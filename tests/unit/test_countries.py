import subprocess
import sys

import pytest

from kiosk.countries import _NOT_IN_CLDR, code_name, country_name

_ISO = """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR
    BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG
    COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH
    FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY
    HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM
    KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL
    MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR
    NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU
    SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA
    TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB
    VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
"""
ISO = _ISO.split()
"""Every alpha-3 code of ISO 3166-1."""

_ICAO = """
    D EUE GBD GBN GBO GBP GBS RKS UNO UNA UNK XBA XIM XCC XCE XCO XEC XPO XES XMP XOM XDC XXA XXB
    XXC XXX UTO IAO ANT NTZ
"""
ICAO = _ICAO.split()
"""What ICAO Doc 9303-3 section 5 adds: issuers, people, the specimen state, and former codes."""


def test_all_of_iso_are_here() -> None:
    assert len(ISO) == len(set(ISO)) == 249


@pytest.mark.parametrize("code", [*ISO, *ICAO, "XKX"])
def test_every_code_has_a_name_in_both_languages(code: str) -> None:
    for language in ("en", "da"):
        name = code_name(code, language)
        assert name
        assert name == name.strip()


@pytest.mark.parametrize("code", [*ISO, *ICAO])
def test_the_app_lists_an_issuer_by_its_name_but_the_british_under_one(code: str) -> None:
    for language, kingdom in (("en", "United Kingdom"), ("da", "Storbritannien")):
        name = country_name(code, language)
        if code.startswith("XX"):
            assert name is None  # the nationality of people: no issuer
        elif code in ("GBR", "GBD", "GBN", "GBO", "GBP", "GBS"):
            assert name == kingdom
        else:
            assert name == code_name(code, language)


@pytest.mark.parametrize(
    ("code", "english", "danish"),
    [
        ("DNK", "Denmark", "Danmark"),
        ("D", "Germany", "Tyskland"),
        ("DEU", "Germany", "Tyskland"),
        ("GRL", "Greenland", "Grønland"),
        ("FRO", "Faroe Islands", "Færøerne"),
        ("RKS", "Kosovo", "Kosovo"),
        ("QAT", "Qatar", "Qatar"),
        ("EUE", "European Union", "Den Europæiske Union"),
        ("XXA", "Stateless person", "Statsløs person"),
        ("XCC", "Caribbean Community", "Det Caribiske Fællesskab"),
        ("XOM", "Sovereign Military Order of Malta", "Den Suveræne Malteserorden"),
        ("UTO", "Utopia (specimen)", "Utopia (prøvedokument)"),
    ],
)
def test_names_in_both_languages(code: str, english: str, danish: str) -> None:
    assert code_name(code, "en") == english
    assert code_name(code, "da") == danish


@pytest.mark.parametrize(
    "code", ["", "DK", "X", "ABC", "ZZZ", "XKK", "QUU", "AAA", "YUG", "dnk", "../", "DNKK"]
)
def test_codes_that_are_not_icaos(code: str) -> None:
    assert code_name(code, "en") is None
    assert country_name(code, "en") is None


def test_other_languages_and_forms_of_them() -> None:
    assert country_name("DNK", "da-DK") == "Danmark"
    assert country_name("DNK", "da_DK") == "Danmark"
    assert country_name("DNK", "de") == "Dänemark"
    assert country_name("UNO", "de") == "United Nations"
    assert country_name("DNK", "no such language") == "Denmark"


def test_the_additions_are_codes_with_two_names() -> None:
    for code, names in _NOT_IN_CLDR.items():
        assert code.isupper()
        assert len(code) in (1, 3)
        assert all(names)
        assert len(set(names)) == 2 or names[0] in ("Kosovo", "Interpol")


def test_babel_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, kiosk.countries; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
