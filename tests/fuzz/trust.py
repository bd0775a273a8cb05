"""Turns over what a site brings in: master lists, and certificates of countries."""

# ruff: noqa: PT017 - these are no tests of pytest's

import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random

from hardware.emrtd import master_list
from hardware.emrtd.certificates import Certificate
from hardware.emrtd.master_list import MasterListError
from hardware.emrtd.trust import TrustStore, as_pem, certificates_in
from hardware.simulated.emrtd.issuing import (
    CSCA_MASTER_LIST,
    MASTER_LIST_SIGNING,
    Authority,
    make_authority,
    signed,
)
from hardware.simulated.emrtd.keys import make_key
from kiosk.trust import BadInputError, as_text, import_file, rows

LONGEST = 8192
SLOW = ("entries", "file")
_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")


@cache
def _publisher() -> Authority:
    return _authority("UT", 1)


def _authority(country: str, number: int) -> Authority:
    """The same every time: what a fuzzer keeps is of use to the next one."""
    return make_authority(make_key(parameter_id=13, random=Random(number).randbytes), country)


@cache
def _signer():  # type: ignore[no-untyped-def]
    key = make_key(random=Random(2).randbytes)
    return _publisher().signer(key, MASTER_LIST_SIGNING, name="Simulated list signer")


@cache
def _others() -> tuple[bytes, ...]:
    return tuple(
        _authority(country, number).certificate() for number, country in enumerate(("DK", "D"), 3)
    )


def _sign(content: bytes) -> bytes:
    """A list whose signature is right, whatever is signed."""
    return signed(_signer(), CSCA_MASTER_LIST, content, others=[_publisher().certificate()])


def fuzz_list(data: bytes) -> None:
    """A file that says to be a master list: one that was altered is refused."""
    with suppress(MasterListError):
        read = master_list.read(data)
        assert read.certificates


def fuzz_entries(data: bytes) -> None:
    """What stands in a list that is rightly signed: each entry is taken or passed over."""
    try:
        read = master_list.read(_sign(data))
    except MasterListError as error:
        assert str(error).isprintable()
        return
    for certificate in read.certificates:
        _look_at(certificate)


def _look_at(certificate: Certificate) -> None:
    assert certificate.country == "" or (
        certificate.country.isascii() and certificate.country.isalpha()
    )
    store = TrustStore([certificate, Certificate(_publisher().certificate())])
    store.vouch(certificate, certificate.not_after)
    assert [one.der for one in certificates_in(as_pem([certificate]))] == [certificate.der]


def fuzz_certificates(data: bytes) -> None:
    """A file of certificates in DER or PEM, as it lies in the folder `trust`."""
    for certificate in certificates_in(data):
        _look_at(certificate)


def fuzz_file(data: bytes) -> None:
    """`kiosk trust import` into a folder of its own, and what is told of it afterwards."""
    with tempfile.TemporaryDirectory(dir=_FOLDER.name) as folder:
        file, trust = Path(folder, "given"), Path(folder, "trust")
        file.write_bytes(data)
        try:
            taken = import_file(file, trust, unsigned=True)
        except BadInputError as error:
            assert str(error).replace(folder, "").isprintable()
            assert not trust.exists() or not any(trust.iterdir())
            return
        store = TrustStore.load(trust)
        assert sum(len(store.of(country)) for country in store.countries()) == taken.new
        assert as_text(rows(store)).replace("\n", " ").isprintable()


TARGETS = {
    "list": fuzz_list,
    "entries": fuzz_entries,
    "certificates": fuzz_certificates,
    "file": fuzz_file,
}


@cache
def seeds(target: str) -> list[bytes]:
    """Lists and certificates of simulated countries."""
    from hardware.simulated.emrtd import der

    own = _publisher().certificate()
    content = der.sequence(der.integer(0), der.set_of(own, *_others()))
    plain = [own, *_others()]
    pem = as_pem([Certificate(one) for one in plain])
    match target:
        case "list":
            return [_sign(content)]
        case "entries":
            return [content, der.sequence(der.integer(0), der.set_of(own))]
        case "certificates":
            return [*plain, pem]
        case _:
            return [_sign(content), *plain, pem]
