"""A look at the folder of a kiosk, a console or a broker: is it whole, and how long is it good?"""

import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from kiosk.fleet import certificates
from kiosk.fleet.certificates import BadFileError, Pair
from kiosk.reading import ConfigError, read_table
from kiosk.text import plain

SOON_DAYS = 30.0
_PATIENCE = 5.0
_REFUSED_WITHIN = 0.7
"""Seconds in which a broker that does not take a certificate has said so (TLS 1.3: afterwards)."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    what: str
    state: str
    """`ok`, `warn` or `fail`."""
    message: str


def look(folder: Path, url: str | None, connect: bool = True) -> list[Finding]:
    """`url`: of the broker; None: as the files beside it say, if they do."""
    try:
        ca, certificate, key = (
            (folder / f"{name}.pem").read_bytes() for name in ("ca", "certificate", "key")
        )
    except OSError as error:
        return [Finding("files", "fail", f"{error.filename}: {error.strerror}")]
    found = []
    try:
        ours = certificates.certificate_of(certificate)
        authority = certificates.certificate_of(ca)
        fits = certificates.fits(Pair(certificate, key))
    except BadFileError as error:
        return [Finding("files", "fail", f"{folder}: {error}")]
    name = plain(certificates.common_name(ours))
    found.append(Finding("certificate", "ok", f"of {name}"))
    if not certificates.issued_by(ours, authority):
        found.append(Finding("authority", "fail", "ca.pem has not signed certificate.pem"))
    if not fits:
        found.append(Finding("key", "fail", "key.pem is not that of certificate.pem"))
    found.append(_expiry(certificates.days_left(ours)))
    if (folder / "key.pem").stat().st_mode & 0o077:
        found.append(Finding("key", "warn", "key.pem can be read by others; it should be 0600"))
    found += _lists(folder)
    told = url or _told(folder)
    if connect and told is not None and fits:
        found.append(_reach(folder, told))
    return found


def _expiry(days: float) -> Finding:
    if days < 0:
        return Finding("expiry", "fail", f"it has not been good for {-days:.0f} days")
    state = "warn" if days < SOON_DAYS else "ok"
    return Finding("expiry", state, f"good for {days:.0f} days more")


def _lists(folder: Path) -> list[Finding]:
    """The operators whose commands a kiosk obeys, or the settings of a console."""
    from kiosk.fleet import console_files, operators

    try:
        if (folder / "operators.toml").exists():
            known = operators.load(folder / "operators.toml")
            state = "ok" if known else "warn"
            return [Finding("operators", state, ", ".join(sorted(known)) or "nobody can help")]
        if (folder / "console.toml").exists():
            told = console_files.load(folder).settings
            return [Finding("operator", "ok", f"{told.operator}, {told.rank}")]
    except ConfigError as error:
        return [Finding("operators", "fail", str(error))]
    return []


def _told(folder: Path) -> str | None:
    for file, table in (
        (folder / "console.toml", None),
        (folder.parent / "kiosk-fleet.toml", "fleet"),
        (folder.parent / "kiosk.toml", "fleet"),
    ):
        try:
            read = read_table(file)
        except ConfigError:
            continue
        told = read.get(table, {}) if table else read
        if isinstance(told, dict) and isinstance(url := told.get("broker"), str) and url:
            return url
    return None


def _reach(folder: Path, url: str) -> Finding:
    """A handshake, and no more: a client of the same name would put the running one off."""
    shown = plain(url)
    place = urlsplit(url)
    try:
        if place.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as bridge:
                bridge.settimeout(_PATIENCE)
                bridge.connect(place.path)
            return Finding("broker", "ok", f"{shown} answers")
        host, port = place.hostname or "", place.port or 8883
        context = ssl.create_default_context(cafile=folder / "ca.pem")
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        with (
            socket.create_connection((host, port), _PATIENCE) as bare,
            context.wrap_socket(bare, server_hostname=host) as secure,
        ):
            secure.settimeout(_REFUSED_WITHIN)
            try:
                secure.recv(1)
            except TimeoutError:
                return Finding("broker", "ok", f"{shown} takes this certificate")
        return Finding("broker", "fail", f"{shown}: closes the connection")
    except (OSError, ValueError) as error:
        why = plain(getattr(error, "reason", "") or str(error))
        return Finding("broker", "fail", f"{shown}: {why}")
