"""X.509 certificates as countries make them, read leniently (Doc 9303 part 12 section 7)."""

import hashlib
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from asn1crypto import x509
from asn1crypto.keys import PublicKeyInfo

from hardware.emrtd.signatures import verify

_COUNTRY = "2.5.4.6"
_SUBJECT_KEY, _AUTHORITY_KEY, _BASIC = "2.5.29.14", "2.5.29.35", "2.5.29.19"

GRACE = timedelta(days=1)
"""Dates are often those of a day in some place, written as if they were UTC."""


class MalformedCertificateError(ValueError):
    """The bytes are no certificate that can be used."""


class Certificate:
    """One certificate; what is needed of it is read at once, so that nothing can fail later."""

    def __init__(self, der: bytes) -> None:
        """Raises `MalformedCertificateError`."""
        try:
            parsed = x509.Certificate.load(der)
            signed = parsed["tbs_certificate"]
            self.der: bytes = parsed.dump()
            self.signed: bytes = signed.dump()
            self.algorithm = parsed["signature_algorithm"]
            self.signature: bytes = parsed["signature_value"].native
            self.key: PublicKeyInfo = signed["subject_public_key_info"]
            self.serial: int = signed["serial_number"].native
            self.issuer: x509.Name = signed["issuer"]
            self.issuer_country = _country(signed["issuer"])
            self.country = _country(signed["subject"]) or self.issuer_country
            self.not_before = _moment(signed["validity"]["not_before"])
            self.not_after = _moment(signed["validity"]["not_after"])
            extensions = _extensions(signed)
            self.key_id = _key_id(extensions.get(_SUBJECT_KEY), self.key)
            self.issuer_key_id = _issuer_key_id(extensions.get(_AUTHORITY_KEY))
            self.is_authority = _is_authority(extensions.get(_BASIC))
            self.self_issued = self.issuer.dump() == signed["subject"].dump()
        # asn1crypto reads late, and what it raises for nonsense is not one family.
        except Exception as error:
            raise MalformedCertificateError("not a certificate that can be used") from error

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the whole certificate, in hexadecimal digits."""
        return hashlib.sha256(self.der).hexdigest()

    def covers(self, moment: datetime) -> bool:
        """Whether it is valid then, give or take a day."""
        return self.not_before - GRACE <= moment <= self.not_after + GRACE

    def signed_by(self, issuer: "Certificate") -> bool:
        """Whether the issuer's key made the signature; raises `signatures.UnsupportedError`."""
        return verify(issuer.key, self.algorithm, self.signature, self.signed)


def _country(name: x509.Name) -> str:
    """The country (C) in capitals, empty where there is none of two or three letters."""
    for part in name.chosen:
        for attribute in part:
            if attribute["type"].dotted == _COUNTRY:
                told = str(attribute["value"].native).strip().upper()
                return told if told.isascii() and told.isalpha() and len(told) in (2, 3) else ""
    return ""


def _moment(time: Any) -> datetime:
    told = time.native
    if not isinstance(told, datetime) or told.tzinfo is None:
        raise ValueError("not a time")
    return told


def _extensions(signed: Any) -> dict[str, bytes]:
    return {
        extension["extn_id"].dotted: bytes(extension["extn_value"])
        for extension in signed["extensions"]
    }


def _key_id(extension: bytes | None, key: PublicKeyInfo) -> bytes:
    """The subject key identifier, or what it would be (RFC 5280 section 4.2.1.2, method 1)."""
    if extension is not None:
        return bytes(x509.OctetString.load(extension).native)
    return bytes(key.sha1)


def _issuer_key_id(extension: bytes | None) -> bytes | None:
    if extension is None:
        return None
    told = x509.AuthorityKeyIdentifier.load(extension)["key_identifier"].native
    return None if told is None else bytes(told)


def _is_authority(extension: bytes | None) -> bool:
    return extension is not None and bool(x509.BasicConstraints.load(extension)["ca"].native)
