"""The configuration with which the kiosk last came up: kept, so that a broken one stops nobody."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.places import Folders, made, shipped, state_folder

_FOLDER = "last-good"
_NOTE = "kept.json"
_SETTINGS = "kiosk.toml"


def keep(folders: Folders) -> None:
    """Keeps a copy of the site's files, which are in order; does nothing where they are kept.

    What came with the program is not copied. `OSError` where the copy cannot be written.
    """
    source = folders.settings_file.resolve()
    kept = state_folder() / _FOLDER
    if source.parent in (shipped().resolve(), kept.resolve()):
        return
    note = {"source": str(source), "digest": _digest(source)}
    if _read_note(kept) == note:
        return
    import shutil  # here, because the keeper, which only finds, is to stay small
    import tempfile

    with tempfile.TemporaryDirectory(dir=made(kept.parent), prefix=f"{_FOLDER}-") as beside:
        new = Path(beside) / "new"
        for path, name in _files(source):
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, new / name)
        (new / _NOTE).write_text(json.dumps(note), encoding="utf-8")
        with suppress(FileNotFoundError):
            kept.rename(Path(beside) / "old")
        new.rename(kept)


def find(settings_file: Path) -> Path | None:
    """The settings kept for this file of settings, or None where none of its are kept."""
    kept = state_folder() / _FOLDER
    note = _read_note(kept)
    if note.get("source") != str(settings_file.resolve()) or not (kept / _SETTINGS).is_file():
        return None
    return kept / _SETTINGS


def _read_note(kept: Path) -> dict[str, str]:
    try:
        note = json.loads((kept / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def _files(settings_file: Path) -> Iterator[tuple[Path, str]]:
    """The site's files and how they are called beside the settings; nothing else that lies there.

    A site's folder may be anybody's home: only names of the shipped folder, and `trust`, count.
    """
    yield settings_file, _SETTINGS
    site = settings_file.parent
    for name in sorted({path.name for path in shipped().iterdir()} - {_SETTINGS} | {"trust"}):
        own = site / name
        files = sorted(own.rglob("*")) if own.is_dir() else [own]
        yield from ((file, str(file.relative_to(site))) for file in files if file.is_file())


def _digest(settings_file: Path) -> str:
    import hashlib

    digest = hashlib.sha256()
    for path, name in _files(settings_file):
        data = path.read_bytes()
        digest.update(f"{name}\n{len(data)}\n".encode() + data)
    return digest.hexdigest()
