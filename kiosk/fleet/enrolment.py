"""Enrolling a fleet: from a list of centres, kiosks and operators to everybody's files.

What is there is kept, so that it may be run again after each change of the list; a certificate of
which less than a quarter is left is made anew for the same key.
"""

import base64
import ipaddress
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from cryptography import x509

from kiosk.fleet import certificates, operators
from kiosk.fleet.broker_files import Listening, access, configuration
from kiosk.fleet.certificates import Authority, BadFileError, Pair
from kiosk.fleet.commands import MAY, Rank, TakeCall
from kiosk.fleet.topics import EVERY, NAME, STAFF, Centre, Name, Place
from kiosk.reading import ConfigError, as_struct, read_table, suggestion

_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*\Z")

T = TypeVar("T")


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator may do, and where."""

    rank: Rank
    centres: Annotated[tuple[Centre, ...], msgspec.Meta(min_length=1)]


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """site.toml: one fleet, of one centre or of a country."""

    host: str
    """The name or the address under which kiosks and consoles reach the broker."""
    centres: dict[Name, tuple[Name, ...]]
    """The kiosks of each centre."""
    operators: dict[Name, Operator] = {}
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8883

    @property
    def url(self) -> str:
        """The broker, as settings name it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"mqtts://{host}:{self.port}"

    @property
    def places(self) -> list[Place]:
        """All kiosks."""
        return [Place(centre, name) for centre, names in self.centres.items() for name in names]


def read_site(file: Path) -> Site:
    """Reads site.toml; `ConfigError` says in words what is wrong."""
    table = read_table(file)
    for key, name in _names(table):
        if not re.fullmatch(NAME, name):
            raise ConfigError(
                f"{file}: {key}: '{name}' is no name: small letters, digits and '-', 32 at most"
            )
    site = as_struct(table, Site, str(file))
    try:
        ipaddress.ip_address(site.host)
    except ValueError:
        if not _HOST.match(site.host):
            raise ConfigError(f"{file}: host: is no name of a host and no address") from None
    if STAFF in site.centres:
        raise ConfigError(f"{file}: centres: no centre may be called '{STAFF}'")
    for name, operator in site.operators.items():
        if name == operators.KIOSK:
            raise ConfigError(f"{file}: operators: nobody may be called '{name}'")
        for centre in operator.centres:
            if centre != EVERY and centre not in site.centres:
                near = suggestion(centre, list(site.centres))
                raise ConfigError(f"{file}: operators.{name}: there is no centre '{centre}'{near}")
    return site


def _names(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each name in a site.toml, whatever else is wrong in it, and where it stands."""
    for key in ("centres", "operators"):
        named = table.get(key)
        for name, told in named.items() if isinstance(named, dict) else ():
            yield key, name
            kiosks = told if key == "centres" and isinstance(told, list) else []
            yield from ((f"{key}.{name}", one) for one in kiosks if isinstance(one, str))


def enrol(site: Site, out: Path, listening: Listening | None = None) -> list[str]:
    """Makes what is not there yet; the names of those whose files were made or renewed.

    `listening`: where the broker listens; None: at the site's port, on every address.
    `ConfigError` where a file that is there is none of ours, `OSError` where none can be written.
    """
    made: list[str] = []
    authority_pair = _authority(out, made)
    authority = Authority(authority_pair)
    ca = authority_pair.certificate

    broker = out / "broker"
    _certified(broker, site.host, authority, ca, server=True, made=made)
    _written(broker / "ca.pem", ca)
    if not (broker / "revoked.pem").exists():
        _written(broker / "revoked.pem", authority.revoked(()))
    operators_of = {name: operator.centres for name, operator in site.operators.items()}
    where = listening or Listening(site.port)
    _written(broker / "mosquitto.conf", configuration(where).encode())
    viewers = {name for name, operator in site.operators.items() if not MAY[operator.rank]}
    absent = {name for name, operator in site.operators.items()
              if TakeCall not in MAY[operator.rank]}  # fmt: skip
    listed_acl = access(dict(site.centres), dict(operators_of), viewers, absent)
    _written(broker / "acl", listed_acl.encode())

    listed = []
    for name, operator in site.operators.items():
        folder = out / "operators" / name
        _certified(folder, f"{STAFF}/{name}", authority, ca, server=False, made=made)
        signing = folder / "signing.key"
        if not signing.exists():
            _written(signing, certificates.new_signing_key(), secret=True)
        _written(folder / "ca.pem", ca)
        _written(folder / "console.toml", _console(site, name, operator).encode())
        _written(folder / "kiosks.toml", _kiosks_of(site, operator).encode())
        key = base64.b64encode(_read(certificates.public_half, signing)).decode()
        listed.append((name, operator, key))

    for place in site.places:
        folder = out / "kiosks" / place.centre / place.kiosk
        _certified(folder / "fleet", str(place), authority, ca, server=False, made=made)
        _written(folder / "fleet" / "ca.pem", ca)
        here = [one for one in listed if {EVERY, place.centre} & set(one[1].centres)]
        _written(folder / "fleet" / "operators.toml", _operators(here).encode())
        _written(folder / "kiosk-fleet.toml", _kiosk(site, place).encode())
    _written(out / "site.toml", _site(site).encode())
    return made


def revoke(out: Path, name: str) -> None:
    """Puts a certificate on the list of those that the broker no longer takes.

    `name`: `CENTRE/KIOSK` or `staff/OPERATOR`. Its files go, so that the next `enrol` makes new
    ones where it is still in site.toml. `ConfigError` where there is no such certificate.
    """
    known = {f"{file.parent.parent.parent.name}/{file.parent.parent.name}": file.parent
             for file in out.glob("kiosks/*/*/fleet/certificate.pem")}  # fmt: skip
    known |= {f"{STAFF}/{file.parent.name}": file.parent
              for file in out.glob("operators/*/certificate.pem")}  # fmt: skip
    folder = known.get(name)
    if folder is None:
        raise ConfigError(f"there is no certificate of '{name}'{suggestion(name, list(known))}")
    pair = Pair(_bytes(out / "ca.pem"), _bytes(out / "ca.key"))
    crl = out / "broker" / "revoked.pem"
    try:
        listed = [one.serial_number for one in x509.load_pem_x509_crl(_bytes(crl))]
    except ValueError as error:
        raise ConfigError(f"{crl}: is no list of revoked certificates") from error
    serial = _read(certificates.certificate_of, folder / "certificate.pem").serial_number
    _written(crl, Authority(pair).revoked([*listed, serial]))
    for file in ("certificate.pem", "key.pem", "signing.key"):
        (folder / file).unlink(missing_ok=True)


def _authority(out: Path, made: list[str]) -> Pair:
    certificate, key = out / "ca.pem", out / "ca.key"
    if not certificate.exists() and not key.exists():
        pair = certificates.new_authority("Kiosks")
        _written(key, pair.key, secret=True)
        _written(certificate, pair.certificate)
        made.append("the authority (ca.key: keep it off the broker and off the kiosks)")
        return pair
    return Pair(_bytes(certificate), _bytes(key))


def _certified(
    folder: Path, name: str, authority: Authority, ca: bytes, server: bool, made: list[str]
) -> None:
    file, key = folder / "certificate.pem", folder / "key.pem"
    days = certificates.KIOSK_DAYS
    if server:
        days = certificates.BROKER_DAYS
    elif name.startswith(f"{STAFF}/"):
        days = certificates.OPERATOR_DAYS
    if file.exists() and key.exists():
        there = _read(certificates.certificate_of, file)
        ours = certificates.issued_by(there, certificates.certificate_of(ca))
        if not ours or not _read(lambda pem: certificates.fits(Pair(_bytes(file), pem)), key):
            raise ConfigError(f"{file}: is not of this fleet, or its key is another one")
        if certificates.common_name(there) == name and certificates.days_left(there) > days / 4:
            return
    kept = _bytes(key) if key.exists() else None
    try:
        pair = (authority.server if server else authority.client)(name, days, kept)
    except BadFileError as error:
        raise ConfigError(f"{key}: {error}") from error
    _written(key, pair.key, secret=True)
    _written(file, pair.certificate)
    made.append(f"the broker at {name}" if server else name)


def _read(reading: Callable[[bytes], T], file: Path) -> T:
    try:
        return reading(_bytes(file))
    except BadFileError as error:
        raise ConfigError(f"{file}: {error}") from error


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error


def _written(file: Path, content: bytes, secret: bool = False) -> None:
    """Whole or not at all; a secret is never readable by others, not for a moment."""
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if file.exists() and file.read_bytes() == content:
        return
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(descriptor, "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    beside.replace(file)


def _list(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _console(site: Site, name: str, operator: Operator) -> str:
    return (
        f'broker = "{site.url}"\noperator = "{name}"\nrank = "{operator.rank}"\n'
        f"centres = {_list(operator.centres)}\n"
    )


def _kiosks_of(site: Site, operator: Operator) -> str:
    there = {centre: kiosks for centre, kiosks in site.centres.items()
             if {EVERY, centre} & set(operator.centres)}  # fmt: skip
    told = ["# Written by `kiosk fleet enrol`: which kiosks there are, heard or not."]
    return "\n".join([*told, *_centres(there)]) + "\n"


def _centres(centres: Mapping[Name, Iterable[Name]]) -> list[str]:
    return [f"{centre} = {_list(kiosks)}" for centre, kiosks in centres.items()]


def _operators(listed: Iterable[tuple[str, Operator, str]]) -> str:
    told = ["# Written by `kiosk fleet enrol`: whose commands this kiosk obeys."]
    for name, operator, key in listed:
        told += ["", f"[{name}]", f'rank = "{operator.rank}"', f'key = "{key}"',
                 f"centres = {_list(operator.centres)}"]  # fmt: skip
    return "\n".join(told) + "\n"


def _kiosk(site: Site, place: Place) -> str:
    return (
        "# For this kiosk's kiosk.toml; the folder `fleet` goes beside it.\n[fleet]\n"
        f'broker = "{site.url}"\ncentre = "{place.centre}"\nname = "{place.kiosk}"\n'
    )


def _site(site: Site) -> str:
    told = [f'host = "{site.host}"', f"port = {site.port}", "", "[centres]"]
    told += _centres(site.centres)
    for name, operator in site.operators.items():
        told += ["", f"[operators.{name}]", f'rank = "{operator.rank}"',
                 f"centres = {_list(operator.centres)}"]  # fmt: skip
    return "\n".join(told) + "\n"
