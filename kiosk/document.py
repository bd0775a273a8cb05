"""`kiosk document parse`: from the lines of a machine-readable zone to its fields."""

import re
from collections.abc import Mapping
from datetime import date

from hardware.mrz import dates
from hardware.mrz.formats import CheckName
from hardware.mrz.parsing import MalformedCodeError, parse

LONGEST = 10_000
"""No input longer than this many characters is looked at; a code has at most 90."""

_LABELS = {
    "format": "Format",
    "document_code": "Document code",
    "issuer": "Issuer",
    "surname": "Surname",
    "given_names": "Given names",
    "number": "Number",
    "nationality": "Nationality",
    "birth_date": "Date of birth",
    "sex": "Sex",
    "expiry_date": "Date of expiry",
    "optional": "Optional data",
}


class BadInputError(ValueError):
    """The input is no code; the text is one line that says why."""


def text_of(data: bytes) -> str:
    """The text of these bytes, from a file or a pipe; `BadInputError` when it is none."""
    if len(data) > LONGEST:
        raise BadInputError(_too_long())
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError("the input is not text") from error


def parse_text(text: str, today: date | None = None) -> dict[str, object]:
    """The fields and check digits of the code in a text of two or three lines.

    Keys: format, document_code, issuer, surname, given_names, number, nationality, birth_date,
    sex, expiry_date, optional, checks, valid. Dates are ISO 8601, or None where a part is not
    known; sex is None where unspecified; `checks` holds "passed" or "failed" for each check digit
    that the format has. Empty lines do not count. `today` decides the century of dates. Raises
    `BadInputError`.
    """
    if len(text) > LONGEST:
        raise BadInputError(_too_long())
    if "\0" in text:
        raise BadInputError("the input is not text")
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    if not lines:
        raise BadInputError("the input is empty; a code has 2 or 3 lines")
    try:
        document = parse(lines)
    except MalformedCodeError as error:
        raise BadInputError(error.problem) from error
    today = today or date.today()
    return {
        "format": document.format,
        "document_code": document.document_code,
        "issuer": document.issuer,
        "surname": document.surname,
        "given_names": document.given_names,
        "number": document.number,
        "nationality": document.nationality,
        "birth_date": _iso(dates.birth_date(document.birth_date, today)),
        "sex": document.sex,
        "expiry_date": _iso(dates.expiry_date(document.expiry_date, today)),
        "optional": " ".join(filter(None, (document.optional, document.optional_2))),
        "checks": as_checks(document.checks),
        "valid": document.valid,
    }


def as_checks(checks: Mapping[CheckName, bool]) -> dict[str, str]:
    """Each check digit's outcome in words: "passed" or "failed"."""
    return {name: "passed" if right else "failed" for name, right in checks.items()}


def as_text(parsed: dict[str, object]) -> str:
    """What `parse_text` gave, one field a line, for people to read."""
    rows = [(label, parsed[key] or "–") for key, label in _LABELS.items()]
    checks = parsed["checks"]
    assert isinstance(checks, dict)
    rows += [
        (f"Check digit, {name.replace('_', ' ')}", outcome) for name, outcome in checks.items()
    ]
    rows.append(("Valid", "yes" if parsed["valid"] else "no"))
    width = max(len(label) for label, _ in rows)
    return "\n".join(f"{label:{width}}  {value}" for label, value in rows)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _too_long() -> str:
    return f"the input is longer than {LONGEST:,} characters"
