"""Whom a country's certificates vouch for."""

import datetime
from pathlib import Path

import pytest

from hardware.emrtd.certificates import Certificate, MalformedCertificateError
from hardware.emrtd.trust import TrustStore, as_pem, certificates_in
from hardware.verdicts import CheckOutcome, CheckReason
from tests.unit import pki

PASSED = (CheckOutcome.PASSED, CheckReason.FITS)
UNKNOWN = (CheckOutcome.NOT_DONE, CheckReason.UNKNOWN_ISSUER)
WRONG = (CheckOutcome.FAILED, CheckReason.WRONG_SIGNATURE)
EXPIRED = (CheckOutcome.FAILED, CheckReason.CERTIFICATE_EXPIRED)

# All of one name, as Denmark's are.
FIRST = pki.certify(pki.RsaKey(0), country="DK", common="CSCA", years=(2006, 2021))
SECOND = pki.certify(pki.RsaKey(1), country="DK", common="CSCA", years=(2018, 2033))
THIRD_KEY = pki.RsaKey(2)
LINK = pki.certify(
    THIRD_KEY, SECOND, country="DK", common="CSCA", authority=True, years=(2022, 2033)
)
NORWEGIAN = pki.certify(pki.RsaKey(3), country="NO", common="CSCA")
SIGNER_KEY = pki.EcKey("secp256r1")


def signer(issuer: pki.Party, country: str = "DK", **how: object) -> Certificate:
    told = {"serial": 9, "years": (2020, 2030), **how}
    return Certificate(pki.certify(SIGNER_KEY, issuer, country=country, **told).der)


def store(*parties: pki.Party) -> TrustStore:
    return TrustStore([Certificate(party.der) for party in parties])


def test_the_issuer_is_found_among_namesakes() -> None:
    known = store(FIRST, SECOND, NORWEGIAN)
    assert known.vouch(signer(SECOND)) == PASSED
    assert known.vouch(signer(FIRST, years=(2010, 2020))) == PASSED


def test_a_key_of_the_country_that_is_not_here_is_unknown() -> None:
    assert store(FIRST).vouch(signer(SECOND)) == UNKNOWN


def test_the_right_key_identifier_alone_is_not_enough() -> None:
    liar = pki.Party(pki.RsaKey(3), SECOND.certificate)
    assert store(FIRST, SECOND).vouch(signer(liar)) == WRONG


def test_an_unknown_country_is_unknown() -> None:
    assert store(SECOND).vouch(signer(NORWEGIAN, "NO")) == UNKNOWN
    assert store().vouch(signer(SECOND)) == UNKNOWN


def test_another_country_cannot_vouch() -> None:
    """A Danish signer's certificate, made by Norway's key."""
    norway = pki.Party(pki.RsaKey(3), pki.certify(pki.RsaKey(3), country="DK").certificate)
    assert store(SECOND, NORWEGIAN).vouch(signer(norway)) == UNKNOWN


@pytest.mark.parametrize("subject_key", [b"", None, b"named otherwise"])
def test_without_an_issuers_key_identifier_all_of_the_country_are_tried(
    subject_key: bytes | None,
) -> None:
    second = pki.certify(pki.RsaKey(1), country="DK", subject_key=subject_key)
    known = store(FIRST, second)
    assert known.vouch(signer(second, authority_key=False)) == PASSED
    assert known.vouch(signer(SECOND)) == PASSED
    stranger = pki.certify(pki.RsaKey(3), country="DK")
    assert known.vouch(signer(stranger, authority_key=False)) == WRONG


def test_a_link_certificate_vouches_with_its_new_key() -> None:
    third = pki.Party(THIRD_KEY, LINK.certificate)
    assert store(SECOND, LINK).vouch(signer(third, years=(2023, 2030))) == PASSED
    assert store(SECOND).vouch(signer(third, years=(2023, 2030))) == UNKNOWN
    assert store(SECOND).vouch(Certificate(LINK.der)) == PASSED
    assert store(FIRST).vouch(Certificate(LINK.der)) == UNKNOWN


@pytest.mark.parametrize(("years", "expected"), [
    ((2005, 2015), EXPIRED), ((2006, 2035), PASSED), ((2021, 2031), PASSED), ((2022, 2031), EXPIRED)
])  # fmt: skip
def test_the_signer_is_made_while_its_issuer_is_valid(
    years: tuple[int, int], expected: object
) -> None:
    assert store(FIRST).vouch(signer(FIRST, years=years)) == expected


@pytest.mark.parametrize(("year", "expected"), [
    (2019, EXPIRED), (2021, PASSED), (2031, EXPIRED)
])  # fmt: skip
def test_the_signer_is_valid_when_it_signs(year: int, expected: object) -> None:
    signed_at = datetime.datetime(year, 6, 1, tzinfo=pki.UTC)
    assert store(SECOND).vouch(signer(SECOND), signed_at) == expected


def test_one_that_has_expired_does_not_hide_another_with_its_key() -> None:
    renewed = pki.certify(pki.RsaKey(0), country="DK", common="CSCA", years=(2021, 2036))
    assert store(FIRST, renewed).vouch(signer(FIRST, years=(2024, 2034))) == PASSED
    assert store(renewed, FIRST).vouch(signer(FIRST, years=(2010, 2020))) == PASSED


def test_a_curve_that_is_not_known_is_not_wrong() -> None:
    der = SECOND.der
    odd = pki.certify(pki.EcKey("secp256r1"), country="DK").der
    named = bytes.fromhex("2a8648ce3d030107")
    assert odd.count(named) == 1
    odd = odd.replace(named, bytes.fromhex("2a8648ce3d03017f"))
    issuer = pki.Party(pki.EcKey("secp256r1"), pki.certify(pki.RsaKey(3), country="DK").certificate)
    known = TrustStore([Certificate(der), Certificate(odd)])
    assert known.vouch(signer(issuer)) == (CheckOutcome.NOT_DONE, CheckReason.UNSUPPORTED)


def test_a_small_letter_country_is_the_same() -> None:
    small = pki.certify(pki.RsaKey(1), country="dk", common="CSCA")
    assert store(SECOND).vouch(signer(small, "dk")) == PASSED


@pytest.mark.parametrize("country", ["../", "D/", "D\0", "DENMARK", "", "ÆØ"])
def test_a_country_that_is_none(country: str, tmp_path: Path) -> None:
    (tmp_path / "DK.pem").write_bytes(as_pem([Certificate(SECOND.der)]))
    issuer = pki.certify(pki.RsaKey(3), country=country)
    known = TrustStore.load(tmp_path)
    assert known.vouch(signer(issuer, country)) == UNKNOWN
    assert known.of(country) == []


def test_a_folder(tmp_path: Path) -> None:
    assert TrustStore.load(tmp_path / "none").countries() == []
    (tmp_path / "README.md").write_text("-----BEGIN")
    (tmp_path / "DK.pem").write_bytes(
        as_pem([Certificate(FIRST.der), Certificate(SECOND.der), Certificate(NORWEGIAN.der)])
    )
    (tmp_path / "SE.pem").write_bytes(
        b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"
    )
    (tmp_path / "by-hand.cer").write_bytes(pki.certify(pki.RsaKey(3), country="FI").der)
    (tmp_path / "mixed.pem").write_bytes(as_pem([Certificate(LINK.der)]))
    (tmp_path / "broken.der").write_bytes(b"\x30\x82")
    (tmp_path / "folder.pem").mkdir()
    known = TrustStore.load(tmp_path)
    assert known.countries() == ["DK", "FI"]
    assert {one.der for one in known.of("DK")} == {FIRST.der, SECOND.der, LINK.der}
    assert known.of("NO") == []
    assert known.vouch(signer(SECOND)) == PASSED


def test_pem_with_other_text_around() -> None:
    one, two = Certificate(FIRST.der), Certificate(SECOND.der)
    text = (
        b"subject: somebody\n" + as_pem([one]).replace(b"\n", b"\r\n") + b"# \xff\n" + as_pem([two])
    )
    assert [found.der for found in certificates_in(text)] == [FIRST.der, SECOND.der]


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"\x30\x80\x30\x80", FIRST.der[:-1],
                                 FIRST.der[:300] + b"\xff" + FIRST.der[301:]])  # fmt: skip
def test_what_is_no_certificate(der: bytes) -> None:
    try:
        found = Certificate(der)
    except MalformedCertificateError:
        return
    assert not found.signed_by(Certificate(FIRST.der))
