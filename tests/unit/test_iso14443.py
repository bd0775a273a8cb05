"""The block layer against the card side in memory, and against whatever else may answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.chip_link import (
    CancelledError,
    ContactLostError,
    DeadlineError,
    LinkError,
    ProtocolError,
)
from hardware.readers.iso14443 import (
    Activation,
    Iso14443,
    NoAnswerError,
    read_atqb,
    read_ats,
)
from hardware.simulated.contactless import ATS, EMRTD, Card, Chip, application, card

SELECT_EMRTD = bytes.fromhex("00A4040C07A0000002471001")
SHORT_ATS = b"\x01"
ATQB = bytes.fromhex("50 01020304 00000000 00 81 80")
UNIT = 256 * 16 / 13.56e6


def mirror(command: bytes) -> bytes:
    return command[::-1] + b"\x90\x00"


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


class Air:
    """The field between reader and card; loses the frames whose numbers are in `lost`.

    Reader and card frames are counted together, from 0: even ones go to the card.
    """

    def __init__(self, played: Card, clock: Clock, lost: frozenset[int] = frozenset()) -> None:
        self.card = played
        self.clock = clock
        self.lost = lost
        self.count = 0
        self.frames: list[bytes] = []

    def _passes(self, frame: bytes) -> bool:
        self.frames.append(frame)
        self.count += 1
        return self.count - 1 not in self.lost

    def exchange(self, frame: bytes, timeout: float) -> bytes:
        assert timeout > 0
        answer = self.card.answer(frame) if self._passes(frame) else None
        if answer is None:
            self.count += 1
        elif self._passes(answer):
            self.clock.now += 0.001
            return answer
        self.clock.now += timeout
        raise NoAnswerError


def select(played: Card) -> None:
    """Anticollision, as the device below the block layer does it."""
    played.answer(b"\x26")
    identifier = played.answer(b"\x93\x20")
    assert identifier is not None
    assert played.answer(b"\x93\x70" + identifier) is not None


def link(
    played: Card, frame_size: int = 256, lost: frozenset[int] = frozenset()
) -> tuple[Iso14443, Air]:
    """An activated link whose frames are counted from the first block on."""
    clock = Clock()
    air = Air(played, clock)
    select(played)
    chip = Iso14443(air.exchange, frame_size, clock=clock, sleep=clock.sleep)
    chip.activate()
    air.count, air.lost = 0, lost
    air.frames.clear()
    return chip, air


def scripted(*answers: bytes | None) -> tuple[Iso14443, list[bytes]]:
    """A link to a chip that answers by rote, None for silence; and what it was sent."""
    left, sent, clock = list(answers), list[bytes](), Clock()

    def exchange(frame: bytes, timeout: float) -> bytes:
        sent.append(frame)
        clock.now += timeout
        answer = left.pop(0) if left else None
        if answer is None:
            raise NoAnswerError
        return answer

    return Iso14443(exchange, clock=clock, sleep=clock.sleep), sent


def test_the_passport_application_is_selected_and_the_chip_put_to_rest() -> None:
    chip, air = link(card(Chip.PASSPORT))
    assert chip.transmit(SELECT_EMRTD, 1) == b"\x90\x00"
    chip.deselect()
    assert air.frames == [b"\x02" + SELECT_EMRTD, b"\x02\x90\x00", b"\xc2", b"\xc2"]


def test_a_bank_card_does_not_know_the_passport_application() -> None:
    chip, _ = link(card(Chip.OTHER))
    assert chip.transmit(SELECT_EMRTD, 1) == b"\x6a\x82"


def test_an_unknown_instruction_is_refused() -> None:
    chip, _ = link(Card(application(EMRTD)))
    assert chip.transmit(bytes.fromhex("00B0000004"), 1) == b"\x6d\x00"


def test_block_numbers_alternate_over_commands() -> None:
    chip, air = link(Card(mirror))
    for n in range(4):
        chip.transmit(bytes([n]), 1)
    assert [frame[0] for frame in air.frames] == [2, 2, 3, 3, 2, 2, 3, 3]


@given(
    st.lists(st.binary(max_size=700), min_size=1, max_size=4),
    st.sampled_from([16, 24, 32, 40, 64, 100, 256, 4096]),
    st.integers(0, 12),
    st.integers(0, 2),
)
def test_commands_and_responses_are_chained_to_the_smaller_frame(
    commands: list[bytes], frame_size: int, fsci: int, extensions: int
) -> None:
    played = Card(mirror, ats=bytes([2, fsci]), extensions=extensions)
    chip, air = link(played, frame_size)
    for command in commands:
        assert chip.transmit(command, 60) == mirror(command)
    assert max(len(frame) + 2 for frame in air.frames) <= frame_size


def test_chained_blocks_are_as_the_standard_writes_them() -> None:
    chip, air = link(Card(mirror, ats=bytes([2, 0])), frame_size=16)
    chip.transmit(bytes(range(14)), 1)
    assert [frame.hex() for frame in air.frames] == [
        "12" + bytes(range(13)).hex(),
        "a2",
        "030d",
        "13" + bytes(range(13, 0, -1)).hex(),
        "a2",
        "02009000",
    ]


@given(st.binary(max_size=60), st.integers(0, 30), st.integers(0, 2))
def test_a_frame_lost_anywhere_is_recovered(command: bytes, lost: int, extensions: int) -> None:
    chip, _ = link(
        Card(mirror, ats=bytes([2, 0]), extensions=extensions),
        frame_size=16,
        lost=frozenset([lost]),
    )
    assert chip.transmit(command, 60) == mirror(command)
    assert chip.transmit(b"again", 60) == mirror(b"again")


@given(st.binary(max_size=60), st.frozensets(st.integers(0, 40), max_size=12))
def test_whatever_frames_are_lost_no_wrong_response_is_taken_for_right(
    command: bytes, lost: frozenset[int]
) -> None:
    chip, _ = link(Card(mirror, ats=bytes([2, 0]), extensions=1), frame_size=16, lost=lost)
    try:
        assert chip.transmit(command, 60) == mirror(command)
        assert chip.transmit(b"again", 60) == mirror(b"again")
    except LinkError:
        assert lost


def test_a_lost_response_is_asked_for_again_and_the_command_not_done_twice() -> None:
    commands: list[bytes] = []

    def counted(command: bytes) -> bytes:
        commands.append(command)
        return b"\x90\x00"

    chip, air = link(Card(counted), lost=frozenset([1]))
    assert chip.transmit(b"x", 1) == b"\x90\x00"
    assert air.frames[2] == b"\xb2"
    assert commands == [b"x"]


def test_a_lost_command_is_sent_again() -> None:
    chip, air = link(Card(mirror), lost=frozenset([0]))
    assert chip.transmit(b"x", 1) == b"x\x90\x00"
    assert [frame[:1] for frame in air.frames] == [b"\x02", b"\xb2", b"\xa3", b"\x02", b"\x02"]


def test_a_lost_fragment_of_a_response_is_acknowledged_again_not_refused() -> None:
    chip, air = link(Card(mirror), frame_size=16, lost=frozenset([3]))
    assert chip.transmit(b"0123456789abc", 1) == mirror(b"0123456789abc")
    assert [frame[:1].hex() for frame in air.frames] == ["02", "12", "a3", "03", "a3", "03"]


def test_a_chip_that_leaves_is_lost() -> None:
    chip, air = link(card(Chip.LEAVES))
    with pytest.raises(ContactLostError):
        chip.transmit(SELECT_EMRTD, 10)
    assert air.frames == [b"\x02" + SELECT_EMRTD, b"\xb2", b"\xb2", b"\xb2"]


def test_a_chip_that_always_wants_more_time_runs_into_the_deadline() -> None:
    chip, air = link(Card(mirror, extensions=10**6))
    with pytest.raises(DeadlineError):
        chip.transmit(b"x", 0.5)
    assert air.clock.now == pytest.approx(0.5, abs=0.01)


def test_whoever_cancels_is_asked_before_each_frame() -> None:
    played, clock, asked = Card(mirror, ats=bytes([2, 0])), Clock(), 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3  # RATS, then two blocks of the command

    air = Air(played, clock)
    select(played)
    chip = Iso14443(air.exchange, 16, cancelled=cancelled, clock=clock, sleep=clock.sleep)
    chip.activate()
    with pytest.raises(CancelledError):
        chip.transmit(bytes(100), 1)
    assert air.count == 6
    chip.deselect()  # and yet the chip is sent to rest
    assert air.frames[-1] == b"\xc2"


def test_no_command_and_no_response_is_too_long_to_be_chained() -> None:
    chip, _ = link(Card(mirror, ats=bytes.fromhex("05 08 80 11 22")))
    assert chip.abilities.historical_bytes == bytes.fromhex("80 11 22")
    assert chip.abilities.largest_command == 4 + 3 + 65535 + 2
    assert len(chip.transmit(bytes(65536), 1000)) == chip.abilities.largest_response


def test_more_time_is_granted_as_asked_for_one_answer_only() -> None:
    answers = [b"\x02\x08", b"\xf2\xc3", b"\x02\x90\x00", b"\x03\x90\x00"]
    sent: list[bytes] = []
    waits: list[float] = []

    def exchange(frame: bytes, timeout: float) -> bytes:
        sent.append(frame)
        waits.append(timeout)
        return answers.pop(0)

    chip = Iso14443(exchange)
    chip.activate()
    chip.transmit(b"a", 100)
    chip.transmit(b"b", 100)
    waiting = UNIT * 2**4
    assert sent[2:] == [b"\xf2\x03", b"\x03b"]  # the two power bits are not sent back
    assert [wait - 0.1 for wait in waits[1:]] == pytest.approx([waiting, 3 * waiting, waiting])


def test_once_the_extension_is_over_the_wait_is_as_before() -> None:
    answers: list[bytes | None] = [b"\x02\x08", b"\xf2\x09", None, b"\x02\x90\x00"]
    waits: list[float] = []

    def exchange(frame: bytes, timeout: float) -> bytes:
        waits.append(timeout)
        answer = answers.pop(0)
        if answer is None:
            raise NoAnswerError
        return answer

    chip = Iso14443(exchange)
    chip.activate()
    assert chip.transmit(b"a", 100) == b"\x90\x00"
    waiting = UNIT * 2**4
    assert [wait - 0.1 for wait in waits[1:]] == pytest.approx([waiting, 9 * waiting, waiting])


@pytest.mark.parametrize("asked", [0, 60, 63])
def test_an_extension_outside_1_to_59_is_not_granted(asked: int) -> None:
    chip, sent = scripted(ATS, *[bytes([0xF2, asked])] * 9)
    chip.activate()
    with pytest.raises(ProtocolError):
        chip.transmit(b"x", 100)
    assert sent[1:] == [b"\x02x", b"\xb2", b"\xb2", b"\xb2"]


def test_extensions_end_even_when_no_time_passes() -> None:
    frames = 0

    def exchange(frame: bytes, timeout: float) -> bytes:
        nonlocal frames
        frames += 1
        return ATS if frames == 1 else b"\xf2\x01"

    chip = Iso14443(exchange, clock=lambda: 0.0)
    chip.activate()
    with pytest.raises(ProtocolError):
        chip.transmit(b"x", 1)
    assert frames < 2000


@pytest.mark.parametrize("fragment", [b"", b"x" * 250])
def test_a_response_without_end_is_cut_off(fragment: bytes) -> None:
    number = 1

    def exchange(frame: bytes, timeout: float) -> bytes:
        nonlocal number
        number ^= 1
        return ATS if frame[0] == 0xE0 else bytes([0x12 | number ^ 1]) + fragment

    chip = Iso14443(exchange, clock=lambda: 0.0)
    chip.activate()
    with pytest.raises(ProtocolError):
        chip.transmit(b"x", 1)


@pytest.mark.parametrize(
    ("ats", "activation"),
    [
        ("01", Activation()),
        ("02 05", Activation(frame_size=64)),
        ("02 0F", Activation(frame_size=4096)),
        ("03 18 77", Activation(frame_size=256)),
        ("03 28 80", Activation(frame_size=256, waiting_time=UNIT * 256)),
        ("03 48 02", Activation(frame_size=256)),
        ("04 38 11 E1", Activation(256, UNIT * 2**14, UNIT * 2)),
        ("04 68 F0 02", Activation(256, UNIT * 16)),
        ("05 28 4F AABB", Activation(256, UNIT * 16, 0.0, b"\xaa\xbb")),
        ("07 78 00 9E 02 80 90", Activation(256, UNIT * 2**9, UNIT * 2**14, b"\x80\x90")),
        ("02 08 FFFF", Activation(frame_size=256)),
    ],
)
def test_every_form_of_ats(ats: str, activation: Activation) -> None:
    assert read_ats(bytes.fromhex(ats)) == activation


@pytest.mark.parametrize(
    "ats", ["", "00", "02", "06 78 00 80 02", "02 10", "03 78 00", "04 78 0000"]
)
def test_an_ats_that_is_cut_off_breaks_the_protocol(ats: str) -> None:
    with pytest.raises(ProtocolError):
        read_ats(bytes.fromhex(ats))


def test_activation_waits_the_guard_time_that_the_chip_asks_for() -> None:
    clock = Clock()
    played = Card(mirror, ats=bytes.fromhex("03 28 49"))
    select(played)
    Iso14443(Air(played, clock).exchange, clock=clock, sleep=clock.sleep).activate()
    assert clock.now == pytest.approx(UNIT * 2**9, abs=0.01)


def test_a_lost_request_for_activation_is_sent_once_more() -> None:
    chip, sent = scripted(None, SHORT_ATS, b"\x02\x90\x00")
    chip.activate()
    assert sent == [b"\xe0\x80", b"\xe0\x80"]
    assert chip.transmit(b"x", 1) == b"\x90\x00"


def test_silence_at_activation_is_lost_contact() -> None:
    chip, _ = scripted()
    with pytest.raises(ContactLostError):
        chip.activate()


@pytest.mark.parametrize(("frame_size", "wanted"), [(290, "e080"), (253, "e070"), (16, "e000")])
def test_the_request_for_activation_names_the_largest_frame(frame_size: int, wanted: str) -> None:
    sent: list[bytes] = []

    def exchange(frame: bytes, timeout: float) -> bytes:
        sent.append(frame)
        return SHORT_ATS

    Iso14443(exchange, frame_size).activate()
    assert sent == [bytes.fromhex(wanted)]


def test_a_type_b_chip_is_joined_by_its_identifier() -> None:
    chip, sent = scripted(b"\x00", b"\x02\x90\x00")
    chip.activate_type_b(ATQB)
    assert sent == [bytes.fromhex("1d 01020304 00 08 01 00")]
    assert chip.activation == Activation(256, UNIT * 2**8)
    assert chip.transmit(SELECT_EMRTD, 1) == b"\x90\x00"


@pytest.mark.parametrize("answer", [b"\x01", b""])
def test_a_type_b_chip_that_answers_for_another_card_breaks_the_protocol(answer: bytes) -> None:
    chip, _ = scripted(answer)
    with pytest.raises(ProtocolError):
        chip.activate_type_b(ATQB)


@pytest.mark.parametrize("atqb", [b"", ATQB[:11], b"\x51" + ATQB[1:], ATQB[:10] + b"\x80\x80"])
def test_what_is_no_atqb_breaks_the_protocol(atqb: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_atqb(atqb)


def test_deselection_of_a_silent_chip_is_given_up_quietly() -> None:
    chip, sent = scripted()
    chip.deselect()
    assert sent == [b"\xc2", b"\xc2"]


def test_what_else_the_device_raises_passes_through() -> None:
    def exchange(frame: bytes, timeout: float) -> bytes:
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        Iso14443(exchange).activate()


FRAMES = st.one_of(
    st.none(),
    st.binary(max_size=40),
    st.builds(
        lambda control, rest: bytes([control]) + rest,
        st.sampled_from([0x02, 0x03, 0x12, 0x13, 0xA2, 0xA3, 0xB2, 0xB3, 0xC2, 0xF2]),
        st.binary(max_size=3),
    ),
)


@settings(max_examples=300)
@given(st.lists(FRAMES, max_size=60), st.binary(max_size=80))
def test_no_answers_whatever_raise_anything_but_a_link_error(
    answers: list[bytes | None], command: bytes
) -> None:
    left, sent = iter(answers), 0

    def exchange(frame: bytes, timeout: float) -> bytes:
        nonlocal sent
        sent += 1
        answer = next(left, None)
        if answer is None:
            raise NoAnswerError
        return answer

    chip = Iso14443(exchange, clock=lambda: 0.0, sleep=lambda seconds: None)
    try:
        chip.activate()
        assert isinstance(chip.transmit(command, 1), bytes)
        chip.deselect()
    except LinkError:
        pass
    assert sent <= len(answers) + 10


@given(st.binary(max_size=40))
def test_any_bytes_are_an_ats_or_break_the_protocol(ats: bytes) -> None:
    try:
        activation = read_ats(ats)
    except ProtocolError:
        return
    assert 16 <= activation.frame_size <= 4096
    assert 0 <= activation.guard_time < activation.waiting_time * 2**15


@given(st.lists(st.binary(max_size=20), max_size=30))
def test_the_card_answers_any_frames_without_failing(frames: list[bytes]) -> None:
    played = Card(mirror, extensions=1)
    select(played)
    played.answer(b"\xe0\x80")
    for frame in frames:
        answer = played.answer(frame)
        assert answer is None or len(answer) >= 1


def test_a_card_makes_up_a_new_identifier_each_time() -> None:
    played = Card(mirror)
    identifiers = set()
    for _ in range(8):
        played.answer(b"\x52")
        identifiers.add(played.answer(b"\x93\x20"))
    assert len(identifiers) > 1
    assert all(identifier and identifier[0] == 0x08 for identifier in identifiers)
