"""What a console has in its folder, as `kiosk fleet enrol` has made it: OPERATORS/NAME/."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk.fleet.commands import MAY, Rank, TakeCall
from kiosk.fleet.mqtt import Broker
from kiosk.fleet.topics import EVERY, STAFF, Centre, Leaf, Name, Place, filters
from kiosk.reading import ConfigError, as_struct, read_table


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """console.toml: who sits at it and where its kiosks are."""

    broker: Annotated[str, msgspec.Meta(pattern=r"^(mqtts://[^\s/]+|unix:/.+)\Z")]
    operator: Name
    rank: Rank
    centres: Annotated[tuple[Centre, ...], msgspec.Meta(min_length=1)]

    @property
    def desk(self) -> str | None:
        """The centre at whose desk it stands, whose kiosks may call it; None: at none.

        It is the first, as the broker keeps one last will for a console, and no more. Who may not
        answer a call is at no desk.
        """
        first = self.centres[0]
        return first if first != EVERY and TakeCall in MAY[self.rank] else None

    @property
    def wanted(self) -> list[str]:
        """Its centres, as they stand in a topic filter."""
        return ["+"] if EVERY in self.centres else list(self.centres)

    def filters(self, leaves: Iterable[Leaf]) -> list[str]:
        """The topics of these leaves of all its kiosks."""
        told = list(leaves)
        return [one for centre in self.wanted for one in filters(centre, told)]


class Console(msgspec.Struct, frozen=True):
    """A console's settings, its key for commands, and how it reaches the broker."""

    settings: Settings
    signing: Ed25519PrivateKey
    broker: Broker
    kiosks: tuple[Place, ...]
    """The kiosks that there are, whether they are ever heard or not; none where nobody said."""


def load(folder: Path) -> Console:
    """Reads a console's folder; `ConfigError` says which file is missing or wrong."""
    file = folder / "console.toml"
    settings = as_struct(read_table(file), Settings, str(file))
    ca, certificate, key = (folder / f"{name}.pem" for name in ("ca", "certificate", "key"))
    for needed in (ca, certificate, key):
        if not needed.is_file():
            raise ConfigError(f"{needed}: there is no such file")
    broker = Broker(settings.broker, ca, certificate, key, f"{STAFF}/{settings.operator}")
    return Console(
        settings, _signing_key(folder / "signing.key"), broker, load_kiosks(folder / "kiosks.toml")
    )


def load_kiosks(file: Path) -> tuple[Place, ...]:
    """kiosks.toml: the names of each centre's kiosks; none where there is no such file.

    `ConfigError` where it cannot be read.
    """
    if not file.exists():
        return ()
    centres = as_struct(read_table(file), dict[Name, tuple[Name, ...]], str(file))
    return tuple(Place(centre, name) for centre, names in centres.items() for name in names)


def _signing_key(file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError) as error:
        raise ConfigError(f"{file}: is no key without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{file}: is no Ed25519 key")
    return key
