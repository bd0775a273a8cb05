"""Basic access control and secure messaging against appendix D of Doc 9303 part 11."""

import pytest

from hardware.emrtd.access_keys import MrzKey
from hardware.emrtd.apdu import Command, Response
from hardware.emrtd.bac import open_bac
from hardware.emrtd.ciphers import Suite, encrypt, encrypt_block, mac, pad
from hardware.emrtd.errors import ChipError
from hardware.emrtd.secure_messaging import SecureMessaging
from hardware.emrtd.tlv import wrap
from hardware.verdicts import ChipVerdict
from tests.unit.chip_scripts import EXAMPLES, Clock, chance, channel, script

D = EXAMPLES["bac_appendix_d"]
KEY = MrzKey(D["mrz_information"])
CHALLENGE = ["0084000008", D["rnd_ic"] + "9000"]


def opened(answer: str, clock: Clock | None = None, challenge: str = "") -> SecureMessaging:
    first = [CHALLENGE[0], challenge or CHALLENGE[1]]
    chip = channel(script([first, [D["ext_auth"], answer]]), clock)
    return open_bac(chip, KEY, chance(bytes.fromhex(D["rnd_ifd"]), bytes.fromhex(D["k_ifd"])))


def test_worked_example_byte_for_byte() -> None:
    messaging = opened(D["resp"] + "9000")
    assert messaging._enc.hex().upper() == D["ks_enc"]
    assert messaging._mac.hex().upper() == D["ks_mac"]
    assert messaging._ssc().hex().upper() == D["ssc"]
    for plain, protected, answer, data in D["sm"]:
        command = messaging.protect(Command.parse(bytes.fromhex(plain)))
        assert command.encode().hex().upper() == protected
        meant = messaging.unprotect(Response.parse(bytes.fromhex(answer)))
        assert (meant.data.hex().upper(), meant.status) == (data, 0x9000)


def test_the_key_is_that_of_the_example() -> None:
    assert MrzKey.of("L898902C", "690806", "940623").information == D["mrz_information"]
    assert KEY.seed[:16].hex().upper() == D["kseed"]


@pytest.mark.parametrize(
    ("answer", "verdict", "tries"),
    [
        ("6300", ChipVerdict.WRONG_KEY, None),
        ("6982", ChipVerdict.WRONG_KEY, None),
        ("6985", ChipVerdict.WRONG_KEY, None),
        ("6988", ChipVerdict.WRONG_KEY, None),
        ("6A80", ChipVerdict.WRONG_KEY, None),
        ("63C1", ChipVerdict.WRONG_KEY, 1),
        ("63C0", ChipVerdict.DELAYED, 0),
        ("6983", ChipVerdict.DELAYED, None),
        ("6A88", ChipVerdict.UNSUPPORTED, None),
        ("6D00", ChipVerdict.UNSUPPORTED, None),
        ("9000", ChipVerdict.MESSAGING_BROKEN, None),
        ("00" * 40 + "9000", ChipVerdict.MESSAGING_BROKEN, None),
        (D["resp"][:-2] + "00" + "9000", ChipVerdict.MESSAGING_BROKEN, None),
    ],
)
def test_what_a_refusal_means(answer: str, verdict: ChipVerdict, tries: int | None) -> None:
    with pytest.raises(ChipError) as raised:
        opened(answer)
    assert (raised.value.verdict, raised.value.tries_left) == (verdict, tries)


def test_an_answer_to_another_challenge_is_not_believed() -> None:
    enc, code = bytes.fromhex(D["kenc"]), bytes.fromhex(D["kmac"])
    replayed = encrypt(Suite.DES3, enc, bytes(32))
    replayed += mac(Suite.DES3, code, pad(replayed, 8))
    with pytest.raises(ChipError) as raised:
        opened(replayed.hex() + "9000")
    assert raised.value.verdict is ChipVerdict.MESSAGING_BROKEN


def test_a_refusal_that_was_held_back_is_a_delay() -> None:
    clock = Clock()

    def slow(apdu: bytes) -> bytes:
        clock.now += 1.6
        return bytes.fromhex(CHALLENGE[1] if apdu[1] == 0x84 else "6300")

    with pytest.raises(ChipError) as raised:
        open_bac(channel(slow, clock), KEY, chance(bytes(8), bytes(16)))
    assert raised.value.verdict is ChipVerdict.DELAYED


@pytest.mark.parametrize("challenge", ["6985", "6A88", "9000", "00" * 7 + "9000"])
def test_without_a_challenge_there_is_no_bac(challenge: str) -> None:
    with pytest.raises(ChipError) as raised:
        opened("", challenge=challenge)
    assert raised.value.verdict is ChipVerdict.UNSUPPORTED


class Chip:
    """The other side of secure messaging, written from section 9.8 for itself."""

    def __init__(self, suite: Suite, ssc: int = 0) -> None:
        self.suite = suite
        self.enc, self.mac = (bytes([value]) * suite.key_size for value in (0x31, 0x5E))
        self.ssc = ssc
        self.reader = SecureMessaging(suite, self.enc, self.mac, ssc)

    def count(self) -> bytes:
        size = self.suite.block_size
        self.ssc = (self.ssc + 1) % 256**size
        return self.ssc.to_bytes(size)

    def answer(self, data: bytes = b"", status: int = 0x9000, *, odd: bool = False) -> bytes:
        self.count()
        ssc = self.count()
        iv = None if self.suite is Suite.DES3 else encrypt_block(self.suite, self.enc, ssc)
        objects = b""
        if data:
            sealed = encrypt(self.suite, self.enc, pad(data, self.suite.block_size), iv)
            objects = wrap(0x85, sealed) if odd else wrap(0x87, b"\x01" + sealed)
        objects += wrap(0x99, status.to_bytes(2))
        code = mac(self.suite, self.mac, pad(ssc + objects, self.suite.block_size))
        if self.suite is not Suite.DES3:  # padded by the rules of 9.8.4, then CMAC
            code = mac(self.suite, self.mac, ssc + pad(objects, self.suite.block_size))
        return objects + wrap(0x8E, code) + status.to_bytes(2)

    def tell(self, response: bytes) -> Response:
        self.reader.protect(Command(0, 0xB0, 0, 0, ne=1))
        return self.reader.unprotect(Response.parse(response))


SUITES = pytest.mark.parametrize("suite", Suite)


@SUITES
def test_what_the_chip_says_arrives(suite: Suite) -> None:
    chip = Chip(suite)
    for data in (b"\x00", b"\x80" * 16, bytes(range(256)), b""):
        for status in (0x9000, 0x6282):
            told = chip.tell(chip.answer(data, status, odd=len(data) == 1))
            assert (told.data, told.status) == (data, status)


@SUITES
def test_no_single_changed_byte_is_taken_for_success(suite: Suite) -> None:
    whole = Chip(suite).answer(b"a secret")
    for at in range(len(whole) - 2):  # the status word itself is not vouched for, nor used
        chip = Chip(suite)
        changed = bytearray(whole)
        changed[at] ^= 0x01
        with pytest.raises(ChipError) as raised:
            chip.tell(bytes(changed))
        assert raised.value.verdict is ChipVerdict.MESSAGING_BROKEN


@SUITES
def test_naked_and_shortened_answers_are_broken(suite: Suite) -> None:
    whole = Chip(suite).answer(b"a secret")
    naked = [b"\x90\x00", b"\x69\x88", b"\x62\x82", b"plain\x90\x00"]
    without_checksum = whole[:-12] + b"\x90\x00"
    for answer in (*naked, without_checksum, whole[:-2] + b"\x99\x02\x90\x00\x90\x00"):
        with pytest.raises(ChipError) as raised:
            Chip(suite).tell(answer)
        assert raised.value.verdict is ChipVerdict.MESSAGING_BROKEN


def test_a_checksum_without_a_status_word_is_broken() -> None:
    chip = Chip(Suite.AES128)
    code = mac(Suite.AES128, chip.mac, (2).to_bytes(16) + pad(b"", 16))
    with pytest.raises(ChipError):
        chip.tell(wrap(0x8E, code) + b"\x90\x00")


@SUITES
def test_an_object_that_stands_twice_or_behind_the_checksum_is_broken(suite: Suite) -> None:
    def checked(objects: bytes) -> bytes:
        covered = (2).to_bytes(suite.block_size) + pad(objects, suite.block_size)
        return objects + wrap(0x8E, mac(suite, Chip(suite).mac, covered))

    good, bad = wrap(0x99, b"\x90\x00"), wrap(0x99, b"\x6a\x82")
    assert Chip(suite).tell(checked(good) + b"\x90\x00").ok
    for told in (checked(good + bad), checked(bad + good), checked(good) + good):
        with pytest.raises(ChipError):
            Chip(suite).tell(told + b"\x90\x00")


@SUITES
def test_an_answer_is_good_only_once(suite: Suite) -> None:
    chip = Chip(suite)
    answer = chip.answer(b"once")
    assert chip.tell(answer).data == b"once"
    with pytest.raises(ChipError):
        chip.tell(answer)


@SUITES
def test_the_counter_wraps(suite: Suite) -> None:
    chip = Chip(suite, 256**suite.block_size - 1)
    assert chip.tell(chip.answer(b"around")).data == b"around"
    assert chip.ssc == 1


@SUITES
def test_long_and_odd_commands(suite: Suite) -> None:
    reader = Chip(suite).reader
    odd = reader.protect(Command(0, 0xB1, 0, 0, b"\x54\x02\x80\x00", 0x80))
    assert (odd.cla, odd.data[0], odd.ne) == (0x0C, 0x85, 256)
    for ne, expected in ((256, "970100"), (257, "97020101"), (65536, "97020000")):
        long = reader.protect(Command(0, 0xB0, ne=ne))
        assert long.data.hex().startswith(expected)
        assert long.ne == (256 if ne == 256 else 65536)
    assert reader.protect(Command(0, 0x86, data=bytes(300))).encode()[4] == 0  # extended
    assert SecureMessaging(suite, b"", b"", b"\x01\x00")._counter == 256
