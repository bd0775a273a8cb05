"""Where each field stands in the formats of machine-readable zones.

Lines and positions count from 1 and both ends belong to the field, as in ICAO Doc 9303.
Every place of a format belongs to one field or one check digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FormatName = Literal["TD1", "TD2", "TD3", "MRV-A", "MRV-B", "FRA-ID"]
CheckName = Literal["number", "birth_date", "expiry_date", "optional", "composite"]


@dataclass(frozen=True)
class Span:
    """A run of characters in one line."""

    line: int
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many characters it has."""
        return self.end - self.start + 1

    def of(self, lines: Sequence[str]) -> str:
        """The characters that stand here."""
        return lines[self.line - 1][self.start - 1 : self.end]


@dataclass(frozen=True)
class Field(Span):
    """A run of characters that has a meaning."""

    name: str


@dataclass(frozen=True)
class CheckDigit:
    """One check digit: where it stands and what it is worked out from, in this order."""

    name: CheckName
    place: Span
    over: tuple[Span, ...]

    def text(self, lines: Sequence[str]) -> str:
        """The characters that the digit is worked out from."""
        return "".join(span.of(lines) for span in self.over)


@dataclass(frozen=True)
class Format:
    """One format: its size, its fields and its check digits."""

    name: FormatName
    lines: int
    width: int
    fields: tuple[Field, ...]
    check_digits: tuple[CheckDigit, ...]
    long_numbers: bool = False
    """A document number longer than its field goes on in the field `optional`."""

    def field(self, name: str) -> Field:
        """The field of that name; KeyError when the format has none."""
        return {field.name: field for field in self.fields}[name]


TD1 = Format(
    "TD1",
    lines=3,
    width=30,
    fields=(
        Field(1, 1, 2, "document_code"),
        Field(1, 3, 5, "issuer"),
        Field(1, 6, 14, "number"),
        Field(1, 16, 30, "optional"),
        Field(2, 1, 6, "birth_date"),
        Field(2, 8, 8, "sex"),
        Field(2, 9, 14, "expiry_date"),
        Field(2, 16, 18, "nationality"),
        Field(2, 19, 29, "optional_2"),
        Field(3, 1, 30, "name"),
    ),
    check_digits=(
        CheckDigit("number", Span(1, 15, 15), (Span(1, 6, 14),)),
        CheckDigit("birth_date", Span(2, 7, 7), (Span(2, 1, 6),)),
        CheckDigit("expiry_date", Span(2, 15, 15), (Span(2, 9, 14),)),
        CheckDigit(
            "composite",
            Span(2, 30, 30),
            (Span(1, 6, 30), Span(2, 1, 7), Span(2, 9, 15), Span(2, 19, 29)),
        ),
    ),
    long_numbers=True,
)
"""Cards of credit-card size: ICAO Doc 9303-5 section 4.2."""


def _two_lines(width: int, optional_end: int) -> tuple[Field, ...]:
    """The fields of a format of two lines: they differ in width and optional field alone."""
    return (
        Field(1, 1, 2, "document_code"),
        Field(1, 3, 5, "issuer"),
        Field(1, 6, width, "name"),
        Field(2, 1, 9, "number"),
        Field(2, 11, 13, "nationality"),
        Field(2, 14, 19, "birth_date"),
        Field(2, 21, 21, "sex"),
        Field(2, 22, 27, "expiry_date"),
        Field(2, 29, optional_end, "optional"),
    )


_NUMBER = CheckDigit("number", Span(2, 10, 10), (Span(2, 1, 9),))
_BIRTH_DATE = CheckDigit("birth_date", Span(2, 20, 20), (Span(2, 14, 19),))
_EXPIRY_DATE = CheckDigit("expiry_date", Span(2, 28, 28), (Span(2, 22, 27),))


def _composite(width: int) -> CheckDigit:
    return CheckDigit(
        "composite",
        Span(2, width, width),
        (Span(2, 1, 10), Span(2, 14, 20), Span(2, 22, width - 1)),
    )


TD2 = Format(
    "TD2",
    lines=2,
    width=36,
    fields=_two_lines(36, optional_end=35),
    check_digits=(_NUMBER, _BIRTH_DATE, _EXPIRY_DATE, _composite(36)),
    long_numbers=True,
)
"""Larger cards: ICAO Doc 9303-6 section 4.2."""

TD3 = Format(
    "TD3",
    lines=2,
    width=44,
    fields=_two_lines(44, optional_end=42),
    check_digits=(
        _NUMBER,
        _BIRTH_DATE,
        _EXPIRY_DATE,
        CheckDigit("optional", Span(2, 43, 43), (Span(2, 29, 42),)),
        _composite(44),
    ),
)
"""Passports: ICAO Doc 9303-4 section 4.2."""

MRV_A = Format(
    "MRV-A",
    lines=2,
    width=44,
    fields=_two_lines(44, optional_end=44),
    check_digits=(_NUMBER, _BIRTH_DATE, _EXPIRY_DATE),
)
"""Visas of a passport page's size: ICAO Doc 9303-7 section 4."""

MRV_B = Format(
    "MRV-B",
    lines=2,
    width=36,
    fields=_two_lines(36, optional_end=36),
    check_digits=(_NUMBER, _BIRTH_DATE, _EXPIRY_DATE),
)
"""Smaller visas: ICAO Doc 9303-7 section 5."""

FRA_ID = Format(
    "FRA-ID",
    lines=2,
    width=36,
    fields=(
        Field(1, 1, 2, "document_code"),
        Field(1, 3, 5, "issuer"),
        Field(1, 6, 30, "surname"),
        Field(1, 31, 36, "optional"),
        Field(2, 1, 12, "number"),
        Field(2, 14, 27, "given_names"),
        Field(2, 28, 33, "birth_date"),
        Field(2, 35, 35, "sex"),
    ),
    check_digits=(
        CheckDigit("number", Span(2, 13, 13), (Span(2, 1, 12),)),
        CheckDigit("birth_date", Span(2, 34, 34), (Span(2, 28, 33),)),
        CheckDigit("composite", Span(2, 36, 36), (Span(1, 1, 36), Span(2, 1, 35))),
    ),
)
"""The French identity card until 2021, older than ICAO's formats: valid for up to 15 years.

The number begins with year and month of issue (YYMM) and the department; `optional` is the office
that issued it. The code has no nationality and no date of expiry, and the card no chip.
"""

FORMATS: dict[FormatName, Format] = {
    layout.name: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B, FRA_ID)
}


def format_of(first_line: str, lines: int, width: int) -> Format:
    """The format of that size; KeyError when there is none.

    Visas and the older French card have the size of another format. They are told by how the
    first line starts: V, and IDFRA.
    """
    visa = first_line.startswith("V")
    if (lines, width) == (2, 44):
        return MRV_A if visa else TD3
    if (lines, width) == (2, 36):
        french = first_line.startswith("IDFRA")
        return MRV_B if visa else FRA_ID if french else TD2
    return {(3, 30): TD1}[lines, width]
