"""The names of issuers and nationalities, and the country that the app lists for an issuer."""

import re

_NOT_IN_CLDR: dict[str, tuple[str, str]] = {
    # States and territories that ICAO writes otherwise than ISO 3166
    "D": ("Germany", "Tyskland"),
    "RKS": ("Kosovo", "Kosovo"),
    "XKX": ("Kosovo", "Kosovo"),
    "GBD": (
        "United Kingdom (British Overseas Territories citizen)",
        "Storbritannien (borger i de britiske oversøiske territorier)",
    ),
    "GBN": (
        "United Kingdom (British National, Overseas)",
        "Storbritannien (britisk statsborger, oversøisk)",
    ),
    "GBO": (
        "United Kingdom (British Overseas citizen)",
        "Storbritannien (britisk oversøisk borger)",
    ),
    "GBP": (
        "United Kingdom (British protected person)",
        "Storbritannien (britisk beskyttet person)",
    ),
    "GBS": ("United Kingdom (British subject)", "Storbritannien (britisk undersåt)"),
    "UTO": ("Utopia (specimen)", "Utopia (prøvedokument)"),
    # Former ones that old documents still carry
    "ANT": ("Netherlands Antilles", "De Nederlandske Antiller"),
    "NTZ": ("Neutral Zone", "Den neutrale zone"),
    # Organisations
    "EUE": ("European Union", "Den Europæiske Union"),
    "IAO": (
        "International Civil Aviation Organization",
        "Organisationen for International Civil Luftfart",
    ),
    "UNO": ("United Nations", "De Forenede Nationer"),
    "UNA": (
        "Specialised agency of the United Nations",
        "Særorganisation under De Forenede Nationer",
    ),
    "UNK": (
        "Kosovo (United Nations mission)",
        "Kosovo (De Forenede Nationers mission)",
    ),
    "XBA": ("African Development Bank", "Den Afrikanske Udviklingsbank"),
    "XCC": ("Caribbean Community", "Det Caribiske Fællesskab"),
    "XCE": ("Council of Europe", "Europarådet"),
    "XCO": (
        "Common Market for Eastern and Southern Africa",
        "Fællesmarkedet for Det Østlige og Sydlige Afrika",
    ),
    "XDC": (
        "Southern African Development Community",
        "Det Sydlige Afrikas Udviklingsfællesskab",
    ),
    "XEC": (
        "Economic Community of West African States",
        "Det Økonomiske Fællesskab af Vestafrikanske Stater",
    ),
    "XES": (
        "Organisation of Eastern Caribbean States",
        "Organisationen af Østcaribiske Stater",
    ),
    "XIM": ("African Export-Import Bank", "Den Afrikanske Eksport-Import-Bank"),
    "XMP": (
        "Parliamentary Assembly of the Mediterranean",
        "Den Parlamentariske Forsamling for Middelhavet",
    ),
    "XOM": ("Sovereign Military Order of Malta", "Den Suveræne Malteserorden"),
    "XPO": ("Interpol", "Interpol"),
    # Nationalities of people who have none
    "XXA": ("Stateless person", "Statsløs person"),
    "XXB": ("Refugee (1951 Convention)", "Flygtning (1951-konventionen)"),
    "XXC": ("Refugee (other)", "Flygtning (anden)"),
    "XXX": ("Unspecified nationality", "Uoplyst nationalitet"),
}
"""English and Danish names, by code."""

_USER_ASSIGNED = re.compile("AAA|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZZ")
"""Codes that ISO 3166 leaves to users; what CLDR makes of them is not ICAO's meaning."""

_LISTED_AS = dict.fromkeys(("GBD", "GBN", "GBO", "GBP", "GBS"), "GBR")
"""Issuers that are found in a list of countries under another code: all kinds of British ones."""

_NO_ISSUERS = frozenset({"XXA", "XXB", "XXC", "XXX"})
"""Codes for people's nationality: they do not say which state issued a document."""


def country_name(issuer: str, language: str) -> str | None:
    """The country to choose in the app for a document of this issuer, in a language, such as "da".

    None where the code names no issuer, or is not known: then the person chooses without help.
    """
    if issuer in _NO_ISSUERS:
        return None
    return code_name(_LISTED_AS.get(issuer, issuer), language)


def code_name(code: str, language: str) -> str | None:
    """What a code for an issuer or a nationality (one or three letters) means, in a language.

    A name that CLDR does not have is given in English in languages other than Danish. None for
    a code that is not known. ICAO Doc 9303-3 section 5.
    """
    # Babel takes long to import and is not needed before the first document.
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    try:
        locale = Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    if code in _NOT_IN_CLDR:
        english, danish = _NOT_IN_CLDR[code]
        return danish if locale.language == "da" else english
    if len(code) != 3 or _USER_ASSIGNED.fullmatch(code):
        return None
    territories = get_global("territory_aliases").get(code, ())
    # Several stand for a state that broke up: none of them is the issuer.
    return locale.territories.get(territories[0]) if len(territories) == 1 else None
