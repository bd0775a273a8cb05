"""What opens a chip: the key that is printed on the document.

ICAO Doc 9303 part 11 sections 4.3.2 (BAC) and 4.4.4.1 (PACE).
"""

import hashlib
from dataclasses import dataclass

from hardware.mrz.check_digits import ALPHABET, FILLER, check_digit
from hardware.mrz.parsing import Document

_NUMBER_ROOM = 9


class BadKeyError(ValueError):
    """What was given cannot be a key; the text says which part, and holds nothing of it."""


@dataclass(frozen=True, repr=False)
class MrzKey:
    """The key from the machine-readable zone. Personal: it has no repr."""

    information: str
    """Number, date of birth and date of expiry, each with its check digit."""

    @classmethod
    def of(cls, number: str, birth: str, expiry: str) -> "MrzKey":
        """From a document number of any length and two dates as YYMMDD; raises `BadKeyError`."""
        number = number.strip().upper().ljust(_NUMBER_ROOM, FILLER)
        if len(number) > 22 or not number.strip(FILLER) or not set(number) <= set(ALPHABET):
            raise BadKeyError("the number is not one: A to Z, 0 to 9, 22 characters at most")
        for name, date in (("birth", birth), ("expiry", expiry)):
            if len(date) != 6 or not set(date) <= set("0123456789<"):
                raise BadKeyError(f"the date of {name} is not of the form YYMMDD")
        return cls("".join(part + check_digit(part) for part in (number, birth, expiry)))

    @classmethod
    def of_document(cls, document: Document) -> "MrzKey":
        """From the code of a document; raises `BadKeyError` where it lacks what makes a key."""
        return cls.of(document.number, document.birth_date, document.expiry_date)

    @property
    def seed(self) -> bytes:
        """SHA-1 of it, 20 bytes: K of PACE; the first 16 are the seed of BAC."""
        return hashlib.sha1(self.information.encode(), usedforsecurity=False).digest()


@dataclass(frozen=True, repr=False)
class CanKey:
    """The card access number that is printed on a card's front. It opens PACE alone."""

    digits: str

    @classmethod
    def of(cls, digits: str) -> "CanKey":
        """From its digits; raises `BadKeyError`."""
        digits = digits.strip()
        if not (4 <= len(digits) <= 16 and digits.isascii() and digits.isdigit()):
            raise BadKeyError("the card access number is not one: it has digits only, mostly 6")
        return cls(digits)

    @property
    def seed(self) -> bytes:
        """Its digits as bytes."""
        return self.digits.encode()


AccessKey = MrzKey | CanKey
