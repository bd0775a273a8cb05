"""Random codes of documents that do not exist, in every format, with the quirks of real ones."""

import string
from collections.abc import Sequence

import numpy as np

from hardware.mrz.formats import FORMATS, FormatName
from hardware.mrz.writing import write

ISSUERS = (
    "AFG", "ALB", "ARG", "ARM", "AUS", "AUT", "AZE", "BEL", "BGD", "BGR", "BIH", "BLR", "BRA",
    "CAN", "CHE", "CHL", "CHN", "CIV", "COL", "CYP", "CZE", "D", "DNK", "EGY", "ERI", "ESP",
    "EST", "ETH", "EUE", "FIN", "FRA", "FRO", "GBD", "GBR", "GEO", "GHA", "GRC", "GRL", "HKG",
    "HRV", "HUN", "IDN", "IND", "IRL", "IRN", "IRQ", "ISL", "ISR", "ITA", "JOR", "JPN", "KAZ",
    "KEN", "KOR", "KWT", "LBN", "LIE", "LKA", "LTU", "LUX", "LVA", "MAR", "MDA", "MEX", "MKD",
    "MLT", "MNE", "MYS", "NGA", "NLD", "NOR", "NPL", "NZL", "PAK", "PER", "PHL", "POL", "PRT",
    "QAT", "ROU", "RUS", "RKS", "SAU", "SDN", "SGP", "SOM", "SRB", "SVK", "SVN", "SWE", "SYR",
    "THA", "TUN", "TUR", "TWN", "UGA", "UKR", "UNO", "USA", "UTO", "UZB", "VEN", "VNM", "XOM",
    "XXA", "XXB", "YEM", "ZAF", "ZWE",
)  # fmt: skip
CODES: dict[FormatName, tuple[str, ...]] = {
    "TD1": ("I", "ID", "IR", "IA", "AC", "C", "C1", "A", "AR", "IP"),
    "TD2": ("I", "ID", "IR", "A", "C"),
    "TD3": ("P", "P", "P", "P", "PA", "PC", "PD", "PO", "PS", "PB", "PN"),
    "MRV-A": ("V", "VC", "VI", "VD"),
    "MRV-B": ("V", "VC", "VI", "VD"),
}
SYLLABLES = (
    "AN", "BER", "CHI", "DA", "EL", "FRI", "GO", "HAN", "IM", "JO", "KA", "LIS", "MO", "NI",
    "OL", "PE", "QUI", "RA", "SO", "TU", "UL", "VI", "WEN", "XI", "YA", "ZU", "KRI", "STO",
    "MAR", "BJO", "THO", "SEN", "ING", "KO", "WA", "SKI", "EV", "LU", "ZAK", "GU", "DIK", "OU",
    "AB", "DUL", "RAH", "MAN",
)  # fmt: skip


def random_code(
    rng: np.random.Generator, name: FormatName | None = None
) -> tuple[FormatName, tuple[str, ...]]:
    """A format and the lines of a document of that format, every check digit right."""
    if name is None:
        weights = {
            "TD3": 0.42,
            "TD1": 0.3,
            "TD2": 0.08,
            "MRV-A": 0.06,
            "MRV-B": 0.06,
            "FRA-ID": 0.08,
        }
        names = [known for known in weights if known in FORMATS]
        chances = np.array([weights[known] for known in names])
        name = names[rng.choice(len(names), p=chances / chances.sum())]
    return name, _french_card(rng) if name == "FRA-ID" else _code(rng, name)


def _code(rng: np.random.Generator, name: FormatName) -> tuple[str, ...]:
    layout = FORMATS[name]
    issuer = _pick(rng, ISSUERS)
    surname, given = _names(rng)
    optional = layout.field("optional")
    room = optional.end - optional.start + 1
    long_number = layout.long_numbers and rng.random() < 0.06
    code = _pick(rng, CODES[name])
    if name == "TD2" and code + issuer == "IDFRA":
        code = "I"  # IDFRA has a layout of its own
    return write(
        layout,
        document_code=code,
        issuer=issuer,
        surname=surname,
        given_names=given,
        number=_text(rng, int(rng.integers(10, 13)) if long_number else int(rng.integers(7, 10))),
        nationality=issuer if rng.random() < 0.8 else _pick(rng, ISSUERS),
        birth_date=_birth(rng),
        sex=_pick(rng, ("F", "M", "F", "M", "X", "")) or None,
        expiry_date=_date(rng, 15, 40),
        optional=""
        if long_number or rng.random() < 0.5
        else _text(rng, int(rng.integers(1, room))),
        optional_2=_text(rng, int(rng.integers(1, 11)))
        if name == "TD1" and rng.random() < 0.3
        else "",
    )


def _french_card(rng: np.random.Generator) -> tuple[str, ...]:
    surname, given = _names(rng)
    digits = string.digits
    return write(
        FORMATS["FRA-ID"],
        document_code="ID",
        issuer="FRA",
        surname=surname,
        given_names=given,
        number=_from(rng, digits, 12),
        nationality="",
        birth_date=_date(rng, 30, 99),
        sex=_pick(rng, ("F", "M")),
        expiry_date="",
        optional=_from(rng, digits, 6),
    )


def _names(rng: np.random.Generator) -> tuple[str, str]:
    surname = " ".join(_word(rng) for _ in range(1 + (rng.random() < 0.2)))
    given = " ".join(
        _word(rng) for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.03, 0.5, 0.37, 0.1])))
    )
    return surname, given


def _word(rng: np.random.Generator) -> str:
    if rng.random() < 0.25:  # letters as they come, so that no language is learned by heart
        return _from(rng, string.ascii_uppercase, int(rng.integers(2, 12)))
    return "".join(_pick(rng, SYLLABLES) for _ in range(int(rng.integers(1, 5))))


def _text(rng: np.random.Generator, length: int) -> str:
    """A number as issuers make them: digits, or letters and digits."""
    if rng.random() < 0.45:
        return _from(rng, string.digits, length)
    if rng.random() < 0.5:
        letters = int(rng.integers(1, 3))
        return _from(rng, string.ascii_uppercase, min(letters, length)) + _from(
            rng, string.digits, max(0, length - letters)
        )
    return _from(rng, string.ascii_uppercase + string.digits, length)


def _birth(rng: np.random.Generator) -> str:
    date = _date(rng, 0, 99)
    if rng.random() < 0.03:
        return date[:2] + "<<<<"
    return date


def _date(rng: np.random.Generator, first: int, last: int) -> str:
    year, month = int(rng.integers(first, last + 1)) % 100, int(rng.integers(1, 13))
    return f"{year:02}{month:02}{int(rng.integers(1, 29)):02}"


def _from(rng: np.random.Generator, alphabet: str, length: int) -> str:
    return "".join(alphabet[i] for i in rng.integers(0, len(alphabet), length))


def _pick(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.integers(0, len(choices)))]
