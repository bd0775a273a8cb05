"""What stands in a chip's files: of documents of every size, and of nonsense."""

from collections.abc import Callable

import pytest

from hardware.emrtd import lds
from hardware.emrtd.errors import ChipError
from hardware.emrtd.tlv import first, wrap
from hardware.mrz.specimens import ICAO
from hardware.simulated.emrtd.personalisation import COM, Passport, Profile, personalise
from hardware.verdicts import ChipVerdict


@pytest.fixture(scope="module")
def passport() -> Passport:
    return personalise(ICAO["TD3"], Profile())


@pytest.mark.parametrize("layout", ["TD1", "TD2", "TD3"])
def test_group_1_of_every_layout(layout: str) -> None:
    code = "".join(ICAO[layout]).encode()
    assert lds.dg1(wrap(0x61, wrap(0x5F1F, code))) == tuple(ICAO[layout])


@pytest.mark.parametrize("code", [b"", b"P<UTO", b"\xff" * 88, b"a" * 88])
def test_a_code_that_is_none(code: bytes) -> None:
    with pytest.raises(ChipError) as refused:
        lds.dg1(wrap(0x61, wrap(0x5F1F, code)))
    assert refused.value.verdict is ChipVerdict.FILE_MALFORMED
    assert not refused.value.__cause__, "its text would hold a character of the code"


def test_group_14_offers_what_the_chip_can(passport: Passport) -> None:
    infos = lds.dg14(passport.files[0x010E])
    assert passport.chip_key
    assert [key.public for key in infos.chip_keys] == [passport.chip_key.public]
    assert [info.suite for info in infos.chip_authentication] == [
        passport.profile.chip_authentication
    ]
    assert len(infos.active_authentication) == 1


def test_group_15_holds_the_public_key_alone(passport: Passport) -> None:
    assert passport.active_key
    data = passport.files[0x010F]
    assert lds.dg15(data) == passport.active_key.info
    longer = wrap(0x6F, first(data).value + b"\0\0")
    assert lds.dg15(longer) == passport.active_key.info


def test_the_list_of_the_groups(passport: Passport) -> None:
    assert lds.com(passport.files[COM]) == (1, 2, 14, 15)


@pytest.mark.parametrize("read", [lds.dg1, lds.dg14, lds.dg15, lds.com, lds.portrait])
@pytest.mark.parametrize(
    "data", [b"", b"\x61", b"\x7f\x61\x05", wrap(0x04, b"abc"), *(wrap(tag, b"\x30\x80") for tag in
             (0x60, 0x61, 0x6E, 0x6F, 0x75))],
)  # fmt: skip
def test_what_is_not_the_file(read: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(ChipError) as refused:
        read(data)
    assert refused.value.verdict is ChipVerdict.FILE_MALFORMED
