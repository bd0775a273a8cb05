"""A kiosk whose settings name the devices of a simulated machine, so that they can be unplugged."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from hardware.simulated.machine import Running


def at_site(folder: Path, running: Running, **tables: Mapping[str, object]) -> Path:
    """Writes `folder`/kiosk.toml for a machine that is being played, and the trust beside it.

    `tables` are more of the settings: `at_site(folder, running, idle={"seconds": 5})`.
    """
    told: dict[str, Mapping[str, object]] = {
        f"devices.{device.role}": {"driver": device.driver, "address": device.address}
        for device in running.devices
    }
    settings = folder / "kiosk.toml"
    settings.write_text(
        "".join(
            f"[{name}]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in table.items())
            for name, table in (told | tables).items()
        )
    )
    shutil.copytree(running.trust, folder / "trust", dirs_exist_ok=True)
    return settings


def _value(value: object) -> str:
    """As TOML has it: of texts, numbers, truths and lists of them it is what JSON has."""
    return json.dumps(value)
