"""The checks of a chip: what each says, and of what it is silent."""

from datetime import date

import pytest

from hardware.emrtd import checks
from hardware.emrtd.certificates import Certificate
from hardware.emrtd.trust import TrustStore
from hardware.mrz.specimens import ICAO
from hardware.simulated.emrtd.issuing import Authority, make_authority, security_object
from hardware.simulated.emrtd.keys import Signature, make_key
from hardware.verdicts import CheckOutcome, CheckReason, ChipCheck
from tests.unit import pki

GROUPS = {1: b"\x61\x03abc", 14: b"\x6e\x02de", 15: b"\x6f\x01f"}
SIGNATURE, CHAIN, HASHES = ChipCheck.SOD_SIGNATURE, ChipCheck.ISSUER_CHAIN, ChipCheck.GROUP_HASHES
LINES = ICAO["TD3"]


def not_done(reason: CheckReason) -> checks.Check:
    return CheckOutcome.NOT_DONE, reason


def failed(reason: CheckReason) -> checks.Check:
    return CheckOutcome.FAILED, reason


def signed_by(authority: Authority, signature: Signature) -> bytes:
    return security_object(authority.signer(make_key(signature)), GROUPS, "sha256")


def trusting(authority: Authority) -> TrustStore:
    return TrustStore([Certificate(authority.certificate())])


@pytest.mark.parametrize("signature", list(Signature))
def test_a_document_of_the_simulated_state(signature: Signature) -> None:
    authority = make_authority()
    sod = signed_by(authority, signature)
    assert checks.passive(sod, GROUPS, trusting(authority)) == dict.fromkeys(
        (SIGNATURE, CHAIN, HASHES), checks.PASSED
    )
    other = trusting(make_authority())
    assert checks.passive(sod, GROUPS, other)[CHAIN] == not_done(CheckReason.UNKNOWN_ISSUER)
    for nothing in (None, TrustStore()):
        found = checks.passive(sod, GROUPS, nothing)
        assert found[CHAIN] == not_done(CheckReason.UNKNOWN_ISSUER)
        assert found[SIGNATURE] == checks.PASSED


AUTHORITY = make_authority()
ISSUED = signed_by(AUTHORITY, Signature.ECDSA)


@pytest.mark.parametrize(("groups", "expected"), [
    ({1: GROUPS[1]}, checks.PASSED),
    ({1: GROUPS[1] + b"\0"}, failed(CheckReason.WRONG_HASH)),
    ({**GROUPS, 14: b"\x6e\x81\x02de"}, failed(CheckReason.WRONG_HASH)),
    ({1: GROUPS[14]}, failed(CheckReason.WRONG_HASH)),
    ({**GROUPS, 13: b"\x6d\x00"}, failed(CheckReason.NOT_SIGNED)),
    ({}, not_done(CheckReason.NOT_READ)),
])  # fmt: skip
def test_the_raw_bytes_of_the_groups_are_hashed(
    groups: dict[int, bytes], expected: checks.Check
) -> None:
    assert checks.passive(ISSUED, groups, None)[HASHES] == expected


def test_hashes_prove_nothing_without_the_signature() -> None:
    broken = ISSUED[:-1] + bytes([ISSUED[-1] ^ 1])
    found = checks.passive(broken, GROUPS, trusting(AUTHORITY))
    assert found[SIGNATURE] == failed(CheckReason.WRONG_SIGNATURE)
    assert found[HASHES] == not_done(CheckReason.NOT_SIGNED)
    altered = checks.passive(broken, {1: b"x"}, None)
    assert altered[HASHES] == failed(CheckReason.WRONG_HASH)


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha384", "sha512"])
def test_groups_hashed_otherwise_than_the_signature(digest: str) -> None:
    signer = pki.certify(pki.RsaKey(0))
    content = pki.security_object(GROUPS, digest)
    data = pki.wrap(0x77, pki.Signed(signer, content).der())
    found = checks.passive(data, GROUPS, None)
    assert found[SIGNATURE] == found[HASHES] == checks.PASSED


def test_a_hash_that_is_not_known() -> None:
    signer = pki.certify(pki.RsaKey(0))
    content = pki.security_object(GROUPS)
    oid = bytes.fromhex("608648016503040201")
    assert content.count(oid) == 1
    content = content.replace(oid, oid[:-1] + b"\x7f")
    data = pki.wrap(0x77, pki.Signed(signer, content).der())
    assert checks.passive(data, GROUPS, None)[HASHES] == not_done(CheckReason.UNSUPPORTED)


def test_no_security_object() -> None:
    found = checks.passive(None, GROUPS, None)
    assert set(found.values()) == {not_done(CheckReason.NOT_THERE)}
    assert set(found) == {SIGNATURE, CHAIN, HASHES}


@pytest.mark.parametrize("data", [b"", b"\x77\x02\x30\x00", ISSUED[:-40]])
def test_a_malformed_security_object(data: bytes) -> None:
    found = checks.passive(data, GROUPS, None)
    assert found[SIGNATURE] == failed(CheckReason.MALFORMED)
    assert found[CHAIN] == found[HASHES] == not_done(CheckReason.NOT_SIGNED)


@pytest.mark.parametrize(("lines", "code", "expected"), [
    (LINES, LINES, checks.PASSED),
    (LINES, [f" {line}\n" for line in LINES], checks.PASSED),
    (LINES, [LINES[0], LINES[1].replace("L898902C3", "L898902C4")], failed(CheckReason.DIFFERS)),
    (LINES, ICAO["TD1"], failed(CheckReason.DIFFERS)),
    (LINES, None, not_done(CheckReason.NO_CODE)),
    (None, LINES, not_done(CheckReason.NOT_READ)),
    (None, None, not_done(CheckReason.NOT_READ)),
])  # fmt: skip
def test_the_code(lines: list[str], code: list[str], expected: checks.Check) -> None:
    assert checks.matches_code(lines, code) == expected


def expiring(yymmdd: str) -> list[str]:
    return [LINES[0], LINES[1].replace("120415", yymmdd)]


@pytest.mark.parametrize(("lines", "expected"), [
    (expiring("260302"), checks.PASSED),
    (expiring("260301"), checks.PASSED),
    (expiring("260228"), failed(CheckReason.DATE_PASSED)),
    (expiring("2603<<"), checks.PASSED),
    (expiring("2602<<"), failed(CheckReason.DATE_PASSED)),
    (expiring("261331"), not_done(CheckReason.DATE_UNKNOWN)),
    (expiring("<<<<<<"), not_done(CheckReason.DATE_UNKNOWN)),
    (["nonsense"], not_done(CheckReason.MALFORMED)),
    (None, not_done(CheckReason.NOT_READ)),
])  # fmt: skip
def test_the_date_of_expiry(lines: list[str] | None, expected: checks.Check) -> None:
    assert checks.not_expired(lines, date(2026, 3, 1)) == expected


def test_the_card_security_file() -> None:
    csca = pki.certify(pki.RsaKey(0), country="DK")
    signer = pki.certify(pki.EcKey("brainpoolP320r1"), csca, country="DK")
    infos = pki.wrap(0x31, b"")
    told = pki.Signed(signer, infos, content_type="0.4.0.127.0.7.3.2.1")
    trust = TrustStore([Certificate(csca.der)])
    passed = checks.PASSED
    assert checks.card_security(told.der(), trust) == (passed, passed, infos)
    assert checks.card_security(told.der(), None)[1] == not_done(CheckReason.UNKNOWN_ISSUER)
    told.claimed = pki.wrap(0x31, pki.wrap(0x30, b""))
    assert checks.card_security(told.der(), trust)[0] == failed(CheckReason.WRONG_SIGNATURE)
    missing = not_done(CheckReason.NOT_SIGNED)
    assert checks.card_security(b"\x30", trust) == (failed(CheckReason.MALFORMED), missing, b"")


def test_attributes_of_another_signature_do_not_pass_for_security_infos() -> None:
    """Without signed attributes the content itself is signed: it may be no set of attributes."""
    signer = pki.certify(pki.RsaKey(0))
    whole = pki.Signed(signer, b"\x30\x00").info()
    info = whole["content"]["signer_infos"][0]
    stolen = info["signed_attrs"].untag().dump()
    bare = pki.Signed(signer, b"", claimed=stolen, attributes=False).info()
    bare["content"]["signer_infos"][0]["signature"] = info["signature"].native
    found, _, _ = checks.card_security(bare.dump(force=True), None)
    assert found == failed(CheckReason.WRONG_SIGNATURE)
