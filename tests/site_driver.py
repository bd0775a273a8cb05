"""A driver that a site has installed beside ours, as packages do: found by its entry point."""

import os
from pathlib import Path
from textwrap import dedent, indent

import pytest

from hardware.resources import Resource
from hardware.verdicts import Role

MODULE = """\
import os, signal, sys, time
from hardware.chip_link import NoChipError
from hardware.errors import HardwareError, Reason
from hardware.verdicts import ChipVerdict, Role

class SiteReader:
    role = Role.READER
    def __init__(self, address): self.address = address
    def open(self, timeout): pass
    def close(self): pass
    def connect(self, timeout, cancelled): raise NoChipError(ChipVerdict.NONE)
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, methods: str, top: str = "") -> Resource:
    """Installs a reader whose methods are overridden by these, for processes started from now on.

    `top` is put at the beginning of its module.
    """
    body = dedent(top) + MODULE + indent(dedent(methods), "    ")
    (folder / "site_reader.py").write_text(body)
    metadata = folder / "site_reader-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: site-reader\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(
        "[reactivation_kiosk.drivers]\nsite-reader = site_reader:SiteReader\n"
    )
    before = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), before])))
    return Resource(Role.READER, "site-reader", "site:1")
