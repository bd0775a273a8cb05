"""Documents' security objects, as they should be and as some real ones are."""

import datetime

import pytest
from asn1crypto import cms as asn1
from asn1crypto import core
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.emrtd import sod
from hardware.verdicts import CheckOutcome, CheckReason
from tests.unit import pki

GROUPS = {1: b"\x61\x03abc", 14: b"\x6e\x01d"}
CONTENT = pki.security_object(GROUPS)
PASSED = (CheckOutcome.PASSED, CheckReason.FITS)
WRONG = (CheckOutcome.FAILED, CheckReason.WRONG_SIGNATURE)

CSCA = pki.certify(pki.RsaKey(0), common="CSCA")
SIGNER = pki.certify(pki.RsaKey(1), CSCA, serial=7)
OTHER = pki.certify(pki.RsaKey(2), CSCA, serial=8)


def signature_of(data: bytes) -> tuple[CheckOutcome, CheckReason]:
    return sod.read(pki.wrap(0x77, data)).signed.signature


def test_a_good_one() -> None:
    read = sod.read(pki.wrap(0x77, pki.Signed(SIGNER, CONTENT).der()))
    assert read.signed.signature == PASSED
    assert read.signed.signer.der == SIGNER.der
    assert read.signed.signed_at is None
    assert read.digest is not None
    assert read.digest.name == "sha256"
    assert sorted(read.hashes) == [1, 14]
    assert {len(value) for value in read.hashes.values()} == {32}


def test_another_content_than_was_signed() -> None:
    other = pki.security_object({1: b"x"})
    assert signature_of(pki.Signed(SIGNER, CONTENT, claimed=other).der()) == WRONG


@pytest.mark.parametrize("from_the_end", [1, 300, 260])
def test_a_bit_of_the_signature_or_the_attributes_flipped(from_the_end: int) -> None:
    data = bytearray(pki.Signed(SIGNER, CONTENT).der())
    data[-from_the_end] ^= 1
    try:
        found = signature_of(bytes(data))
    except sod.MalformedSodError:
        return
    assert found[0] is not CheckOutcome.PASSED


def test_attributes_that_were_signed_are_changed() -> None:
    time = datetime.datetime(2024, 5, 1, tzinfo=pki.UTC)
    data = pki.Signed(SIGNER, CONTENT, signing_time=time).der()
    assert data.count(b"240501000000Z") == 1
    assert signature_of(data) == PASSED
    assert signature_of(data.replace(b"240501000000Z", b"240601000000Z")) == WRONG


@pytest.mark.parametrize("parameters", [("sha256", "sha1", 20), ("sha512", "sha256", 64),
                                        ("sha256", "sha256", 0)])  # fmt: skip
def test_pss_with_its_own_parameters(parameters: tuple[str, str, int]) -> None:
    signer = pki.certify(pki.RsaKey(1, pss=parameters), CSCA, serial=7)
    assert signature_of(pki.Signed(signer, CONTENT, digest="sha256").der()) == PASSED


def test_pss_with_parameters_that_are_not_those_it_was_made_with() -> None:
    class Lying(pki.RsaKey):
        def algorithm(self, digest: str) -> object:
            return pki.RsaKey(1, pss=("sha256", "sha256", 20)).algorithm(digest)

    signer = pki.Party(Lying(1, pss=("sha256", "sha256", 32)), SIGNER.certificate)
    assert signature_of(pki.Signed(signer, CONTENT).der()) == WRONG


@pytest.mark.parametrize("key", [
    pki.EcKey("brainpoolP224r1"), pki.EcKey("brainpoolP320r1"), pki.EcKey("brainpoolP192r1"),
    pki.EcKey("brainpoolP256r1", explicit=True), pki.EcKey("brainpoolP320r1", explicit=True),
    pki.EcKey("secp256r1", plain=True), pki.EcKey("brainpoolP224r1", plain=True),
])  # fmt: skip
def test_elliptic_curves(key: pki.EcKey) -> None:
    signer = pki.certify(key, CSCA)
    assert signature_of(pki.Signed(signer, CONTENT).der()) == PASSED
    assert signature_of(pki.Signed(signer, CONTENT, signature_digest="sha512").der()) == PASSED
    stranger = pki.Party(pki.EcKey(key.curve, key.explicit, key.plain), signer.certificate)
    assert signature_of(pki.Signed(stranger, CONTENT).der()) == WRONG


@pytest.mark.parametrize("key", [pki.RsaKey(1), pki.EcKey("secp256r1")])
@pytest.mark.parametrize(("digest", "other"), [("sha256", "sha1"), ("sha1", "sha512")])
def test_the_hash_beside_the_algorithm_is_another(key: pki.Key, digest: str, other: str) -> None:
    signer = pki.certify(key, CSCA)
    data = pki.Signed(signer, CONTENT, digest=digest, signature_digest=other).der()
    assert signature_of(data) == PASSED


def test_the_algorithm_of_the_key_stands_for_that_of_the_signature() -> None:
    data = pki.Signed(SIGNER, CONTENT).der()
    assert data.count(b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b") == 3
    at = data.rindex(b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")
    data = data[: at + 8] + b"\x01" + data[at + 9 :]
    assert signature_of(data) == PASSED


@pytest.mark.parametrize(("how", "certificates"), [
    ({"by": "subject_key_identifier"}, [OTHER, SIGNER]),
    ({}, [OTHER, SIGNER]),
    ({"wrong_issuer": True}, [OTHER, SIGNER]),
    ({"wrong_issuer": True, "wrong_serial": True}, [SIGNER]),
        ({"wrong_serial": True}, [SIGNER, SIGNER]),
])  # fmt: skip
def test_how_the_signer_is_named(how: dict, certificates: list[pki.Party]) -> None:
    told = [party.certificate for party in certificates]
    data = pki.Signed(SIGNER, CONTENT, certificates=told, **how).der()
    read = sod.read(pki.wrap(0x77, data))
    assert read.signed.signer.der == SIGNER.der
    assert read.signed.signature == PASSED


def test_a_signer_that_cannot_be_told_from_others() -> None:
    told = [SIGNER.certificate, OTHER.certificate]
    data = pki.Signed(SIGNER, CONTENT, certificates=told, wrong_serial=True).der()
    with pytest.raises(sod.MalformedSodError):
        signature_of(data)


@pytest.mark.parametrize("content_type", sod.CONTENT_TYPES)
def test_all_names_of_the_content(content_type: str) -> None:
    assert signature_of(pki.Signed(SIGNER, CONTENT, content_type=content_type).der()) == PASSED


@pytest.mark.parametrize("content_type", [pki.MASTER_LIST, "1.2.840.113549.1.7.1"])
def test_something_else_that_is_signed(content_type: str) -> None:
    with pytest.raises(sod.MalformedSodError):
        signature_of(pki.Signed(SIGNER, CONTENT, content_type=content_type).der())


def test_a_version_as_of_pkcs_7() -> None:
    data = pki.Signed(SIGNER, CONTENT).der()
    assert data.count(b"\x02\x01\x03\x31") == 1
    assert signature_of(data.replace(b"\x02\x01\x03\x31", b"\x02\x01\x01\x31")) == PASSED


def in_ber(value: core.Asn1Value) -> bytes:
    """The outer structures and the content with lengths that are not told beforehand."""
    inner = value["content"]
    content = bytes(inner["encap_content_info"]["content"])
    pieces = b"".join(pki.wrap(4, content[at : at + 40]) for at in range(0, len(content), 40))
    octets = b"\xa0\x80\x24\x80" + pieces + b"\0\0\0\0"
    told = b"\x30\x80" + inner["encap_content_info"]["content_type"].dump() + octets + b"\0\0"
    parts = [inner["version"].dump(), inner["digest_algorithms"].dump(), told]
    parts += [b"\xa0\x80" + inner["certificates"].contents + b"\0\0"]
    parts += [b"\x31\x80" + inner["signer_infos"].contents + b"\0\0"]
    data = b"\x30\x80" + b"".join(parts) + b"\0\0"
    return b"\x30\x80" + value["content_type"].dump() + b"\xa0\x80" + data + b"\0\0\0\0"


def test_lengths_that_are_not_told_beforehand() -> None:
    data = in_ber(asn1.ContentInfo.load(pki.Signed(SIGNER, CONTENT).der()))
    assert signature_of(data) == PASSED
    at = data.index(b"\x04\x20") + 5
    assert signature_of(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) == WRONG


def test_without_attributes() -> None:
    assert signature_of(pki.Signed(SIGNER, CONTENT, attributes=False).der()) == PASSED
    wrong = pki.Signed(SIGNER, CONTENT, attributes=False, claimed=pki.security_object({})).der()
    assert signature_of(wrong) == WRONG


def test_an_algorithm_that_is_not_known_is_not_wrong() -> None:
    data = pki.Signed(SIGNER, CONTENT).der()
    at = data.rindex(b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")
    data = data[: at + 8] + b"\x7f" + data[at + 9 :]
    assert signature_of(data) == (CheckOutcome.NOT_DONE, CheckReason.UNSUPPORTED)


@pytest.mark.parametrize("data", [
    b"", b"\x77\x00", b"\x77\x05\x30", pki.wrap(0x77, b"\x30\x80" * 20000),
    pki.Signed(SIGNER, CONTENT).der(), pki.wrap(0x77, CONTENT), b"\x77\x03\x02\x01\x01",
    pki.wrap(0x77, pki.Signed(SIGNER, b"\x30\x00").der()),
    pki.wrap(0x77, pki.Signed(SIGNER, b"\x31\x80").der()),
    pki.wrap(0x77, pki.Signed(SIGNER, CONTENT).der()) + bytes(0x10000),
])  # fmt: skip
def test_what_is_none(data: bytes) -> None:
    with pytest.raises(sod.MalformedSodError) as error:
        sod.read(data)
    assert "Signing" not in str(error.value)


GOOD = pki.wrap(0x77, pki.Signed(SIGNER, CONTENT).der())


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.integers(0, 6))
def test_no_damage_gives_another_error_or_other_hashes(at: int, put: bytes, gone: int) -> None:
    try:
        read = sod.read(GOOD[:at] + put + GOOD[at + gone :])
    except sod.MalformedSodError:
        return
    if read.signed.signature == PASSED:
        assert read.signed.content == CONTENT
