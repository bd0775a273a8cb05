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
    nationality: str,
    birth_date: str,
    expiry_date: str,
    given_names: str = "",
    sex: str | None = None,
    optional: str = "",
    optional_2: str = "",
) -> tuple[str, ...]:
    """The lines of a document, with every check digit worked out.

    Fields are those of `hardware.mrz.parsing.Document`: dates as YYMMDD, spaces become fillers,
    a name too long is cut off at its field's end, a number too long goes on in `optional` where
    the format has that. Raises ValueError, naming the field, for what does not fit or may not
    stand there. ICAO Doc 9303-3 section 4 and parts 4 to 7.
    """
    fields = {
        "document_code": document_code,
        "issuer": issuer,
        "name": f"{surname}  {given_names}".rstrip(),
        "number": number,
        "nationality": nationality,
        "birth_date": birth_date,
        "sex": sex or FILLER,
        "expiry_date": expiry_date,
        "optional": optional,
    }
    if optional_2:
        fields["optional_2"] = optional_2
    name, number_field = layout.field("name"), layout.field("number")
    fields["name"] = fields["name"][: name.end - name.start + 1]
    room = number_field.end - number_field.start + 1
    long_number = layout.long_numbers and len(number) > room
    if long_number:
        fields["number"], fields["optional"] = long_numbers.split(number, room)
        fields["optional"] += optional

    rows = [[FILLER] * layout.width for _ in range(layout.lines)]
    for field_name, value in fields.items():
        field = layout.field(field_name)
        value = value.replace(" ", FILLER)
        if len(value) > field.end - field.start + 1 or not set(value) <= set(ALPHABET):
            raise ValueError(f"the field '{field_name}' does not fit {layout.name}")
        rows[field.line - 1][field.start - 1 : field.start - 1 + len(value)] = value
    for digit in layout.check_digits:  # the composite is last: it covers the others
        if digit.name == "number" and long_number:
            continue
        lines = ["".join(row) for row in rows]
        rows[digit.place.line - 1][digit.place.start - 1] = check_digit(digit.text(lines))
    return tuple("".join(row) for row in rows)
