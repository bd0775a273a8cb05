"""Turns over certificates and keys in the folders of kiosks, consoles and brokers."""

import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from kiosk.fleet import certificates, credentials_check
from kiosk.fleet.certificates import Authority, BadFileError, Pair

SLOW = ("folder",)
_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")


@cache
def _authority() -> Pair:
    return certificates.new_authority("Kiosks")


@cache
def _kiosk() -> Pair:
    return Authority(_authority()).client("lyngby/kiosk-1", 365)


@cache
def _signing() -> bytes:
    return certificates.new_signing_key()


def fuzz_certificate(data: bytes) -> None:
    """A certificate in PEM, and all that is asked of it."""
    with suppress(BadFileError):
        found = certificates.certificate_of(data)
        certificates.common_name(found)
        certificates.days_left(found)
        certificates.issued_by(found, certificates.certificate_of(_authority().certificate))
        certificates.issued_by(certificates.certificate_of(_kiosk().certificate), found)
        certificates.fits(Pair(data, _kiosk().key))


def fuzz_key(data: bytes) -> None:
    """A private key in PEM."""
    for ask in (certificates.key_of, certificates.public_half):
        with suppress(BadFileError):
            ask(data)
    with suppress(BadFileError):
        certificates.fits(Pair(_kiosk().certificate, data))


def fuzz_folder(data: bytes) -> None:
    """`kiosk fleet check` on a folder in which one file is such; the first byte says which."""
    if not data:
        return
    folder = Path(_FOLDER.name)
    files = {
        "ca.pem": _authority().certificate,
        "certificate.pem": _kiosk().certificate,
        "key.pem": _kiosk().key,
    }
    files[list(files)[data[0] % 3]] = data[1:]
    for name, content in files.items():
        (folder / name).write_bytes(content)
    found = credentials_check.look(folder, None, connect=False)
    assert found
    for finding in found:
        assert finding.state in ("ok", "warn", "fail")
        assert finding.message.isprintable(), finding


TARGETS = {"certificate": fuzz_certificate, "key": fuzz_key, "folder": fuzz_folder}


@cache
def seeds(target: str) -> list[bytes]:
    """Files as `kiosk fleet enrol` makes them."""
    match target:
        case "certificate":
            return [_authority().certificate, _kiosk().certificate]
        case "key":
            return [_kiosk().key, _signing()]
        case _:
            told = (_authority().certificate, _kiosk().certificate, _kiosk().key)
            return [bytes([number]) + content for number, content in enumerate(told)]
