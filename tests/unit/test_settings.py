from pathlib import Path

import pytest

from kiosk.places import Folders, shipped
from kiosk.reading import ConfigError
from kiosk.settings import Device, Devices, Idle, Input, Kiosk, Settings, load
from tests.sites import site

FILE = "kiosk.toml"


def test_the_shipped_file_says_what_the_defaults_are() -> None:
    assert load(Folders(shipped() / FILE)) == Settings()


def test_what_a_site_leaves_out_is_as_shipped(tmp_path: Path) -> None:
    told = load(site(tmp_path, FILE, whole="[kiosk]\ntries_before_desk = 5"))
    assert told == Settings(kiosk=Kiosk(tries_before_desk=5))
    assert load(site(tmp_path, FILE, whole="")) == Settings()


def test_the_devices_of_a_site(tmp_path: Path) -> None:
    whole = '[devices.reader]\ndriver = "nfcpy"\naddress = "usb"'
    told = load(site(tmp_path, FILE, whole=whole))
    assert told.devices == Devices(reader=Device("nfcpy", "usb"))


def test_a_site_with_large_text_a_keypad_and_switches(tmp_path: Path) -> None:
    whole = """
    [screen]
    scale_command = ["wlr-randr", "--output", "HDMI-A-1", "--scale", "{scale}"]
    normal_scale = 2
    large_scale = 3
    [input]
    keypad = { "/" = "#", "\\r" = "1" }
    move = "space"
    choose = "f12"
    """
    told = load(site(tmp_path, FILE, whole=whole))
    assert told.screen.scale_command[-1] == "{scale}"
    assert told.input == Input(keypad={"/": "#", "\r": "1"}, move="space", choose="f12")


def test_the_warning_never_stands_under_20_seconds() -> None:
    assert Idle().warning_seconds >= 20


@pytest.mark.parametrize(
    ("whole", "line"),
    [
        ("[idel]", "kiosk.toml: 'idel' is not known; did you mean 'idle'?"),
        (
            "[kiosk]\ntries_befor_desk = 3",
            "kiosk.toml: kiosk: 'tries_befor_desk' is not known; did you mean 'tries_before_desk'?",
        ),
        ("[devices.scaner]", "kiosk.toml: devices: 'scaner' is not known; did you mean 'scanner'?"),
        (
            '[devices.scanner]\ndriver = ""\nadress = ""',
            "kiosk.toml: devices.scanner: 'adress' is not known; did you mean 'address'?",
        ),
        ('[devices.scanner]\ndriver = ""', "kiosk.toml: devices.scanner: 'address' is missing"),
        (
            '[fleet]\nbroker = "mqtts://broker:8883"',
            "kiosk.toml: fleet.centre: is missing beside 'broker'",
        ),
        (
            '[fleet]\nbroker = "unix:/run/bus.sock"\ncentre = "lyngby"',
            "kiosk.toml: fleet.name: is missing beside 'broker'",
        ),
        (
            "[kiosk]\ntries_before_desk = 0",
            "kiosk.toml: kiosk.tries_before_desk: expected `int` >= 1",
        ),
        (
            "[idle]\nwarning_seconds = 19",
            "kiosk.toml: idle.warning_seconds: expected `float` >= 20.0",
        ),
        ("[idle]\nseconds = nan", "kiosk.toml: idle.seconds: expected `float` > 0.0"),
        ("[idle]\nseconds = inf", "kiosk.toml: idle.seconds: expected `float` <= 3600.0"),
        ("[idle]\nseconds = true", "kiosk.toml: idle.seconds: expected `float`, got `bool`"),
        (
            "[kiosk]\nlanguages = []",
            "kiosk.toml: kiosk.languages: expected `array` of length >= 1",
        ),
        (
            '[kiosk]\nlanguages = "da"',
            "kiosk.toml: kiosk.languages: expected `array`, got `str`",
        ),
        (
            '[screen]\nscale_command = ["wlr-randr", "--scale", "1.5"]',
            "kiosk.toml: screen.scale_command: '{scale}' is missing",
        ),
        (
            "[screen]\nlarge_scale = 1",
            "kiosk.toml: screen.large_scale: expected more than normal_scale, 1",
        ),
        (
            "[screen]\nnormal_scale = 1.75",
            "kiosk.toml: screen.large_scale: expected more than normal_scale, 1.75",
        ),
        (
            '[input.keypad]\n"/" = "help"',
            "kiosk.toml: input.keypad[...]: 'help' is not known",
        ),
        (
            '[input.keypad]\n"/" = "12"',
            "kiosk.toml: input.keypad[...]: '12' is not known; did you mean '2'?",
        ),
        (
            '[input.keypad]\nenter = "1"',
            "kiosk.toml: input.keypad: expected `str` of length <= 1",
        ),
        (
            '[input]\nmove = "spcae"',
            "kiosk.toml: input.move: 'spcae' is not known; did you mean 'space'?",
        ),
        ('[input]\nmove = "1"', "kiosk.toml: input.move: '1' is not known; did you mean 'f1'?"),
        ('[input]\nmove = "space"', "kiosk.toml: input.choose: is missing beside 'move'"),
        ('[input]\nchoose = "space"', "kiosk.toml: input.move: is missing beside 'choose'"),
        (
            '[input]\nmove = "space"\nchoose = "space"',
            "kiosk.toml: input.choose: 'space' is already 'move'",
        ),
        (
            "[kiosk",
            "kiosk.toml: is not TOML: Expected ']' at the end of a table declaration "
            "(at end of document)",
        ),
    ],
)
def test_a_fault_is_told_by_file_and_key(tmp_path: Path, whole: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(site(tmp_path, FILE, whole=whole))
    assert str(caught.value) == line


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Folders(tmp_path / FILE))
    assert str(caught.value) == f"{tmp_path / FILE}: there is no such file"


def test_a_file_of_the_site_wins_over_the_shipped_one(tmp_path: Path) -> None:
    folders = site(tmp_path, "links.toml", whole="")
    assert folders.find("links.toml") == tmp_path / "links.toml"
    assert folders.find("routes.toml") == shipped() / "routes.toml"
    assert folders.find("nothing.toml") == shipped() / "nothing.toml"


@pytest.mark.parametrize(
    "wrong",
    [
        'broker = "mqtt://broker:1883"',
        'broker = "mqtts://broker"',
        'broker = "mqtts://broker:8883\\n"',
        'centre = "Lyngby"',
        'centre = "lyngby/other"',
        'name = "+"',
        'name = "kiosk-1\\n"',
    ],
)
def test_no_broker_without_tls_and_no_name_that_is_a_filter(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(f"[fleet]\n{wrong}\n")
    with pytest.raises(ConfigError, match=f"fleet.{wrong.split()[0]}"):
        load(Folders(file))
