"""The settings of one kiosk: config/kiosk.toml or the site's own, typed."""

from typing import Annotated, Literal

import msgspec

from hardware.resources import Resource
from hardware.verdicts import Role
from kiosk.access import Theme
from kiosk.places import Folders
from kiosk.reading import ConfigError, as_struct, read_table

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
NoName = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9-]{0,31})?\Z")]
"""A name as `kiosk.fleet.topics.Name` has it, or none."""
OneCharacter = Annotated[str, msgspec.Meta(min_length=1, max_length=1)]
KioskKey = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"]
# fmt: off
SwitchKey = Literal[
    "", "space", "enter", "backspace", "insert", "delete", "left", "right", "up", "down",
    "home", "end", "pageup", "pagedown", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9",
    "f10", "f11", "f12"
]
# fmt: on
"""What the interface of a switch sends; no digit, which is a key of the kiosk."""


class Kiosk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the public meets."""

    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=6)] = ("da", "en")
    """The languages on offer, in this order; each is a folder in config/languages."""
    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{0,64}$")] = ""
    """What this kiosk is called in its reports; empty: the name of its machine."""
    tries_before_desk: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """After so many tries at one step the kiosk sends the person to the desk."""


class Idle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long nobody may press anything before a visit is wiped."""

    seconds: Seconds = 90
    """Before the warning, while the person reads the kiosk."""
    on_phone_seconds: Seconds = 300
    """Before the warning, while the person works on the phone."""
    warning_seconds: Annotated[float, msgspec.Meta(ge=20, le=600)] = 30
    """How long the warning stands: never under 20 s (WCAG 2.2.1)."""


class Speech(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Speech for people who do not see the screen."""

    program: str = "espeak-ng"
    """The program that speaks; empty: this kiosk has no sound."""
    headphones: str = ""
    """The jack's input device, `/dev/input/by-path/...`; `always`: a handset; empty: not sensed.

    For training `file:PATH`: a file that holds 1 or 0.
    """


class Screen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The screen as it is built in, by which targets for a finger are measured."""

    width_mm: Annotated[float, msgspec.Meta(gt=0, le=5000)] = 531
    height_mm: Annotated[float, msgspec.Meta(gt=0, le=5000)] = 299
    """Of the picture; 24 inches, 16:9, where nothing is said."""
    touch: bool = True
    """Whether it feels a finger: then every key is 20 mm or more in both directions."""
    theme: Theme = Theme.LIGHT
    """The colours with which every visit begins."""
    motion: bool = True
    """Whether pictures may move, until somebody says otherwise."""
    scale_command: tuple[str, ...] = ()
    """What sets the compositor's scale, `{scale}` where it goes; empty: one size only."""
    normal_scale: Annotated[float, msgspec.Meta(gt=0, le=8)] = 1.0
    large_scale: Annotated[float, msgspec.Meta(gt=0, le=8)] = 1.5


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is pressed, and how long."""

    debounce_seconds: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.3
    """The same key within so short a time is a double strike or held down, and counts once."""
    hold_seconds: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0
    """How long a finger must stay on a key of the screen: for hands that tremble."""
    keypad: dict[OneCharacter, KioskKey] = {}
    """What a keypad sends, to the key that is meant: `"/" = "#"`."""
    move: SwitchKey = ""
    """The switch that moves on to the next key; empty: none."""
    choose: SwitchKey = ""
    """The switch that presses the key that was moved to."""


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One device that this kiosk is supposed to have."""

    driver: str
    address: str


class Devices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The devices of this kiosk; what is left out is absent on purpose."""

    scanner: Device | None = None
    reader: Device | None = None
    camera: Device | None = None

    def resources(self) -> list[Resource]:
        """What is plugged in, as the device host is told it."""
        plugged = ((role, getattr(self, role.value)) for role in Role)
        return [Resource(role, told.driver, told.address) for role, told in plugged if told]


class SelfTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the self-test may count on, and how often it runs between visits."""

    test_card: bool = False
    """Whether the printed test card lies where the scanner sees it, as in its lid."""
    reference_chip: bool = False
    """Whether a chip that belongs to the kiosk lies on the reader whenever it tests itself."""
    every_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 60
    """Between visits, after so many minutes without a test; 0: never."""


class Fleet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The broker over which staff helps from the desk; as it is here there is none."""

    broker: Annotated[
        str,
        msgspec.Meta(pattern=r"^(mqtts://([A-Za-z0-9.-]+|\[[0-9a-f:]+\]):[0-9]{1,5}|unix:/.+)?\Z"),
    ] = ""
    """`mqtts://HOST:8883`, or `unix:/run/kiosk-bus/bus.sock` for a bridge on this machine."""
    centre: NoName = ""
    name: NoName = ""
    """Of the centre and of this kiosk, as in its certificate."""
    folder: str = "fleet"
    """Where its certificate and the operators' list lie, beside kiosk.toml."""


class Staff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The menu for staff at the kiosk."""

    pin: Annotated[str, msgspec.Meta(pattern=r"^(\$argon2id\$[A-Za-z0-9$=,+/]+)?\Z")] = ""
    """What `kiosk staff pin` makes of the PIN; empty: the menu stays closed."""
    minutes: Annotated[float, msgspec.Meta(gt=0, le=60)] = 5
    """After so long without a key the menu closes itself."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of one kiosk."""

    kiosk: Kiosk = Kiosk()
    idle: Idle = Idle()
    speech: Speech = Speech()
    screen: Screen = Screen()
    input: Input = Input()
    devices: Devices = Devices()
    selftest: SelfTest = SelfTest()
    fleet: Fleet = Fleet()
    staff: Staff = Staff()


def load(folders: Folders) -> Settings:
    """The settings; `ConfigError` with one clear line when a key or value is wrong."""
    file = folders.settings_file
    settings = as_struct(read_table(file), Settings, file.name)
    fault = _contradiction(settings)
    if fault:
        raise ConfigError(f"{file.name}: {fault}")
    return settings


def _contradiction(settings: Settings) -> str:
    """What in the settings does not go together, by its key; empty where all does."""
    screen, pressed, fleet = settings.screen, settings.input, settings.fleet
    if screen.scale_command and not any("{scale}" in word for word in screen.scale_command):
        return "screen.scale_command: '{scale}' is missing"
    if screen.large_scale <= screen.normal_scale:
        return f"screen.large_scale: expected more than normal_scale, {screen.normal_scale:g}"
    if pressed.choose and not pressed.move:
        return "input.move: is missing beside 'choose'"
    if pressed.move and not pressed.choose:
        return "input.choose: is missing beside 'move'"
    if pressed.move and pressed.move == pressed.choose:
        return f"input.choose: '{pressed.choose}' is already 'move'"
    if fleet.broker and not fleet.centre:
        return "fleet.centre: is missing beside 'broker'"
    if fleet.broker and not fleet.name:
        return "fleet.name: is missing beside 'broker'"
    return ""
