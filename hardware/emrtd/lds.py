"""What stands in the files of a chip: the logical data structure (ICAO Doc 9303 part 10).

All functions take a whole file as it was read and raise `ChipError` (FILE_MALFORMED) where it is
not as it must be.
"""

from hardware.emrtd import security_infos, tlv
from hardware.emrtd.errors import ChipError
from hardware.emrtd.files import COM, GROUP_TAGS, File, group
from hardware.emrtd.security_infos import SecurityInfos
from hardware.mrz.parsing import MalformedCodeError, parse
from hardware.verdicts import ChipVerdict

_MRZ = 0x5F1F
_TAG_LIST = 0x5C
_WIDTHS = {88: 44, 72: 36, 90: 30}
"""Characters of a line by those of the whole code."""

_SEQUENCE = 0x30
_TEMPLATES, _TEMPLATE = 0x7F61, 0x7F60
_RECORDS = (0x5F2E, 0x7F2E)
_FACE = b"FAC\0"
_FACE_HEADER, _FACE_INFORMATION, _FEATURE_POINT, _IMAGE_INFORMATION = 14, 20, 8, 12
"""Bytes of the parts of a facial record (ISO/IEC 19794-5:2005 section 5)."""
_IMAGES = {
    b"\xff\xd8\xff": "jpeg",
    b"\0\0\0\x0cjP  \r\n\x87\n": "jp2",
    b"\xff\x4f\xff\x51": "jp2",  # a bare codestream
}
"""Kinds of pictures by their first bytes."""


def dg1(data: bytes) -> tuple[str, ...]:
    """The two or three lines of the machine-readable zone (section 4.7.1).

    Wrong check digits are none of its business.
    """
    raw = _find(_value(data, group(1)), _MRZ)
    width = _WIDTHS.get(len(raw or b""))
    if raw is None or width is None or not raw.isascii():
        raise ChipError(ChipVerdict.FILE_MALFORMED)
    text = raw.decode("ascii")
    lines = tuple(text[at : at + width] for at in range(0, len(text), width))
    try:
        parse(lines)
    except MalformedCodeError:
        # Not `from` it: its text holds a character of the code.
        raise ChipError(ChipVerdict.FILE_MALFORMED) from None
    return lines


def dg14(data: bytes) -> SecurityInfos:
    """What the chip offers to prove itself by (section 4.7.14)."""
    return security_infos.parse(_value(data, group(14)))


def dg15(data: bytes) -> bytes:
    """The public key of active authentication, a SubjectPublicKeyInfo (section 4.7.15)."""
    value = _value(data, group(15))
    try:
        key = tlv.first(value)
    except tlv.MalformedTlvError as malformed:
        raise ChipError(ChipVerdict.FILE_MALFORMED) from malformed
    if key.tag != _SEQUENCE:
        raise ChipError(ChipVerdict.FILE_MALFORMED)
    return value[: key.size]


def com(data: bytes) -> tuple[int, ...]:
    """The numbers of the data groups that there are, by a list that nobody signed (4.6.1)."""
    tags = _find(_value(data, COM), _TAG_LIST)
    if tags is None or not set(tags) <= set(GROUP_TAGS):
        raise ChipError(ChipVerdict.FILE_MALFORMED)
    return tuple(GROUP_TAGS.index(tag) + 1 for tag in tags)


def portrait(dg2: bytes) -> tuple[bytes, str]:
    """The first portrait of DG2, and whether it is a `jpeg` or a `jp2` (section 4.7.2).

    In a facial record of ISO/IEC 19794-5, or in the encoding of ISO/IEC 39794-5 that follows it.
    """
    templates = _find(_value(dg2, group(2)), _TEMPLATES)
    template = _find(templates or b"", _TEMPLATE) or b""
    for tag in _RECORDS:
        record = _find(template, tag)
        if record is not None:
            return _image(_first_image(record) if record.startswith(_FACE) else record)
    raise ChipError(ChipVerdict.FILE_MALFORMED)


def _find(data: bytes, tag: int) -> bytes | None:
    """As `tlv.find`, but what is not well-formed is a malformed file."""
    try:
        return tlv.find(data, tag)
    except tlv.MalformedTlvError as malformed:
        raise ChipError(ChipVerdict.FILE_MALFORMED) from malformed


def _value(data: bytes, file: File) -> bytes:
    value = _find(data, file.tag)
    if value is None:
        raise ChipError(ChipVerdict.FILE_MALFORMED)
    return value


def _first_image(record: bytes) -> bytes:
    face = record[_FACE_HEADER:]
    length, points = int.from_bytes(face[:4]), int.from_bytes(face[4:6])
    return face[_FACE_INFORMATION + points * _FEATURE_POINT + _IMAGE_INFORMATION : length]


def _image(data: bytes) -> tuple[bytes, str]:
    found = [(data.find(start), kind) for start, kind in _IMAGES.items() if start in data]
    if not found:
        raise ChipError(ChipVerdict.FILE_MALFORMED)
    at, kind = min(found)
    return data[at:], kind
