"""The files of a chip, and reading them in as few commands as the chip allows.

ICAO Doc 9303 part 10 section 3.6 (commands) and 3.9 to 4 (files); ISO/IEC 7816-4 section 11.3.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.chip_link import LinkError
from hardware.emrtd import tlv
from hardware.emrtd.apdu import EXTENDED, SHORT, Command, Response
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import Suite
from hardware.emrtd.errors import ChipError
from hardware.verdicts import ChipVerdict


@dataclass(frozen=True)
class File:
    """One file: its identifier, its short one, and the tag of the one object that it holds."""

    id: int
    sfi: int
    tag: int
    usual_size: int = SHORT
    """Bytes that the first command may ask for without going beyond the end of most such files."""


CARD_ACCESS = File(0x011C, 0x1C, 0x31)
CARD_SECURITY = File(0x011D, 0x1D, 0x30)
"""In the master file, as `CARD_ACCESS`; `SOD` has the same identifier in the application."""
COM = File(0x011E, 0x1E, 0x60)
SOD = File(0x011D, 0x1D, 0x77)

GROUP_TAGS = (
    *(0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68),
    *(0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70),
)
"""The tags of the data groups 1 to 16 (part 10 table 38)."""
_USUAL_SIZES = {1: 93}
"""DG1 of a booklet has 93 bytes; of a card 95."""


def group(number: int) -> File:
    """The file of a data group, 1 to 16."""
    return File(0x0100 + number, number, GROUP_TAGS[number - 1], _USUAL_SIZES.get(number, SHORT))


LARGEST = 64 * 1024
"""Bytes: no file of a travel document is larger, and nothing larger is read."""
HEADER = 4
"""Bytes that tell how long a file is: a tag of one byte, and a length of up to three."""
SIZES = (0xDF, 0xC0, 0xA0, 0x80)
"""What is asked for at once by and by where a chip refuses more."""
LAST_SHORT_OFFSET = 0x7FFF
"""READ BINARY with an even instruction has 15 bits for the offset."""

_SELECT, _READ, _READ_FAR = 0xA4, 0xB0, 0xB1
_OFFSET, _CONTENT = 0x54, 0x53
_END = 0x6282
"""The file ended before so many bytes; those that there are come with it."""
_DENIED = {0x6982, 0x6985}
_BROKEN = {0x6987, 0x6988}
"""The chip makes nothing of our protection."""
_TOO_MUCH = {0x6700, 0x6B00, _END, 0x6281, 0x6F00}

ATR_INFO = 0x2F01
"""EF.ATR/INFO, in the master file: a row of objects, not one."""
_EXTENDED_LENGTH, _LIMITS_IN_FILE = 0x40, 0x20
_CAPABILITIES = 7
"""The compact tag of the card capabilities."""
_LIMITS = 0x7F66


def room(response: int, suite: Suite | None) -> int:
    """How many bytes of a file fit into so many of a response, status word not counted.

    Under secure messaging an object with the status (4 bytes) and one with the MAC (10) come with
    them, and padding to whole blocks: of 256 bytes 231 are left with 3DES and 223 with AES.
    """
    if suite is None:
        return response
    left = response - 4 - 10
    length = 2 if left <= 258 else 3
    return (left - 1 - length - 1) // suite.block_size * suite.block_size - 1


def largest_response(channel: Channel) -> int:
    """Bytes of the longest response that both card and reader announce, status word included.

    To be asked before an application is selected. It costs two commands where the card says that
    its limits are in EF.ATR/INFO (ISO/IEC 7816-4 section 12.7.1), else none. Raises `LinkError`.
    """
    reader = channel.abilities.largest_response
    flags = _length_flags(channel.abilities.historical_bytes)
    if reader <= SHORT + 2 or not flags & _EXTENDED_LENGTH:
        return min(reader, SHORT + 2)
    if flags & _LIMITS_IN_FILE:
        select = Command(0, _SELECT, 0x02, 0x0C, ATR_INFO.to_bytes(2))
        if not channel.send(select).ok:
            return SHORT + 2
        return max(SHORT + 2, min(reader, _limit(channel.send(_read(0, SHORT)).data)))
    return reader


def _length_flags(historical_bytes: bytes) -> int:
    """The third byte of the card capabilities (ISO/IEC 7816-4 section 12.1.1.9), 0 without."""
    if not historical_bytes or historical_bytes[0] not in (0x00, 0x80):
        return 0
    end = -3 if historical_bytes[0] == 0 else None  # 00: a status ends them
    objects = historical_bytes[1:end]
    while objects:
        tag, size = objects[0] >> 4, objects[0] & 0x0F
        if tag == _CAPABILITIES and size == 3 and len(objects) > 3:
            return objects[3]
        objects = objects[1 + size :]
    return 0


def _limit(atr_info: bytes) -> int:
    """The second number of the extended length information in EF.ATR/INFO, 0 without."""
    try:
        limits = tlv.find(atr_info, _LIMITS)
        if limits is not None:
            _, response = (int.from_bytes(item.value) for item in tlv.each(limits))
            return min(response, EXTENDED + 2)
    except ValueError:
        pass  # what is no such list announces nothing
    return 0


class FileReader:
    """Reads files over one channel at a time.

    What was read of a file is kept, so that over a new channel (`use`), after the document was
    taken away, reading goes on where it was; what the chip refused is not asked of it again. Only
    the same key opens the chip, so it is the same document. `progress` is told the bytes that are
    there and the whole, of the file that is being read. `extended`: bytes of the longest response,
    as `largest_response` finds it.
    """

    def __init__(
        self,
        channel: Channel,
        progress: Callable[[int, int], None] = lambda there, whole: None,
        *,
        extended: int = SHORT + 2,
    ) -> None:
        self._channel = channel
        self._progress = progress
        self._kept: dict[File, bytes] = {}
        self._extended = extended - 2
        self._most = SHORT
        self._header_first = False
        self._by_short_id = True
        self.asks_less = False
        """Whether a chip broke off its session when it was asked for so much: the session is gone,
        but another one, with this reader, will ask for less. Whoever tries again sets it back."""

    def use(self, channel: Channel) -> None:
        """Go on over this channel."""
        self._channel = channel

    def read(self, file: File, *, select: bool = False) -> bytes:
        """The whole file, `LARGEST` bytes at most.

        `select`: by its identifier, as outside of the passport application. Raises `ChipError`
        (FILE_MISSING, FILE_DENIED, FILE_MALFORMED, MESSAGING_BROKEN) and `LinkError`.
        """
        there = self._kept.get(file, b"")
        if there and len(there) >= _size(file, there):
            return there
        start = self._start(file, HEADER if there else file.usual_size, select)
        if not there.startswith(start):
            there = start
        whole = _size(file, there)
        self._keep(file, there, whole)
        while len(there) < whole:
            there += self._part(len(there), whole - len(there))
            self._keep(file, there, whole)
        return there[:whole]

    def _keep(self, file: File, there: bytes, whole: int) -> None:
        self._kept[file] = there[:whole]
        self._progress(min(len(there), whole), whole)

    def _start(self, file: File, wanted: int, select: bool) -> bytes:
        """The first bytes of the file, which is the current one from then on."""
        by_short_id = self._by_short_id and not select
        if by_short_id:
            answer = self._look(0x80 | file.sfi, wanted)
            if _has_data(answer):
                return answer.data
            _raise_if_denied(answer)
        answer = self._send(Command(0, _SELECT, 0x02, 0x0C, file.id.to_bytes(2)))
        _raise_if_denied(answer)
        if not answer.ok:
            raise ChipError(ChipVerdict.FILE_MISSING)
        data = _data(self._look(0, wanted))
        if by_short_id:
            self._by_short_id = False  # the file is there: the chip knows no short identifiers
        return data

    def _look(self, where: int, wanted: int) -> Response:
        """The answer to the first command for a file; `where` is P1.

        It asks for more than the file may have, to get all of a small one at once. A chip that
        refuses that is asked for the header first, and so from then on.
        """
        asked = HEADER if self._header_first else min(wanted, self._room(), self._most)
        answer = self._send(Command(0, _READ, where, 0, ne=asked))
        if _told_size(answer) in range(HEADER, asked):
            answer = self._send(Command(0, _READ, where, 0, ne=_told_size(answer)))
        if asked > HEADER and _refuses_size(answer):
            answer = self._send(Command(0, _READ, where, 0, ne=HEADER))
            self._header_first = _has_data(answer)
        return answer

    def _part(self, offset: int, wanted: int) -> bytes:
        """Some bytes from this offset, as many of those wanted as the chip gives at once."""
        most = room(self._extended, self._suite())
        if self._extended > SHORT and wanted > self._room():
            answer = self._send(_read(offset, wanted, most))
            if _has_data(answer):
                return _content(answer, offset)
            self._ask_less(SHORT + 1)
        while True:
            command = _read(offset, wanted, min(self._room(), self._most))
            answer = self._send(command)
            if not _refuses_size(answer) or command.ne <= SIZES[-1]:
                return _content(answer, offset)
            told = _told_size(answer)
            if SIZES[-1] <= told < command.ne:
                self._most = told
            else:
                self._ask_less(command.ne)

    def _send(self, command: Command) -> Response:
        try:
            return self._channel.send(command)
        except LinkError:
            if command.ne > SHORT:  # perhaps the link could not carry it
                self._ask_less(command.ne)
            raise
        except ChipError:
            # Some chips refuse a length without protection, which ends the session.
            if command.ne > SIZES[-1]:
                self._ask_less(command.ne)
                self._header_first = self.asks_less = True
            raise

    def _ask_less(self, refused: int) -> None:
        """From now on ask for less than this at once: a chip that refused goes on doing so."""
        if refused > SHORT:
            self._extended = SHORT
        else:
            self._most = next((size for size in SIZES if size < refused), SIZES[-1])

    def _room(self) -> int:
        return room(SHORT, self._suite())

    def _suite(self) -> Suite | None:
        protection = self._channel.protection
        return protection.suite if protection else None


def _size(file: File, there: bytes) -> int:
    """How long the file is, by its first bytes."""
    try:
        tag, length, head = tlv.header(there)
    except tlv.MalformedTlvError as malformed:
        raise ChipError(ChipVerdict.FILE_MALFORMED) from malformed
    if tag != file.tag or head + length > LARGEST:
        raise ChipError(ChipVerdict.FILE_MALFORMED)
    return head + length


def _read(offset: int, wanted: int, most: int = SHORT) -> Command:
    """READ BINARY with an answer of `most` bytes at most; far into a file the odd instruction.

    That one's offset and answer are objects; the answer's tag and length come on top.
    """
    if offset <= LAST_SHORT_OFFSET:
        return Command(0, _READ, offset >> 8, offset & 0xFF, ne=min(wanted, most))
    around = 2 if wanted < 0x80 else 3 if min(wanted, most) <= SHORT else 4
    data = tlv.wrap(_OFFSET, offset.to_bytes(2))
    return Command(0, _READ_FAR, 0, 0, data, ne=min(wanted + around, most))


def _has_data(answer: Response) -> bool:
    return bool(answer.data) and (answer.ok or answer.status == _END)


def _refuses_size(answer: Response) -> bool:
    """Whether the chip gave nothing because it was asked for too much."""
    return not answer.data and (answer.status in _TOO_MUCH or answer.status >> 8 == 0x6C)


def _told_size(answer: Response) -> int:
    """How much the chip says to ask for (6Cxx), 0 where it says nothing."""
    return answer.status & 0xFF if answer.status >> 8 == 0x6C else 0


def _raise_if_denied(answer: Response) -> None:
    if answer.status in _DENIED:
        raise ChipError(ChipVerdict.FILE_DENIED)
    if answer.status in _BROKEN:
        raise ChipError(ChipVerdict.MESSAGING_BROKEN)


def _data(answer: Response) -> bytes:
    _raise_if_denied(answer)
    if not _has_data(answer):
        raise ChipError(ChipVerdict.FILE_MALFORMED)
    return answer.data


def _content(answer: Response, offset: int) -> bytes:
    """What an answer to `_read` holds of the file."""
    data = _data(answer)
    if offset <= LAST_SHORT_OFFSET:
        return data
    try:
        tag, length, head = tlv.header(data)
    except tlv.MalformedTlvError as malformed:
        raise ChipError(ChipVerdict.FILE_MALFORMED) from malformed
    content = data[head : head + length]
    if tag != _CONTENT or not content:
        raise ChipError(ChipVerdict.FILE_MALFORMED)
    return content
