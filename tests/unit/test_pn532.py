"""nfcpy's own PN532 driver on a real pseudo-terminal, with our PN532 at the other end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.chip_link import ContactLostError, NoChipError
from hardware.errors import HardwareError, Reason
from hardware.readers.nfcpy_reader import NfcpyReader
from hardware.simulated.contactless import Card, Chip, card
from hardware.simulated.pn532 import ACK, NACK, SYNTAX_ERROR, Pn532, frame_of, plugged_in
from hardware.verdicts import ChipVerdict

SELECT_EMRTD = bytes.fromhex("00A4040C07A0000002471001")
SUCCESS = bytes.fromhex("9000")
FIRMWARE = bytes.fromhex("D4 02")
FIRMWARE_ANSWER = ACK + bytes.fromhex("0000FF06FAD50332010607E800")


def never() -> bool:
    return False


def mirror(command: bytes) -> bytes:
    return command[::-1] + SUCCESS


def verdict_of(reader: NfcpyReader) -> ChipVerdict:
    with pytest.raises(NoChipError) as none:
        reader.connect(2, never)
    return none.value.verdict


def test_a_passport_is_read_through_a_pn532_and_nothing_of_it_is_left() -> None:
    told: list[int] = []
    played = Card(mirror, forget=lambda: told.append(1))
    with plugged_in([played]) as (_, line):
        reader = NfcpyReader(f"tty:{line}:pn532")
        reader.open(5)
        link = reader.connect(2, never)
        for size in (1, 250, 2000):  # one block; a long frame of the PN532; a chain of blocks
            assert link.transmit(bytes(size), 5) == mirror(bytes(size))
        before = len(told)
        link.reconnect(2)
        assert len(told) > before
        assert link.transmit(b"again", 5) == mirror(b"again")
        before = len(told)
        link.close()
        assert len(told) > before
        reader.close()


def test_a_chip_that_asks_for_more_time_is_given_it() -> None:
    with plugged_in([Card(mirror, extensions=2)]) as (_, line):
        reader = NfcpyReader(f"tty:{line}:pn532")
        reader.open(5)
        assert reader.connect(2, never).transmit(bytes(600), 5) == mirror(bytes(600))
        reader.close()


def test_what_lies_on_it_is_told_apart() -> None:
    with plugged_in([]) as (played, line):
        reader = NfcpyReader(f"tty:{line}:pn532")
        reader.open(5)
        for chips, verdict in (
            ([], ChipVerdict.NONE),
            ([Chip.SILENT], ChipVerdict.NONE),
            ([Chip.NOT_ISO_DEP], ChipVerdict.NOT_ISO_DEP),
            ([Chip.PASSPORT, Chip.OTHER], ChipVerdict.SEVERAL),
            ([Chip.OTHER, Chip.NOT_ISO_DEP], ChipVerdict.SEVERAL),
        ):
            played.cards[:] = [card(chip) for chip in chips]
            assert verdict_of(reader) is verdict
        played.cards[:] = [card(Chip.PASSPORT)]
        link = reader.connect(2, never)
        assert link.transmit(SELECT_EMRTD, 5) == SUCCESS
        played.cards.clear()
        link.close()
        assert verdict_of(reader) is ChipVerdict.NONE
        reader.close()


def test_a_chip_that_moves_out_of_reach_is_lost() -> None:
    with plugged_in([card(Chip.LEAVES)]) as (_, line):
        reader = NfcpyReader(f"tty:{line}:pn532")
        reader.open(5)
        with pytest.raises(ContactLostError):
            reader.connect(2, never).transmit(SELECT_EMRTD, 2)
        reader.close()


def test_it_can_be_opened_again_and_again() -> None:
    with plugged_in([card(Chip.PASSPORT)]) as (_, line):
        reader = NfcpyReader(f"tty:{line}:pn532")
        for _ in range(3):
            reader.open(5)
            reader.connect(2, never).close()
        reader.close()


def test_a_line_on_which_nobody_answers() -> None:
    with plugged_in([]) as (played, line):
        played.answer = lambda received: b""  # type: ignore[method-assign]
        with pytest.raises(HardwareError) as failure:
            NfcpyReader(f"tty:{line}:pn532").open(5)
        assert failure.value.reason in (Reason.ABSENT, Reason.TIMEOUT)


def test_the_firmware_is_told_as_the_manual_writes_it() -> None:
    assert Pn532([]).answer(bytes(10) + frame_of(FIRMWARE)) == FIRMWARE_ANSWER


def test_a_frame_in_pieces_is_one_frame() -> None:
    played = Pn532([])
    sent = [played.answer(bytes([byte])) for byte in frame_of(FIRMWARE)]
    assert b"".join(sent) == FIRMWARE_ANSWER


def test_nack_asks_for_the_last_answer_again_and_ack_for_nothing() -> None:
    played = Pn532([])
    played.answer(frame_of(FIRMWARE))
    assert played.answer(NACK) == FIRMWARE_ANSWER[len(ACK) :]
    assert played.answer(ACK) == b""


def test_a_damaged_frame_is_refused_and_an_unknown_command_is_an_error() -> None:
    damaged = bytearray(frame_of(FIRMWARE))
    damaged[-2] ^= 1
    assert Pn532([]).answer(bytes(damaged)) == NACK
    assert Pn532([]).answer(frame_of(b"\xd4\xfe")) == ACK + SYNTAX_ERROR


@pytest.mark.parametrize("size", [1, 253, 254, 262])
def test_frames_of_every_length_come_back_from_the_line_test(size: int) -> None:
    data = b"\x00" + bytes(size)
    assert Pn532([]).answer(frame_of(b"\xd4\x00" + data)) == ACK + frame_of(b"\xd5\x01" + data)


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_no_bytes_whatever_make_it_fail(received: list[bytes]) -> None:
    played = Pn532([Card(mirror)])
    for each in received:
        played.answer(each)
        played.answer(frame_of(b"\xd4" + each) if len(each) else b"")
