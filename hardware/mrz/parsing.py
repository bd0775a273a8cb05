"""From the lines of a machine-readable zone to its fields."""

from collections.abc import Sequence
from dataclasses import dataclass

from hardware.mrz import long_numbers
from hardware.mrz.check_digits import ALPHABET, FILLER, check_digit
from hardware.mrz.formats import CheckName, Format, FormatName, format_of


class MalformedCodeError(ValueError):
    """The lines are no machine-readable zone: where that shows first, and one line saying why.

    `line` and `position` count from 1. The text holds at most the one character that is wrong.
    """

    def __init__(self, line: int, position: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.position = position
        self.problem = problem


@dataclass(frozen=True, repr=False)
class Document:
    """What a machine-readable zone says. Personal: it has no repr, so that no log can hold it.

    Fillers at the end of a field are gone; inside a name they are spaces, elsewhere they stay. What
    the format has no field for is empty.
    """

    format: FormatName
    document_code: str
    issuer: str
    surname: str
    given_names: str
    number: str
    nationality: str
    birth_date: str
    """YYMMDD, "<" where a part is not known."""
    sex: str | None
    """"F", "M" or what else stands there; None for unspecified."""
    expiry_date: str
    """YYMMDD, "<" where a part is not known; empty in FRA-ID, which has none."""
    optional: str
    optional_2: str
    """The second optional field, which TD1 alone has."""
    checks: dict[CheckName, bool]
    """Every check digit of the format, and whether it is right."""

    @property
    def valid(self) -> bool:
        """Whether every check digit is right."""
        return all(self.checks.values())


def parse(lines: Sequence[str]) -> Document:
    """The document of these two or three lines; white space around a line does not matter.

    Raises `MalformedCodeError` for a wrong number of lines, a wrong length or a wrong character
    (small letters are wrong). A wrong check digit is no error: it is reported in `checks`.
    ICAO Doc 9303-3 section 4 and parts 4 to 7; `hardware.mrz.formats` for the French card.
    """
    lines = [line.strip() for line in lines]
    layout = _layout(lines)
    fields = {field.name: field.of(lines) for field in layout.fields}
    checks = {digit.name: _passes(digit.name, digit.text(lines), digit.place.of(lines))
              for digit in layout.check_digits}  # fmt: skip

    number, optional = fields["number"], fields["optional"]
    number_digit = next(digit for digit in layout.check_digits if digit.name == "number")
    if layout.long_numbers and number_digit.place.of(lines) == FILLER:
        joined = long_numbers.join(number, optional)
        if joined is not None:
            number, optional, checks["number"] = joined

    if "name" in fields:
        surname, _, given_names = fields["name"].rstrip(FILLER).partition(FILLER * 2)
    else:
        surname, given_names = fields["surname"], fields["given_names"]
    return Document(
        format=layout.name,
        document_code=fields["document_code"].rstrip(FILLER),
        issuer=fields["issuer"].rstrip(FILLER),
        surname=_spaced(surname),
        given_names=_spaced(given_names),
        number=number.rstrip(FILLER),
        nationality=fields.get("nationality", "").rstrip(FILLER),
        birth_date=fields["birth_date"],
        sex=None if fields["sex"] == FILLER else fields["sex"],
        expiry_date=fields.get("expiry_date", ""),
        optional=optional.rstrip(FILLER),
        optional_2=fields.get("optional_2", "").rstrip(FILLER),
        checks=checks,
    )


def _layout(lines: Sequence[str]) -> Format:
    """The format of the lines, every length and character looked at."""
    if len(lines) not in (2, 3):
        count = "is 1 line" if len(lines) == 1 else f"are {len(lines)} lines"
        at = 4 if len(lines) > 3 else len(lines) + 1
        raise MalformedCodeError(at, 1, f"there {count}; a code has 2 or 3")
    if [len(line) for line in lines] == [30, 30]:
        raise MalformedCodeError(
            3, 1, "line 3 is missing: a code with lines of 30 characters has 3"
        )
    width = _intended_width(lines)
    for i, line in enumerate(lines, start=1):
        if len(line) != width:
            at = min(len(line), width) + 1
            problem = f"it has {len(line)} characters, not {width}"
            raise MalformedCodeError(i, at, f"line {i}, position {at}: {problem}")
        for position, character in enumerate(line, start=1):
            if character not in ALPHABET:
                problem = f"{character!r} is not allowed; A to Z, 0 to 9 and < are"
                raise MalformedCodeError(i, position, f"line {i}, position {position}: {problem}")
    return format_of(lines[0], len(lines), width)


def _intended_width(lines: Sequence[str]) -> int:
    """How many characters the lines were meant to have, judged by the one nearest to right."""
    widths = (30,) if len(lines) == 3 else (44, 36)
    return min(widths, key=lambda width: min(abs(len(line) - width) for line in lines))


def _passes(name: CheckName, text: str, digit: str) -> bool:
    if name == "optional" and digit == FILLER:
        # The issuer may leave out the check digit of an empty field (ICAO Doc 9303-4, 4.2.2.2).
        return not text.strip(FILLER)
    if name in ("birth_date", "expiry_date") and not text.replace(FILLER, "0").isdigit():
        return False  # a letter in a date is misread, even where the sum comes out right
    return digit == check_digit(text)


def _spaced(name: str) -> str:
    return " ".join(name.replace(FILLER, " ").split())
