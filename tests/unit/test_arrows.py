"""The arrows between the rooms, proved at run time: what is not imported cannot be reached."""

import subprocess
import sys

import pytest

DEVICES = {"cv2", "nfc", "serial", "numpy"}
DRIVERS = {"hardware.scanners", "hardware.readers", "hardware.cameras", "hardware.simulated"}

FLEET = {"aiomqtt", "paho", "cryptography", "screens.fleet", "kiosk.fleet.kiosk_link"}
"""What a kiosk without a broker never needs."""


def imported(modules: str) -> set[str]:
    """Everything that a fresh Python has imported after these modules."""
    program = f"import sys, {modules}; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return set(done.stdout.decode().split())


@pytest.mark.parametrize(
    ("modules", "never"),
    [
        pytest.param(
            "kiosk.visit, kiosk.advice, kiosk.situations.loading, kiosk.settings, kiosk.language, "
            "kiosk.support, kiosk.guide, kiosk.countries",
            {"textual", "screens", "hardware.link", "hardware.host", "hardware.mrz"}
            | DEVICES
            | DRIVERS,
            id="the guided assistant",
        ),
        pytest.param(
            "kiosk.keeper",
            {"textual", "screens", "asyncio", "hardware", "msgspec"} | DEVICES,
            id="the keeper",
        ),
        pytest.param(
            "hardware.host",
            {"textual", "kiosk", "screens", "asyncio"} | DEVICES | DRIVERS,
            id="the device host before it is given a device",
        ),
        pytest.param(
            "screens.__main__, screens.app, screens.kit",
            {"babel", "qrcode", "dateutil", "kiosk.situations.loading", "screens.step"}
            | FLEET
            | {"hardware.host", "hardware.drivers", "hardware.mrz"}
            | DEVICES
            | DRIVERS,
            id="the app before its first paint",
        ),
        pytest.param(
            "screens.showing",
            {"cv2", "nfc", "serial", "hardware.host", "hardware.drivers", "hardware.mrz"}
            | FLEET
            | DRIVERS,
            id="all screens",
        ),
    ],
)
def test_what_is_never_imported(modules: str, never: set[str]) -> None:
    assert not imported(modules) & never
