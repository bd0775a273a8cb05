"""From the fields of a document to its machine-readable zone, for specimens and tests."""

from hardware.mrz import long_numbers
from hardware.mrz.check_digits import ALPHABET, FILLER, check_digit
from hardware.mrz.formats import Format


def write(
    layout: Format,
    *,
    document_code: str,
    issuer: str,
    surname: str,
    number: str,
    birth_date: str,
    nationality: str = "",
    expiry_date: str = "",
    given_names: str = "",
    sex: str | None = None,
    optional: str = "",
    optional_2: str = "",
) -> tuple[str, ...]:
    """The lines of a document, with every check digit worked out.

    Fields are those of `hardware.mrz.parsing.Document`: dates as YYMMDD, spaces become fillers, as
    does what is empty. A name too long is cut off at its field's end, a number too long goes on in
    `optional` where the format has that. Raises ValueError, naming the field, for what does not
    fit, may not stand there, or has no place in the format. ICAO Doc 9303-3 section 4 and parts 4
    to 7; `hardware.mrz.formats` for the French card.
    """
    places = {field.name: field for field in layout.fields}
    if "name" in places:
        names = {"name": f"{surname}  {given_names}".rstrip()}
    else:
        names = {"surname": surname, "given_names": given_names}
    texts = {name: text[: places[name].size] for name, text in names.items()} | {
        "document_code": document_code,
        "issuer": issuer,
        "number": number,
        "nationality": nationality,
        "birth_date": birth_date,
        "sex": sex or FILLER,
        "expiry_date": expiry_date,
        "optional": optional,
        "optional_2": optional_2,
    }
    room = places["number"].size
    long_number = layout.long_numbers and len(number) > room
    if long_number:
        texts["number"], rest = long_numbers.split(number, room)
        texts["optional"] = rest + optional

    rows = [[FILLER] * layout.width for _ in range(layout.lines)]
    for name, text in texts.items():
        if not text:
            continue
        text = text.replace(" ", FILLER)
        place = places.get(name)
        if place is None or len(text) > place.size or not set(text) <= set(ALPHABET):
            raise ValueError(f"the field '{name}' does not fit {layout.name}")
        rows[place.line - 1][place.start - 1 : place.start - 1 + len(text)] = text
    for digit in layout.check_digits:  # the composite is last: it covers the others
        if digit.name == "number" and long_number:
            continue
        lines = ["".join(row) for row in rows]
        rows[digit.place.line - 1][digit.place.start - 1] = check_digit(digit.text(lines))
    return tuple("".join(row) for row in rows)
