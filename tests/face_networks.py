"""The networks that see faces, gone for processes started from now on."""

import os
from pathlib import Path

import pytest


def take_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points every new Python to a folder without networks; writes what this needs to `folder`."""
    (folder / "sitecustomize.py").write_text(
        "from pathlib import Path\n"
        "from hardware.face import models\n"
        f"models.FOLDER = Path({str(folder / 'no-models')!r})\n"
    )
    before = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), before])))
