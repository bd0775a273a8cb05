"""The configuration with which the kiosk last came up is kept, whole and once."""

import os
from pathlib import Path

import pytest

from kiosk import last_good, settings
from kiosk.places import Folders
from tests.sites import site


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state"


def test_what_is_kept_is_what_was_there(tmp_path: Path) -> None:
    folders = site(tmp_path / "site", "kiosk.toml", whole="[idle]\nseconds = 77\n")
    site(tmp_path / "site", "situations/app.toml", "title", "title")
    (tmp_path / "site/trust").mkdir()
    (tmp_path / "site/trust/one.der").write_bytes(b"\x30\x00")
    (tmp_path / "site/diary.txt").write_text("nobody's business")
    last_good.keep(folders)

    kept = last_good.find(folders.settings_file)
    assert kept is not None
    assert settings.load(Folders(kept)).idle.seconds == 77
    assert (kept.parent / "situations/app.toml").read_bytes() == (
        tmp_path / "site/situations/app.toml"
    ).read_bytes()
    assert Folders(kept).find("trust") == kept.parent / "trust"
    assert sorted(path.name for path in kept.parent.iterdir()) == [
        "kept.json", "kiosk.toml", "situations", "trust",
    ]  # fmt: skip


def test_it_is_written_again_when_it_changed_and_only_then(tmp_path: Path, state: Path) -> None:
    folders = site(tmp_path / "site", "kiosk.toml", whole="[idle]\nseconds = 77\n")
    last_good.keep(folders)
    first = (state / "last-good").stat().st_ino
    last_good.keep(folders)
    assert (state / "last-good").stat().st_ino == first
    folders.settings_file.write_text("[idle]\nseconds = 78\n")
    last_good.keep(folders)
    kept = last_good.find(folders.settings_file)
    assert kept is not None
    assert settings.load(Folders(kept)).idle.seconds == 78
    assert os.listdir(state) == ["last-good"]  # nothing half-made is left beside it


def test_another_sites_is_not_taken(tmp_path: Path) -> None:
    folders = site(tmp_path / "site", "kiosk.toml", whole="[idle]\nseconds = 77\n")
    last_good.keep(folders)
    assert last_good.find(tmp_path / "elsewhere/kiosk.toml") is None


def test_what_is_shipped_and_what_is_kept_are_not_kept(tmp_path: Path, state: Path) -> None:
    last_good.keep(Folders())
    assert not state.exists()
    folders = site(tmp_path / "site", "kiosk.toml", whole="[idle]\nseconds = 77\n")
    last_good.keep(folders)
    kept = last_good.find(folders.settings_file)
    assert kept is not None
    last_good.keep(Folders(kept))
    assert last_good.find(folders.settings_file) == kept
    assert last_good.find(kept) is None


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"source": 3}', "\ufffe"])
def test_a_note_that_is_none_is_nothing_kept(tmp_path: Path, state: Path, note: str) -> None:
    folders = site(tmp_path / "site", "kiosk.toml", whole="[idle]\nseconds = 77\n")
    last_good.keep(folders)
    (state / "last-good/kept.json").write_text(note, encoding="utf-16")
    assert last_good.find(folders.settings_file) is None
    last_good.keep(folders)
    assert last_good.find(folders.settings_file) is not None
