"""`kiosk trust`: the countries' certificates by which the issuers of documents are known."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hardware.emrtd import master_list
from hardware.emrtd.certificates import Certificate
from hardware.emrtd.trust import TrustStore, as_pem, certificates_in
from hardware.verdicts import CheckOutcome
from kiosk.places import Folders

NAME = "trust"
"""The folder, beside kiosk.toml."""

_LONGEST_CERTIFICATES = 1 << 20


class BadInputError(ValueError):
    """The file is not taken; the text is one line that says why."""


@dataclass(frozen=True)
class Imported:
    """What was taken from a file."""

    certificates: int
    countries: int
    new: int
    """How many of them were not there before."""
    passed_over: int
    """How many entries of a list are no certificates that can be used."""
    signed_by: str | None
    """The country that signed the list; None for plain certificates."""
    signer_sha256: str | None
    """The fingerprint of the signer's certificate."""


def site_folder(folders: Folders) -> Path:
    """Where the site's certificates go."""
    return folders.settings_file.resolve().parent / NAME


def load(folders: Folders) -> TrustStore:
    """The certificates that this kiosk trusts."""
    return TrustStore.load(folders.find(NAME))


def import_file(file: Path, folder: Path, unsigned: bool = False) -> Imported:
    """Takes a master list, or plain certificates, into the folder.

    Plain ones must be vouched for by one that is there (a link certificate), or `unsigned` says
    that somebody has made sure of them otherwise. Raises `BadInputError`, and then nothing has
    changed.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(master_list.LONGEST + 1)
    except OSError as error:
        raise BadInputError(f"{file}: {error.strerror or 'it cannot be read'}") from error
    plain = certificates_in(content) if len(content) <= _LONGEST_CERTIFICATES else []
    try:
        if plain:
            _make_sure(plain, TrustStore.load(folder), unsigned)
            new = _add(plain, folder)
            return _imported(plain, new)
        read = master_list.read(content)
        new = _add(read.certificates, folder)
    except master_list.MasterListError as error:
        raise BadInputError(f"{file}: {error}") from error
    except BadInputError as error:
        raise BadInputError(f"{file}: {error}") from error
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise BadInputError(f"{folder}: {reason}") from error
    return _imported(read.certificates, new, read)


def rows(store: TrustStore) -> list[dict[str, object]]:
    """One row a country: how many certificates, and until when the last of them is valid."""
    return [
        {
            "country": country,
            "certificates": len(store.of(country)),
            "valid_until": max(one.not_after for one in store.of(country)).date().isoformat(),
        }
        for country in store.countries()
    ]


def as_text(told: list[dict[str, object]]) -> str:
    """The rows for people; empty when there are none."""
    return "\n".join(
        f"{row['country']:3} {row['certificates']:4}  valid until {row['valid_until']}"
        for row in told
    )


def summary(taken: Imported) -> str:
    """What was taken, for people."""
    text = f"certificates: {taken.certificates}, of countries: {taken.countries}, new: {taken.new}"
    if taken.passed_over:
        text += f", not usable: {taken.passed_over}"
    if taken.signed_by is not None:
        text += f"\nsigned by {taken.signed_by}, SHA-256 of the signer's certificate:"
        text += f" {taken.signer_sha256}"
    return text


def _make_sure(plain: list[Certificate], store: TrustStore, unsigned: bool) -> None:
    for certificate in plain:
        if not certificate.is_authority:
            raise BadInputError("a certificate in it is not one of a country (CSCA)")
        if not certificate.country:
            raise BadInputError("a certificate in it names no country")
        if unsigned:
            continue
        outcome, _ = store.vouch(certificate)
        if outcome is not CheckOutcome.PASSED:
            raise BadInputError(
                f"nobody who is known vouches for the certificate of {certificate.country}; "
                "--unsigned takes it all the same"
            )


def _add(certificates: Iterable[Certificate], folder: Path) -> int:
    """Puts them beside those that are there; how many are new. All is written, then renamed."""
    by_country: defaultdict[str, list[Certificate]] = defaultdict(list)
    for certificate in certificates:
        by_country[certificate.country].append(certificate)
    folder.mkdir(parents=True, exist_ok=True)
    store = TrustStore.load(folder)
    added = 0
    with ExitStack() as written:
        renamed = []
        for country, told in by_country.items():
            target = folder / f"{country}.pem"
            there = certificates_in(target.read_bytes()) if target.exists() else []
            known = {one.fingerprint for one in store.of(country)}
            new = {one.fingerprint: one for one in told if one.fingerprint not in known}
            if not new:
                continue
            added += len(new)
            renamed.append((_write(folder, as_pem([*there, *new.values()]), written), target))
        for temporary, target in renamed:
            os.replace(temporary, target)
    return added


def _write(folder: Path, content: bytes, written: ExitStack) -> str:
    """A file of another name, which goes away unless it is renamed."""
    handle, name = tempfile.mkstemp(dir=folder)
    written.callback(lambda: Path(name).unlink(missing_ok=True))
    with os.fdopen(handle, "wb") as opened:
        os.fchmod(opened.fileno(), 0o644)
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    return name


def _imported(
    certificates: list[Certificate], new: int, read: master_list.MasterList | None = None
) -> Imported:
    return Imported(
        certificates=len({one.fingerprint for one in certificates}),
        countries=len({one.country for one in certificates}),
        new=new,
        passed_over=read.passed_over if read else 0,
        signed_by=read.signer.issuer_country if read else None,
        signer_sha256=read.signer.fingerprint if read else None,
    )
