"""The reader of files against scripted cards with the habits of real ones."""

from collections.abc import Callable

import pytest

from hardware.chip_link import Abilities, ContactLostError
from hardware.emrtd import tlv
from hardware.emrtd.apdu import SHORT, Command, Response
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import Suite
from hardware.emrtd.errors import ChipError
from hardware.emrtd.files import COM, SOD, FileReader, group, largest_response, room
from hardware.verdicts import ChipVerdict

EXTENDED_CARD = bytes.fromhex("8073000040")


def content(tag: int, size: int) -> bytes:
    """A file of exactly so many bytes, no two neighbouring parts of it alike."""
    head = 2 if size < 130 else 3 if size < 259 else 4
    made = tlv.wrap(tag, bytes(i * 7 + i // 256 & 0xFF for i in range(size - head)))
    assert len(made) == size
    return made


class Card:
    """A chip with files in the clear; `habit` may answer a READ BINARY in the card's own way."""

    def __init__(
        self,
        files: dict[int, bytes],
        habit: Callable[[int, int, int], int | None] = lambda size, offset, ne: None,
        *,
        knows_short_ids: bool = True,
        past_end: int = 0x6282,
        abilities: Abilities | None = None,
        gone_after: int = 10**6,
    ) -> None:
        self.files = files
        self.habit = habit
        self.knows_short_ids = knows_short_ids
        self.past_end = past_end
        self.abilities = abilities or Abilities()
        self.gone_after = gone_after
        self.current = b""
        self.asked: list[tuple[int, int]] = []

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        if len(self.asked) >= self.gone_after:
            raise ContactLostError
        command = Command.parse(apdu)
        self.asked.append((command.ins, command.ne))
        return self.answer(command).encode()

    def reconnect(self, timeout: float) -> None:
        self.current = b""

    def close(self) -> None:
        pass

    def answer(self, command: Command) -> Response:
        if command.ins == 0xA4:
            return self.select(int.from_bytes(command.data))
        if command.ins == 0xB1:
            offset = int.from_bytes(tlv.first(command.data).value)
            held = self.current[offset:]
            for around in (2, 3, 4):
                part = tlv.wrap(0x53, held[: command.ne - around])
                if len(part) <= command.ne:
                    return Response(part, 0x9000)
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            offset = command.p2
            by_id = 0x0100 | command.p1 & 0x1F
            if not self.knows_short_ids or by_id not in self.files:
                return Response(b"", 0x6A82)
            self.current = self.files[by_id]
        status = self.habit(len(self.current), offset, command.ne)
        if status is not None:
            return Response(b"", status)
        part = self.current[offset : offset + command.ne]
        return Response(part, 0x9000 if len(part) == command.ne else self.past_end)

    def select(self, file_id: int) -> Response:
        if file_id not in self.files:
            return Response(b"", 0x6A82)
        self.current = self.files[file_id]
        return Response(b"", 0x9000)


def channel(card: Card) -> Channel:
    return Channel(card, 60.0, clock=lambda: 0.0)


def read_past_end(status: int) -> Callable[[int, int, int], int | None]:
    return lambda size, offset, ne: status if offset + ne > size else None


DG1 = content(0x61, 93)
DG14 = content(0x6E, 120)
LONG = content(0x77, 2000)
FILES = {0x0101: DG1, 0x010E: DG14, 0x011D: LONG}


@pytest.mark.parametrize(("suite", "bytes_"), [(None, 256), (Suite.DES3, 231), (Suite.AES256, 223)])
def test_room_of_a_short_response(suite, bytes_):
    assert room(SHORT, suite) == bytes_


def test_dg1_costs_one_command():
    card = Card(FILES)
    assert FileReader(channel(card)).read(group(1)) == DG1
    assert card.asked == [(0xB0, 93)]


def test_dg1_of_a_card_costs_two():
    card = Card({0x0101: content(0x61, 95)})
    assert FileReader(channel(card)).read(group(1)) == card.files[0x0101]
    assert len(card.asked) == 2


@pytest.mark.parametrize("past_end", [0x6282, 0x9000])
def test_small_file_at_once(past_end):
    card = Card(FILES, past_end=past_end)
    assert FileReader(channel(card)).read(group(14)) == DG14
    assert len(card.asked) == 1


@pytest.mark.parametrize("status", [0x6700, 0x6B00, 0x6282])
def test_a_refusal_beyond_the_end_is_remembered(status):
    card = Card(FILES, read_past_end(status))
    reader = FileReader(channel(card))
    assert reader.read(group(14)) == DG14
    assert len(card.asked) == 3
    card.asked.clear()
    assert reader.read(SOD) == LONG
    assert card.asked[0] == (0xB0, 4)
    assert len(card.asked) == 1 + 8


def test_told_size_is_taken():
    card = Card(FILES, lambda size, offset, ne: 0x6C00 | size if ne > size - offset else None)
    assert FileReader(channel(card)).read(group(14)) == DG14
    assert card.asked == [(0xB0, 256), (0xB0, 120)]


@pytest.mark.parametrize("most", [0xDF, 0xC0, 0xA0, 0x80])
@pytest.mark.parametrize("status", [0x6700, 0x6B00])
def test_asks_for_less_by_and_by(most, status):
    card = Card(FILES, lambda size, offset, ne: status if ne > most else None)
    reader = FileReader(channel(card))
    assert reader.read(SOD) == LONG
    assert max(ne for _, ne in card.asked[-5:]) <= most


def test_without_short_identifiers():
    card = Card(FILES, knows_short_ids=False)
    reader = FileReader(channel(card))
    assert reader.read(group(1)) == DG1
    card.asked.clear()
    assert reader.read(group(14)) == DG14
    assert [ins for ins, _ in card.asked] == [0xA4, 0xB0]


@pytest.mark.parametrize("suffix", [b"", bytes(50)])
def test_far_offsets(suffix):
    long = content(0x75, 40_000)
    card = Card({0x0102: long + suffix})
    assert FileReader(channel(card)).read(group(2)) == long
    assert 0xB1 in {ins for ins, _ in card.asked}


def test_extended_costs_two_commands():
    card = Card(FILES, abilities=Abilities(EXTENDED_CARD, 65544, 65538))
    whole = largest_response(channel(card))
    assert FileReader(channel(card), extended=whole).read(SOD) == LONG
    assert len(card.asked) == 2


def test_extended_that_answers_nothing_is_never_asked_again():
    class Liar(Card):
        def answer(self, command):
            return Response(b"", 0x9000) if command.ne > SHORT else super().answer(command)

    card = Liar(FILES, abilities=Abilities(EXTENDED_CARD, 65544, 65538))
    reader = FileReader(channel(card), extended=largest_response(channel(card)))
    assert reader.read(SOD) == LONG
    assert sum(ne > SHORT for _, ne in card.asked) == 1


def test_goes_on_where_it_was():
    card = Card(FILES, gone_after=4)
    told = []
    reader = FileReader(channel(card), lambda there, whole: told.append((there, whole)))
    with pytest.raises(ContactLostError):
        reader.read(SOD)
    again = Card(FILES)
    reader.use(channel(again))
    assert reader.read(SOD) == LONG
    assert again.asked[0] == (0xB0, 4)
    assert len(again.asked) == 1 + 4
    assert [there for there, _ in told] == sorted(there for there, _ in told)
    assert told[-1] == (2000, 2000)
    again.asked.clear()
    assert reader.read(SOD) == LONG
    assert not again.asked


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({}, ChipVerdict.FILE_MISSING),
        ({0x011E: bytes(200)}, ChipVerdict.FILE_MALFORMED),
        ({0x011E: b"\x60\x82\xff\xff" + bytes(300)}, ChipVerdict.FILE_MALFORMED),
        ({0x011E: b"\x60\x82\x02\x00" + bytes(100)}, ChipVerdict.FILE_MALFORMED),
        ({0x011E: b"\x60"}, ChipVerdict.FILE_MALFORMED),
    ],
)
def test_what_is_no_file(files, verdict):
    with pytest.raises(ChipError) as raised:
        FileReader(channel(Card(files))).read(COM)
    assert raised.value.verdict is verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(0x6982, ChipVerdict.FILE_DENIED), (0x6988, ChipVerdict.MESSAGING_BROKEN)],
)
def test_what_the_chip_refuses(status, verdict):
    with pytest.raises(ChipError) as raised:
        FileReader(channel(Card(FILES, lambda *_: status))).read(group(1))
    assert raised.value.verdict is verdict
