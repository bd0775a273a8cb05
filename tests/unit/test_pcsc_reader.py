"""What PC/SC's answers mean to us, without a service: ATRs, properties, result codes."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.chip_link import ContactLostError, LinkError
from hardware.errors import HardwareError, Reason
from hardware.readers import pcsc_reader
from hardware.readers.pcsc_answers import Atr, largest_data, read_atr, tlv_control
from hardware.readers.pcsc_reader import PcscLink, PcscReader
from hardware.simulated.vpcd import contactless_atr, memory_atr

READER = "ACS ACR1252 1S CL Reader PICC 0"


@pytest.mark.parametrize(
    ("atr", "told"),
    [
        ("3B 80 80 01 01", Atr(b"", True, False)),
        ("3B 81 80 01 80 80", Atr(b"\x80", True, False)),
        ("3B 84 80 01 80 73 00 C0 36", Atr(bytes.fromhex("807300C0"), True, False)),
        ("3B 65 00 00 20 63 CB 68 00", Atr(bytes.fromhex("2063CB6800"), False, False)),
        ("3B F8 13 00 00 81 31 FE 45 4A 43 4F 50 76 32 34 31 B7", Atr(b"JCOPv241", False, False)),
    ],
)  # fmt: skip
def test_atrs_of_each_kind(atr: str, told: Atr) -> None:
    assert read_atr(bytes.fromhex(atr)) == told


def test_a_memory_card_is_known_by_the_maker_of_its_identifier() -> None:
    told = read_atr(memory_atr())
    assert told is not None
    assert told.contactless
    assert told.memory


@pytest.mark.parametrize("atr", ["", "3B", "3A 00", "3B 85 80 01 80", "3B F8 13 00"])
def test_what_is_no_atr(atr: str) -> None:
    assert read_atr(bytes.fromhex(atr)) is None


@given(st.binary(max_size=40))
def test_any_bytes_are_an_atr_or_none(atr: bytes) -> None:
    told = read_atr(atr)
    assert told is None or len(told.historical_bytes) == atr[1] & 0x0F


def test_properties_are_asked_for_by_the_code_that_the_reader_names() -> None:
    features = bytes.fromhex("06 04 42330006 12 04 42330012 13 04 42000001")
    assert tlv_control(features) == 0x42330012
    assert tlv_control(features[:6]) is None
    assert tlv_control(b"") is None


@pytest.mark.parametrize(
    ("properties", "data"),
    [
        ("09 01 00 0A 04 00000100 0B 02 2F07", 65536),
        ("0A 04 00010000", 256),
        ("0A 04 0001", 0),
        ("01 02 0000", 0),
        ("", 0),
    ],
)
def test_the_largest_apdu_is_told_with_its_low_byte_first(properties: str, data: int) -> None:
    assert largest_data(bytes.fromhex(properties)) == data


@given(st.binary(max_size=40))
def test_no_bytes_whatever_make_reading_them_fail(told: bytes) -> None:
    assert largest_data(told) >= 0
    tlv_control(told)


class Service:
    """A PC/SC service of one reader that always answers with the same result code."""

    SCARD_SCOPE_SYSTEM = 2
    SCARD_SHARE_EXCLUSIVE = 1
    SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1 = 1, 2
    SCARD_PCI_T0, SCARD_PCI_T1 = 1, 2
    SCARD_UNPOWER_CARD = 2
    SCARD_STATE_UNAWARE, SCARD_STATE_CHANGED = 0, 2
    SCARD_STATE_PRESENT, SCARD_STATE_MUTE = 0x20, 0x200

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.result = 0
        self.properties = b""
        self.state = self.SCARD_STATE_PRESENT
        self.connected_to = ""

    def SCardEstablishContext(self, scope: int) -> list[Any]:  # noqa: N802
        return [0, 1]

    def SCardReleaseContext(self, context: int) -> int:  # noqa: N802
        return 0

    def SCardListReaders(self, context: int, groups: list[str]) -> list[Any]:  # noqa: N802
        return [0 if self.names else -0x7FEFFFD2, self.names]

    def SCardGetStatusChange(  # noqa: N802
        self, context: int, wait: int, asked: list[tuple[str, int]]
    ) -> list[Any]:
        return [0, [(name, self.state, list(contactless_atr())) for name, _ in asked]]

    def SCardConnect(self, context: int, name: str, share: int, protocols: int) -> list[Any]:  # noqa: N802
        self.connected_to = name
        return [0, 7, self.SCARD_PROTOCOL_T1]

    def SCardStatus(self, card: int) -> list[Any]:  # noqa: N802
        return [0, READER, 0, 2, list(contactless_atr(b"\x80\x73"))]

    def SCARD_CTL_CODE(self, code: int) -> int:  # noqa: N802
        return 0x42000000 + code

    def SCardControl(self, card: int, code: int, data: list[int]) -> list[Any]:  # noqa: N802
        if code == self.SCARD_CTL_CODE(3400):
            return [0, list(bytes.fromhex("12 04 42330012"))]
        return [0, list(self.properties)]

    def SCardTransmit(self, card: int, header: int, apdu: list[int]) -> list[Any]:  # noqa: N802
        return [self.result, [0x90, 0x00] if not self.result else []]

    def SCardDisconnect(self, card: int, disposition: int) -> int:  # noqa: N802
        return 0


def linked(monkeypatch: pytest.MonkeyPatch, service: Service, address: str = "") -> PcscLink:
    monkeypatch.setattr(pcsc_reader, "_scard", lambda: service)
    reader = PcscReader(address)
    reader.open(1)
    return reader.connect(1, lambda: False)


@pytest.mark.parametrize(
    ("properties", "command", "response"),
    [
        ("", 261, 258),
        ("0A 04 00010000", 261, 258),
        ("0A 04 00000100", 4 + 3 + 65535 + 2, 65536 + 2),
        ("0A 04 00080000", 4 + 3 + 2048 + 2, 2048 + 2),
    ],
)
def test_a_reader_carries_what_it_says_and_only_short_apdus_when_it_says_nothing(
    monkeypatch: pytest.MonkeyPatch, properties: str, command: int, response: int
) -> None:
    service = Service(READER)
    service.properties = bytes.fromhex(properties)
    abilities = linked(monkeypatch, service).abilities
    assert (abilities.largest_command, abilities.largest_response) == (command, response)
    assert abilities.historical_bytes == b"\x80\x73"


@pytest.mark.parametrize("code", [0x80100069, 0x8010000C, 0x80100016, 0x80100068, 0x80100017])
@pytest.mark.parametrize("signed", [True, False])
def test_a_chip_that_is_taken_away_ends_the_link(
    monkeypatch: pytest.MonkeyPatch, code: int, signed: bool
) -> None:
    service = Service(READER)
    link = linked(monkeypatch, service)
    assert link.transmit(b"\0\xb0\0\0", 1) == b"\x90\x00"
    service.result = code - (1 << 32) if signed else code
    with pytest.raises(ContactLostError):
        link.transmit(b"\0\xb0\0\0", 1)
    service.result = 0
    with pytest.raises(LinkError):
        link.transmit(b"\0\xb0\0\0", 1)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (0x80100017, Reason.LOST),
        (0x80100009, Reason.LOST),
        (0x8010001D, Reason.SERVICE_DOWN),
        (0x80100003, Reason.SERVICE_DOWN),
    ],
)
def test_a_reader_that_is_unplugged_is_no_chip_that_is_taken_away(
    monkeypatch: pytest.MonkeyPatch, code: int, reason: Reason
) -> None:
    service = Service(READER)
    link = linked(monkeypatch, service)
    service.result = code
    service.names.clear()
    with pytest.raises(HardwareError) as failure:
        link.transmit(b"\0\xb0\0\0", 1)
    assert failure.value.reason is reason


@pytest.mark.parametrize(
    ("address", "chosen"),
    [("", "OMNIKEY CL 0"), ("ACS", "ACS PICC 0"), ("SAM", "ACS SAM 0")],
)
def test_the_slot_of_a_security_module_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, address: str, chosen: str
) -> None:
    names = ["ACS SAM 0", "OMNIKEY CL 0", "ACS PICC 0"]
    service = Service(*names)
    linked(monkeypatch, service, address)
    assert service.connected_to == chosen


@pytest.mark.parametrize("names", [[], [READER]])
def test_a_reader_that_is_not_plugged_in(monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    monkeypatch.setattr(pcsc_reader, "_scard", lambda: Service(*names))
    with pytest.raises(HardwareError) as failure:
        PcscReader("Nowhere").open(1)
    assert failure.value.reason is Reason.ABSENT


def test_without_pyscard_a_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(HardwareError) as failure:
        PcscReader("").open(1)
    assert failure.value.reason is Reason.LIBRARY_MISSING
