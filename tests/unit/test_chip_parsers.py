"""What a chip says is read without any but the documented errors: the fuzzer's targets, shortly.

`tests/fuzz/chip.py` has the targets and runs them for long.
"""

import hashlib
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.emrtd import checks, lds, security_infos, sod, tlv
from hardware.emrtd.apdu import Response
from hardware.emrtd.ciphers import Suite
from hardware.emrtd.errors import ChipError
from hardware.emrtd.secure_messaging import SecureMessaging
from hardware.verdicts import CheckOutcome, CheckReason, ChipCheck
from tests.fuzz import chip

EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
LENGTHS = (b"\x80", b"\x83\xff\xff\xff", b"\x84\xff\xff\xff\xff", b"\xff\xff\xff")

seeds = cache(chip.seeds)


@st.composite
def mutated(draw: st.DrawFn, target: str) -> bytes:
    """One of the right inputs with some places overwritten, put in, taken out or cut off."""
    data = bytearray(draw(st.sampled_from(seeds(target))))
    for _ in range(draw(st.integers(1, 4))):
        # Tags and lengths, which matter most, are at the beginning.
        at = draw(st.integers(0, min(60, len(data))) | st.integers(0, len(data)))
        new = draw(st.binary(min_size=1, max_size=3) | st.sampled_from(LENGTHS))
        match draw(st.sampled_from(("over", "in", "out", "end"))):
            case "over":
                data[at : at + len(new)] = new
            case "in":
                data[at:at] = new
            case "out":
                del data[at : at + len(new)]
            case _:
                del data[at:]
    return bytes(data)


@pytest.mark.parametrize("target", chip.TARGETS)
def test_any_bytes_end_in_an_answer_or_a_documented_error(target: str) -> None:
    @EXAMPLES
    @given(st.binary(max_size=300))
    def run(data: bytes) -> None:
        chip.TARGETS[target](data)

    run()


@pytest.mark.parametrize("target", chip.TARGETS)
def test_altered_files_end_in_an_answer_or_a_documented_error(target: str) -> None:
    @EXAMPLES
    @given(mutated(target))
    def run(data: bytes) -> None:
        chip.TARGETS[target](data)

    run()


def test_the_right_inputs_are_read() -> None:
    """Else the fuzzer would turn over what is refused at its first byte."""
    for data in seeds("security_infos"):
        assert security_infos.parse(data) != security_infos.SecurityInfos()
    for data in seeds("sod"):
        three = checks.passive(data, {}, None)
        if data[0] == sod.TAG:
            assert three[ChipCheck.SOD_SIGNATURE] == checks.PASSED
        else:
            assert checks.card_security(data, None)[0] == checks.PASSED
    reads = {0x61: lds.dg1, 0x6E: lds.dg14, 0x6F: lds.dg15, 0x60: lds.com, 0x75: lds.portrait}
    read = [reads[data[0]](data) for data in seeds("lds") if data[0] in reads]
    assert len(read) > 10


def test_a_curve_over_a_field_of_nonsense_is_malformed() -> None:
    """As the fuzzer found it: asn1crypto fails there with an AttributeError."""
    real = next(data for data in seeds("security_infos") if bytes.fromhex("2A8648CE3D0101") in data)
    field = real.index(bytes.fromhex("2A8648CE3D0101")) + 7
    altered = real[:field] + b"\x09" + real[field + 1 :]  # the prime is a REAL
    with pytest.raises(ChipError):
        security_infos.parse(altered)


def test_a_key_as_long_as_a_file_does_not_keep_the_processor_busy() -> None:
    number = b"\x02\x82\x1f\x40" + b"\x7f" * 8000
    key = tlv.wrap(0x30, number * 2)
    rsa = bytes.fromhex("300D06092A864886F70D0101010500")
    chip.fuzz_active(b"\x40" + b"\x11" * 64 + tlv.wrap(0x30, rsa + tlv.wrap(0x03, b"\0" + key)))


@pytest.mark.parametrize("number", range(3))
@EXAMPLES
@given(change=st.integers(1, 255), place=st.integers(0))
def test_hashes_that_nobody_signed_never_pass(number: int, change: int, place: int) -> None:
    """Not even where the digest over them, which is signed, was put right by the forger."""
    data = seeds("sod")[number]
    content = sod.read(data).signed.content
    hashes = sorted(sod.read(data).hashes.values())
    altered = bytearray(hashes[0])
    altered[place % len(altered)] ^= change
    forged = content.replace(hashes[0], altered)
    made = data.replace(content, forged)
    assert made != data
    for digest in (hashlib.sha1, hashlib.sha256):
        made = made.replace(digest(content).digest(), digest(forged).digest())
    read = sod.read(made)
    assert read.hashes != sod.read(data).hashes
    assert read.signed.signature == (CheckOutcome.FAILED, CheckReason.WRONG_SIGNATURE)


@EXAMPLES
@given(st.sampled_from(list(Suite)), st.binary(max_size=64))
def test_a_response_without_a_right_checksum_is_never_taken(suite: Suite, objects: bytes) -> None:
    session = SecureMessaging(suite, bytes(suite.key_size), bytes(range(suite.key_size)))
    for told in (b"", objects, tlv.wrap(0x99, b"\x90\0") + tlv.wrap(0x8E, objects[:8])):
        with pytest.raises(ChipError):
            session.unprotect(Response(told, 0x9000))
