"""Our PACE and secure messaging against OpenPACE's, on both sides."""

import secrets
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from hardware.emrtd.access_keys import AccessKey, CanKey, MrzKey
from hardware.emrtd.apdu import Command
from hardware.emrtd.channel import Channel
from hardware.emrtd.errors import ChipError
from hardware.emrtd.pace import open_pace
from hardware.emrtd.security_infos import PaceInfo, parse
from hardware.verdicts import ChipVerdict
from tests.e2e.peer_cards import (
    BIRTH,
    CAN,
    EXPIRY,
    FILES,
    NUMBER,
    RUNS_OF_RESIDUES,
    PeerCard,
    missing,
)

WHY = missing("libeac3", "libmrtd")
pytestmark = pytest.mark.skipif(WHY is not None, reason=WHY or "")

CIPHERS = ["3DES", "AES-128", "AES-192", "AES-256"]
GROUPS = [("DH-GM", 0), ("DH-GM", 1), ("DH-GM", 2), *(("ECDH-GM", curve) for curve in range(8, 19))]
KEYS = {"MRZ": MrzKey.of(NUMBER, BIRTH, EXPIRY), "CAN": CanKey.of(CAN)}
CARD_ACCESS = Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex("011C"))
APPLICATION = Command(0x00, 0xA4, 0x04, 0x0C, bytes.fromhex("A0000002471001"))


@pytest.fixture(scope="module")
def card() -> Iterator[PeerCard]:
    card = PeerCard()
    yield card
    card.close()


def offered(channel: Channel) -> PaceInfo:
    assert channel.send(CARD_ACCESS).ok
    (info,) = parse(channel.send(Command(0x00, 0xB0, ne=256)).data).pace
    return info


def opened(card: PeerCard, key: AccessKey, runs: int = 1) -> Channel:
    channel = Channel(card, time.monotonic() + 60)
    info = offered(channel)
    for _ in range(runs - 1):
        with suppress(ChipError):
            channel.protection = open_pace(channel, info, key, secrets.token_bytes).messaging
            return channel
        channel.reconnect()
    channel.protection = open_pace(channel, info, key, secrets.token_bytes).messaging
    return channel


@pytest.mark.parametrize("password", KEYS)
@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize(("mapping", "group"), GROUPS)
def test_opens_and_reads_another_projects_card(
    card: PeerCard, mapping: str, group: int, cipher: str, password: str
) -> None:
    card.lay(pace=(mapping, cipher, group))
    runs = RUNS_OF_RESIDUES if mapping == "DH-GM" else 1
    channel = opened(card, KEYS[password], runs)
    assert channel.send(APPLICATION).ok
    assert channel.send(Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex("0101"))).ok
    data = FILES[0x0101]
    assert channel.send(Command(0x00, 0xB0, ne=6)).data == data[:6]
    assert channel.send(Command(0x00, 0xB0, 0x01, 0x00, ne=223)).data == data[256:479]
    assert channel.send(Command(0x00, 0xB0, ne=len(data))).data == data  # extended length
    odd = channel.send(Command(0x00, 0xB1, data=bytes.fromhex("54020010"), ne=12))
    assert odd.data == b"\x53\x08" + data[16:24]
    assert channel.send(Command(0x00, 0xB0, 0x7F, 0xFF, ne=6)).status == 0x6B00


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize(
    "key", [MrzKey.of("L898902C0", BIRTH, EXPIRY), CanKey.of("271829")], ids=["MRZ", "CAN"]
)
def test_another_projects_card_refuses_a_wrong_key(
    card: PeerCard, cipher: str, key: AccessKey
) -> None:
    card.lay(pace=("ECDH-GM", cipher, 13))
    with pytest.raises(ChipError) as failed:
        opened(card, key)
    assert failed.value.verdict is ChipVerdict.WRONG_KEY
