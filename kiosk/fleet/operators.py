"""operators.toml: who may ask something of this kiosk, by whose key, and in which centres."""

from base64 import b64decode
from binascii import Error as Base64Error
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.fleet.commands import Rank
from kiosk.fleet.topics import EVERY, Centre, Name
from kiosk.reading import ConfigError, as_struct, read_table

KIOSK = "kiosk"
"""No operator is called so: the audit calls those so who stand at the kiosk and know its PIN."""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of operators.toml, named as the operator."""

    rank: Rank
    key: Annotated[str, msgspec.Meta(min_length=44, max_length=44)]
    centres: Annotated[tuple[Centre, ...], msgspec.Meta(min_length=1)]


class Operator(msgspec.Struct, frozen=True):
    """What a kiosk knows of an operator."""

    rank: Rank
    key: Ed25519PublicKey
    centres: frozenset[str]

    def serves(self, centre: str) -> bool:
        """Whether this is one of the operator's centres."""
        return EVERY in self.centres or centre in self.centres


def load(file: Path) -> dict[str, Operator]:
    """The operators by name; `ConfigError` says what is wrong, and then nobody may do anything."""
    found: dict[str, Operator] = {}
    for name, table in read_table(file).items():
        where = f"{file.name}: {name}"
        try:
            msgspec.convert(name, Name)
        except msgspec.ValidationError as error:
            raise ConfigError(f"{where}: is no name of an operator") from error
        if name == KIOSK:
            raise ConfigError(f"{where}: nobody can be called so")
        entry = as_struct(table, _Entry, where)
        found[name] = Operator(entry.rank, _key(entry.key, where), frozenset(entry.centres))
    return found


def _key(text: str, where: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True))
    except (Base64Error, ValueError) as error:
        raise ConfigError(f"{where}.key: is not 32 bytes in base64") from error
