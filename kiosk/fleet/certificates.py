"""The certificates of a fleet: one authority, and a certificate for each kiosk, console and broker.

EC P-256 and SHA-256 throughout, after RFC 5280; the private keys are PKCS #8 in PEM, unencrypted.
"""

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 20 * 365
BROKER_DAYS = 2 * 365
KIOSK_DAYS = 2 * 365
OPERATOR_DAYS = 365
"""How long each is good; `kiosk fleet enrol` renews what has less than a quarter of it left."""

_SLACK = timedelta(hours=26)
"""It is good from a little before it was made: a kiosk's clock may be wrong by a time zone."""


class BadFileError(Exception):
    """A file that is no certificate or key; the message says which and why."""


class Pair(msgspec.Struct, frozen=True):
    """A certificate and its key, both in PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """The key that signs the certificates of one fleet."""

    def __init__(self, pair: Pair) -> None:
        self._certificate = certificate_of(pair.certificate)
        self._key = key_of(pair.key)
        if not fits(pair):
            raise BadFileError("the authority's key does not fit its certificate")

    def client(self, name: str, days: int, key: bytes | None = None) -> Pair:
        """For a kiosk or a console; `key`: a key in PEM that is kept, else a new one is made."""
        return self._issue(name, days, ExtendedKeyUsageOID.CLIENT_AUTH, None, key)

    def server(self, host: str, days: int, key: bytes | None = None) -> Pair:
        """For a broker that is reached under this name or address."""
        return self._issue(host, days, ExtendedKeyUsageOID.SERVER_AUTH, host, key)

    def _issue(
        self, name: str, days: int, use: x509.ObjectIdentifier, host: str | None, key: bytes | None
    ) -> Pair:
        secret = key_of(key) if key else ec.generate_private_key(ec.SECP256R1())
        built = (
            _builder(name, self._certificate.subject, secret.public_key(), days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if host is not None:
            built = built.add_extension(x509.SubjectAlternativeName([_host(host)]), critical=False)
        return Pair(_pem(built.sign(self._key, hashes.SHA256())), _secret(secret))

    def revoked(self, serials: Iterable[int], days: int = AUTHORITY_DAYS) -> bytes:
        """The list of those that are no longer good, in PEM (a CRL after RFC 5280).

        It is good as long as the authority: a broker that finds it expired lets nobody in.
        """
        now = datetime.now(UTC)
        until = min(now + timedelta(days=days), self._certificate.not_valid_after_utc)
        built = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(now)
            .next_update(until)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        for serial in sorted(set(serials)):
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
            built = built.add_revoked_certificate(one.build())
        return built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def new_authority(name: str) -> Pair:
    """An authority that signs for itself."""
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        _builder(name, subject, secret.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
    )
    return Pair(_pem(built.sign(secret, hashes.SHA256())), _secret(secret))


def new_signing_key() -> bytes:
    """An Ed25519 key by which an operator signs commands, in PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_half(signing_key: bytes) -> bytes:
    """The 32 bytes by which its signatures are checked."""
    key = _loaded(signing_key)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadFileError("not an Ed25519 key")
    return key.public_key().public_bytes_raw()


def certificate_of(pem: bytes) -> x509.Certificate:
    """The first certificate in a PEM; `BadFileError` where there is none that can be used."""
    try:
        found = x509.load_pem_x509_certificate(pem)
        # What is asked of it later is read here: the library reads names, dates and keys late.
        _ = found.subject, found.issuer, found.not_valid_after_utc, found.public_key()
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise BadFileError("not a certificate in PEM") from error
    return found


def key_of(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """The key of a certificate; `BadFileError` where it is none."""
    key = _loaded(pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BadFileError("not a key on a curve")
    return key


def common_name(certificate: x509.Certificate) -> str:
    """Whose it is: `CENTRE/KIOSK`, `staff/OPERATOR`, or a host."""
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def fits(pair: Pair) -> bool:
    """Whether the key is that of the certificate."""
    return certificate_of(pair.certificate).public_key() == key_of(pair.key).public_key()


def issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether this authority has signed it."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def days_left(certificate: x509.Certificate, now: datetime | None = None) -> float:
    """For how many days it is still good; negative: since when it is not."""
    return (certificate.not_valid_after_utc - (now or datetime.now(UTC))) / timedelta(days=1)


def _loaded(pem: bytes) -> object:
    try:
        return serialization.load_pem_private_key(pem, password=None)
    # InternalError is what the library says of a key that OpenSSL takes for one and cannot read.
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError) as error:
        raise BadFileError("not a private key in PEM without a password") from error


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _secret(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
