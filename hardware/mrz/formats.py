"""Where each field stands in the five formats of machine-readable zones.

Lines and positions count from 1 and both ends belong to the field, as in ICAO Doc 9303.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FormatName = Literal["TD1", "TD2", "TD3", "MRV-A", "MRV-B"]
CheckName = Literal["number", "birth_date", "expiry_date", "optional", "composite"]


@dataclass(frozen=True)
class Span:
    """A run of characters in one line."""

    line: int
    start: int
    end: int

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

FORMATS: dict[FormatName, Format] = {
    layout.name: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B)
}


def format_of(first_letter: str, lines: int, width: int) -> Format:
    """The format of that size; KeyError when there is none.

    Visas have the size of another format and are told by their first letter, V.
    """
    visa = first_letter == "V"
    if (lines, width) == (2, 44):
        return MRV_A if visa else TD3
    if (lines, width) == (2, 36):
        return MRV_B if visa else TD2
    return {(3, 30): TD1}[lines, width]
