"""Which way a chip is opened, and what is tried when one fails."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.chip_link import ContactLostError, LinkError
from hardware.emrtd.access import Opened, open_chip, presence
from hardware.emrtd.access_keys import AccessKey, CanKey, MrzKey
from hardware.emrtd.apdu import Command, Response
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import Suite, encrypt_block, mac, pad
from hardware.emrtd.errors import ChipError
from hardware.emrtd.tlv import wrap
from hardware.verdicts import ChipVerdict
from tests.unit.chip_scripts import EXAMPLES, Clock, Link, chance

D, G1 = EXAMPLES["bac_appendix_d"], EXAMPLES["pace_ecdh_gm_appendix_g1"]
MRZ = MrzKey.of(*G1["mrz"])
CAN = CanKey.of("123456")
APPLICATION = "00A4040C07A0000002471001"
MASTER_FILE = "00A4000C023F00"
CARD_ACCESS = bytes.fromhex(G1["ca"])
GM_192 = bytes.fromhex("3012060A04007F00070202040203020102020112")
"""PACE-ECDH-GM with AES-192 on secp521r1, which our chip does not really have."""


class Chip:
    """A chip with what a test gives it; PACE is that of example G.1, BAC takes any key or none."""

    def __init__(
        self,
        *,
        card_access: bytes | None = CARD_ACCESS,
        pace: str = "",
        bac: str = "",
        application: bool = True,
        needs_master_file: bool = False,
        select: str = "9000",
    ) -> None:
        self.card_access = card_access
        self.pace = pace
        self.bac = bac
        self.application = application
        self.needs_master_file = needs_master_file
        self.select = select
        self.link = Link(self.answer, self.power_on)
        self.power_on()

    def power_on(self) -> None:
        self.in_master_file = not self.needs_master_file
        self.current = b""
        self.protected = False
        self.steps = [[bytes.fromhex(part) for part in step] for step in G1["apdus"]]

    def answer(self, apdu: bytes) -> bytes:
        if self.protected:
            return self.under_session(apdu)
        sent = apdu.hex().upper()
        if sent == MASTER_FILE:
            self.in_master_file = True
            return bytes.fromhex("9000")
        if sent == APPLICATION:
            return bytes.fromhex("9000" if self.application else "6A82")
        if sent.startswith("00A4"):
            there = sent == "00A4020C02011C" and self.card_access and self.in_master_file
            self.current = self.card_access or b"" if there else b""
            return bytes.fromhex("9000" if there else "6A82")
        command = Command.parse(apdu)
        if command.ins == 0xB0:
            at = command.p1 << 8 | command.p2
            return self.current[at : at + command.ne] + b"\x90\x00"
        if command.ins in (0x84, 0x82) and self.bac:
            return bytes.fromhex(D["rnd_ic"] + "9000" if command.ins == 0x84 else self.bac)
        if command.ins in (0x22, 0x86) and self.steps:
            expected, response = self.steps.pop(0)
            if self.pace and not self.steps:
                return bytes.fromhex(self.pace)
            self.protected = not self.steps
            return response if expected == apdu else bytes.fromhex("6A80")
        return bytes.fromhex("6D00")

    def under_session(self, apdu: bytes) -> bytes:
        """The chip's side of the first protected command after G.1: it selects the application."""
        suite, ssc = Suite.AES128, (2).to_bytes(16)
        enc, code = (bytes.fromhex(G1[name]) for name in ("ks_enc", "ks_mac"))
        assert apdu[0] == 0x0C
        assert encrypt_block(suite, enc, ssc)
        objects = wrap(0x99, bytes.fromhex(self.select))
        return objects + wrap(0x8E, mac(suite, code, ssc + pad(objects, 16))) + b"\x90\x00"

    def sent(self, start: str) -> int:
        return sum(apdu.hex().upper().startswith(start) for apdu in self.link.sent)


def randomness() -> Callable[[int], bytes]:
    keys = [int(G1[name], 16) for name in ("t_map_priv", "t_eph_priv")]
    return chance(*keys, bytes(8), bytes(16))


def any_random(size: int) -> bytes:
    return bytes(size)


def opened(
    chip: Chip, key: AccessKey = MRZ, random: Callable[[int], bytes] = any_random
) -> tuple[Opened, Channel]:
    channel = Channel(chip.link, 1000.0, clock=Clock())
    return open_chip(channel, key, random), channel


def refused(
    chip: Chip, key: AccessKey = MRZ, random: Callable[[int], bytes] = any_random
) -> ChipVerdict:
    with pytest.raises(ChipError) as raised:
        opened(chip, key, random)
    return raised.value.verdict


def test_pace_first_then_the_application() -> None:
    chip = Chip(application=False)  # which it only shows after PACE
    found, channel = opened(chip, random=randomness())
    assert found.name == "PACE ECDH-GM AES-128 brainpoolP256r1"
    assert channel.protection is not None
    assert chip.link.resets == 0
    assert chip.sent(MASTER_FILE) == 0
    assert channel.commands <= 9  # EF.CardAccess at most 3, PACE 5, the application


def test_after_pace_a_chip_without_the_application_is_none() -> None:
    assert refused(Chip(select="6A82"), random=randomness()) is ChipVerdict.NOT_EMRTD


@pytest.mark.parametrize("answer", ["6300", "63C1", "6983"])
def test_after_a_wrong_key_the_other_protocol_is_not_tried(answer: str) -> None:
    chip = Chip(pace=answer, bac="6300")
    verdict = refused(chip, random=randomness())
    assert verdict in (ChipVerdict.WRONG_KEY, ChipVerdict.DELAYED)
    assert (chip.sent("0084"), chip.link.resets) == (0, 0)


def test_pace_that_fails_otherwise_is_followed_by_bac_on_a_chip_that_was_reset() -> None:
    chip = Chip(pace="6F00", bac="6300")
    assert refused(chip, random=randomness()) is ChipVerdict.WRONG_KEY
    assert (chip.sent("0084"), chip.link.resets) == (1, 1)


def test_where_bac_is_not_there_either_it_counts_how_pace_failed() -> None:
    chip = Chip(pace="9000", bac="6A88")  # the chip does not prove that it knows the key
    assert refused(chip, random=randomness()) is ChipVerdict.MESSAGING_BROKEN


def test_an_access_number_opens_pace_alone() -> None:
    chip = Chip(pace="6F00", bac="6300")
    assert refused(chip, CAN) is ChipVerdict.UNSUPPORTED
    assert chip.sent("0084") == 0
    chip = Chip(card_access=None, bac="6300")
    assert refused(chip, CAN) is ChipVerdict.UNSUPPORTED
    assert chip.sent("0084") == 0


def test_bac_where_the_chip_has_no_pace() -> None:
    chip = Chip(card_access=None, bac=D["resp"] + "9000")
    key = MrzKey(D["mrz_information"])
    random = chance(bytes.fromhex(D["rnd_ifd"]), bytes.fromhex(D["k_ifd"]))
    found, channel = opened(chip, key, random)
    assert (found.name, found.pace) == ("BAC", None)
    assert channel.protection is not None
    assert (chip.link.resets, chip.sent(MASTER_FILE)) == (0, 0)


def test_pace_that_is_not_known_needs_no_reset_before_bac() -> None:
    unknown = bytes.fromhex("31143012060A04007F00070202040202020102020107")  # parameters 7
    chip = Chip(card_access=unknown, bac="6300")
    assert refused(chip) is ChipVerdict.WRONG_KEY
    assert chip.link.resets == 0
    assert refused(Chip(card_access=unknown, application=False)) is ChipVerdict.UNSUPPORTED


def test_the_next_way_of_pace_is_tried_when_one_fails() -> None:
    both = wrap(0x31, GM_192 + CARD_ACCESS[2:])
    found, _ = opened(Chip(card_access=both), random=randomness())
    assert found.name == "PACE ECDH-GM AES-128 brainpoolP256r1"


def test_the_master_file_is_selected_only_when_nothing_else_helps() -> None:
    chip = Chip(application=False, needs_master_file=True)
    found, _ = opened(chip, random=randomness())
    assert found.name.startswith("PACE")
    assert (chip.sent(MASTER_FILE), chip.link.resets) == (1, 1)


def test_a_chip_that_dies_of_the_master_file_keeps_its_verdict() -> None:
    chip = Chip(card_access=None, application=False)
    usual = chip.link.answer

    def answer(apdu: bytes) -> bytes:
        if apdu.hex().upper() == MASTER_FILE:
            raise ContactLostError
        return usual(apdu)

    chip.link.answer = answer
    assert refused(chip) is ChipVerdict.NOT_EMRTD


@pytest.mark.parametrize("junk", [b"", b"\x31\x02\x30\x00", b"\x30\x03abc", b"\x31\x82\xff\xff"])
def test_a_card_access_that_is_none_leads_to_bac(junk: bytes) -> None:
    assert refused(Chip(card_access=junk, bac="6300")) is ChipVerdict.WRONG_KEY


@pytest.mark.parametrize(
    ("chip", "there"),
    [
        (Chip(card_access=None), True),
        (Chip(application=False), True),
        (Chip(card_access=None, application=False), False),
    ],
)
def test_presence_needs_no_key(chip: Chip, there: bool) -> None:
    assert presence(Channel(chip.link, 1000.0, clock=Clock())) is there


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.binary(max_size=80), st.just(b"\x7c\x12\x80\x10" + bytes(16)))))
def test_whatever_a_chip_answers_it_ends_in_a_verdict(answers: list[bytes]) -> None:
    left = [b"", CARD_ACCESS[:4], CARD_ACCESS[4:], b"", *answers]

    def answer(apdu: bytes) -> bytes:
        if not left:
            raise ContactLostError
        return left.pop(0) + b"\x90\x00"

    channel = Channel(Link(answer), 1000.0, clock=Clock())
    with pytest.raises((ChipError, LinkError)):
        open_chip(channel, MRZ, lambda size: b"\x01" * size)


def test_a_response_is_not_shown() -> None:
    assert "secret" not in repr(Response(b"secret", 0x9000)) + repr(MRZ)
