"""The settings of one kiosk: config/kiosk.toml or the site's own, typed."""

from typing import Annotated

import msgspec

from kiosk.places import Folders
from kiosk.reading import as_struct, read_table

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class Kiosk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the public meets."""

    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=6)] = ("da", "en")
    """The languages on offer, in this order; each is a folder in config/languages."""
    tries_before_desk: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """After so many tries at one step the kiosk sends the person to the desk."""
    debounce_seconds: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.3
    """The same key within so short a time is a double strike or held down, and counts once."""


class Idle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long nobody may press anything before a visit is wiped."""

    seconds: Seconds = 90
    """Before the warning, while the person reads the kiosk."""
    on_phone_seconds: Seconds = 300
    """Before the warning, while the person works on the phone."""
    warning_seconds: Annotated[float, msgspec.Meta(ge=20, le=600)] = 30
    """How long the warning stands: never under 20 s (WCAG 2.2.1)."""


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One device that this kiosk is supposed to have."""

    driver: str
    address: str


class Devices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The devices of this kiosk; what is left out is absent on purpose."""

    scanner: Device | None = None
    reader: Device | None = None
    camera: Device | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of one kiosk."""

    kiosk: Kiosk = Kiosk()
    idle: Idle = Idle()
    devices: Devices = Devices()


def load(folders: Folders) -> Settings:
    """The settings; `ConfigError` with one clear line when a key or value is wrong."""
    file = folders.settings_file
    return as_struct(read_table(file), Settings, file.name)
