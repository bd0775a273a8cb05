"""A site's own files beside the shipped ones."""

from pathlib import Path

from kiosk.places import Folders, shipped


def site(
    folder: Path, file: str, old: str = "", new: str = "", whole: str | None = None
) -> Folders:
    """The folders of a site in `folder` that has its own copy of one shipped file, changed.

    The first `old` in it is replaced by `new`; or the whole of it, where `whole` is given.
    """
    folder.mkdir(exist_ok=True)
    settings = folder / "kiosk.toml"
    if not settings.exists():
        settings.write_bytes((shipped() / "kiosk.toml").read_bytes())
    if whole is None:
        told = (shipped() / file).read_text(encoding="utf-8")
        assert old in told, f"{file} has no {old!r} any more: mend the test"
        whole = told.replace(old, new, 1)
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(whole, encoding="utf-8")
    return Folders(settings)
