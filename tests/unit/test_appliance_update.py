"""When a new package may stay, and what is refused before anything is changed.

Whole updates, with apt and systemd, are tried by `make deb-test`.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.appliance import update as updating
from kiosk.appliance.update import Outcome, UpdateError
from kiosk.cli import app

PASS = Outcome(0, frozenset())
CAMERA = Outcome(2, frozenset({"device.camera.opens"}))
TWO = Outcome(2, frozenset({"device.camera.opens", "models"}))
NOT_RUN = Outcome(3, None)

needs_dpkg = pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb is not there")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="the command is root's")


@pytest.mark.parametrize(
    ("after", "before", "stays"),
    [
        (PASS, PASS, True),
        (Outcome(1, frozenset()), PASS, True),
        (CAMERA, PASS, False),
        (CAMERA, CAMERA, True),
        (TWO, CAMERA, False),
        (CAMERA, NOT_RUN, False),
        (NOT_RUN, PASS, False),
        (NOT_RUN, NOT_RUN, False),
        (Outcome(3, frozenset()), Outcome(3, frozenset()), False),
    ],
    ids=str,
)
def test_a_package_stays_unless_something_fails_that_did_not_fail_before(
    after: Outcome, before: Outcome, stays: bool
) -> None:
    assert after.good_after(before) is stays


def made(folder: Path, name: str, version: str) -> Path:
    """A real package with nothing in it."""
    root = folder / f"{name}-{version}"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN/control").write_text(
        f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: A <a@b.dk>\n"
        "Description: nothing\n"
    )
    deb = folder / f"{name}_{version}_amd64.deb"
    subprocess.run(["dpkg-deb", "-b", root, deb], check=True, stdout=subprocess.DEVNULL)
    return deb


@needs_dpkg
def test_only_a_package_of_the_kiosk_is_taken(tmp_path: Path) -> None:
    assert updating.described(made(tmp_path, "kiosk", "0.2.0")).version == "0.2.0"
    with pytest.raises(UpdateError, match="no package of the kiosk"):
        updating.described(made(tmp_path, "kiosk-tools", "0.2.0"))
    text = tmp_path / "kiosk_1_amd64.deb"
    text.write_text("Package: kiosk\nVersion: 1\n")
    with pytest.raises(UpdateError, match="no package of the kiosk"):
        updating.described(text)
    with pytest.raises(UpdateError, match="no such file"):
        updating.described(tmp_path / "nowhere.deb")


@needs_dpkg
def test_the_way_back_is_of_the_installed_version_and_kept_for_root_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(updating, "ARCHIVES", tmp_path / "archives")
    old, new = made(tmp_path, "kiosk", "0.1.0"), made(tmp_path, "kiosk", "0.2.0")
    with pytest.raises(UpdateError, match="--previous"):
        updating.way_back("0.1.0", None)
    with pytest.raises(UpdateError, match=r"is 0\.2\.0, and 0\.1\.0 is installed"):
        updating.way_back("0.1.0", new)
    kept = updating.keep(updating.way_back("0.1.0", old))
    old.unlink()
    assert updating.way_back("0.1.0", None) == kept
    assert kept.file.parent.stat().st_mode & 0o777 == 0o700


@needs_dpkg
@needs_root
def test_a_package_with_another_checksum_is_refused(tmp_path: Path) -> None:
    deb = made(tmp_path, "kiosk", "0.2.0")
    right = hashlib.sha256(deb.read_bytes()).hexdigest()
    done = CliRunner().invoke(app, ["appliance", "update", str(deb), "--sha256", "0" * 64])
    assert done.exit_code == 2
    assert right in done.output
