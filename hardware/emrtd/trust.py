"""The countries' certificates (CSCA) that this kiosk trusts (Doc 9303 part 12 sections 3 and 5).

A folder: `DK.pem` holds those of Denmark and is read only when a Danish document is checked;
any other `.pem`, `.der`, `.cer` or `.crt` holds certificates of whatever countries.
"""

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from hardware.emrtd.certificates import Certificate, MalformedCertificateError
from hardware.emrtd.signatures import UnsupportedError
from hardware.verdicts import CheckOutcome, CheckReason

_SUFFIXES = (".pem", ".der", ".cer", ".crt")
_OF_A_COUNTRY = re.compile(r"[A-Z]{2,3}\.pem")
_ARMOUR = re.compile(rb"-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----")

Check = tuple[CheckOutcome, CheckReason]


class TrustStore:
    """Certificates by country, each country's read when it is first asked for."""

    def __init__(self, certificates: Iterable[Certificate] = (), folder: Path | None = None):
        self._folder = folder
        self._known: defaultdict[str, list[Certificate]] = defaultdict(list)
        self._read: set[str] = set()
        for certificate in certificates:
            self._known[certificate.country].append(certificate)

    @classmethod
    def load(cls, folder: Path) -> "TrustStore":
        """The store in this folder; one that is not there, or cannot be read, is empty.

        What is no certificate is passed over: the rest is good all the same.
        """
        others = []
        for file in _files(folder):
            if not _OF_A_COUNTRY.fullmatch(file.name):
                others += certificates_in(_content(file))
        return cls(others, folder)

    def countries(self) -> list[str]:
        """The countries of which there are certificates."""
        files = [] if self._folder is None else _files(self._folder)
        named = {file.stem for file in files if _OF_A_COUNTRY.fullmatch(file.name)}
        return sorted(name for name in named | set(self._known) if self.of(name))

    def of(self, country: str) -> list[Certificate]:
        """A country's certificates, by its two letters (three for some organisations)."""
        if self._folder is not None and country not in self._read:
            self._read.add(country)
            # The name is that of a certificate on a chip: never a path of somebody's choice.
            if _OF_A_COUNTRY.fullmatch(f"{country}.pem"):
                own = certificates_in(_content(self._folder / f"{country}.pem"))
                self._known[country] += [one for one in own if one.country == country]
        return self._known.get(country, [])

    def vouch(self, certificate: Certificate, signed_at: datetime | None = None) -> Check:
        """Whether a country's certificate here vouches for this one, a document signer's.

        The issuer is looked up by its key's identifier, never by its name: all of Denmark's have
        one. Only where that leads nowhere are all of the country tried: the signature decides in
        any case. The certificate must have been made while its issuer was valid, and valid itself
        when it signed, where that is known: documents outlive both, so that today does not count.
        A link certificate counts for the new key that it holds. A signer that names a key which is
        not here has an issuer that is not known: lists grow old, and countries take new keys.
        """
        known = self.of(certificate.issuer_country)
        if not known:
            return CheckOutcome.NOT_DONE, CheckReason.UNKNOWN_ISSUER
        meant = [one for one in known if one.key_id == certificate.issuer_key_id]
        reasons = set()
        for issuer in meant + [one for one in known if one not in meant]:
            try:
                if not certificate.signed_by(issuer):
                    continue
            except UnsupportedError:
                reasons.add(CheckReason.UNSUPPORTED)
                continue
            except Exception:  # asn1crypto, at parts that are read only now
                reasons.add(CheckReason.MALFORMED)
                continue
            used_in_time = signed_at is None or certificate.covers(signed_at)
            if used_in_time and issuer.covers(certificate.not_before):
                return CheckOutcome.PASSED, CheckReason.FITS
            reasons.add(CheckReason.CERTIFICATE_EXPIRED)
        if CheckReason.CERTIFICATE_EXPIRED in reasons:
            return CheckOutcome.FAILED, CheckReason.CERTIFICATE_EXPIRED
        if CheckReason.UNSUPPORTED in reasons:
            return CheckOutcome.NOT_DONE, CheckReason.UNSUPPORTED
        if certificate.issuer_key_id and not meant:
            return CheckOutcome.NOT_DONE, CheckReason.UNKNOWN_ISSUER
        return CheckOutcome.FAILED, CheckReason.WRONG_SIGNATURE


def certificates_in(content: bytes) -> list[Certificate]:
    """The certificates of a file: one in DER, or any number in PEM; what is none is left out."""
    found = []
    for der in _encoded(content):
        try:
            found.append(Certificate(der))
        except MalformedCertificateError:
            continue
    return found


def as_pem(certificates: Iterable[Certificate]) -> bytes:
    """The certificates one after the other in PEM (RFC 7468)."""
    lines: list[bytes] = []
    for certificate in certificates:
        text = base64.b64encode(certificate.der)
        lines.append(b"-----BEGIN CERTIFICATE-----")
        lines += [text[at : at + 64] for at in range(0, len(text), 64)]
        lines.append(b"-----END CERTIFICATE-----")
    return b"\n".join([*lines, b""])


def _encoded(content: bytes) -> Iterator[bytes]:
    if content[:1] == b"\x30":
        yield content
        return
    for text in _ARMOUR.findall(content):
        try:
            yield base64.b64decode(text)
        except binascii.Error:
            continue


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES)
    except OSError:
        return []


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
