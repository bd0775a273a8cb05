"""Who made the parts of the package, and under which licence: /usr/share/doc/kiosk."""

import gzip
import shutil
from datetime import UTC, datetime
from email.parser import Parser
from email.utils import format_datetime
from pathlib import Path

UNSAID = {"pyDes": "Public domain (says its author in pyDes.py)"}
"""Parts whose metadata name no licence, looked up by hand."""
HEAD = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: reactivation-kiosk
Comment: Each library lies in /usr/lib/kiosk as its makers publish it. The texts of the
 licences that came with them are in /usr/share/doc/kiosk/licences.

Files: *
Copyright: the authors of the reactivation kiosk
License: EUPL-1.2

Files: usr/lib/kiosk/lib/common/hardware/face/models/*
Copyright: The MediaPipe Authors
License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0, and in
 /usr/share/doc/kiosk/licences/mediapipe.
"""


def write(root: Path, program: Path, source: Path) -> None:
    """Writes `copyright` and collects the texts; `SystemExit` for a part without a licence."""
    doc = root / "usr/share/doc/kiosk"
    text = HEAD + f"\nLicense: EUPL-1.2\n{_indented((source / 'LICENSE').read_text())}\n"
    for info in sorted(program.rglob("*.dist-info"), key=lambda path: path.name.lower()):
        about = Parser().parsestr((info / "METADATA").read_text(), headersonly=True)
        if about["Name"] == "reactivation-kiosk":
            continue
        name = f"{about['Name']}-{about['Version']}"
        texts = [path for path in sorted(info.rglob("*")) if _is_text(path)]
        into = doc / "licences" / name
        for path in texts:
            into.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, into / "-".join(path.relative_to(info).parts))
        text += (
            f"\nFiles: {info.relative_to(root).parent}/*\n"
            f"Copyright: {_author(about)}\n"
            f"License: {_licence(about, name)}\n"
            f"Comment: {name}, {about['Home-page'] or about['Project-URL'] or 'no page'}\n"
        )
    models = program / "lib/common/hardware/face/models"
    (doc / "licences/mediapipe").mkdir(parents=True)
    for path in models.glob("LICENSE*"):
        shutil.copyfile(path, doc / "licences/mediapipe" / path.name)
    (doc / "copyright").write_text(text)


def changelog(root: Path, version: str, maintainer: str, epoch: int) -> None:
    """Writes Debian's changelog; what has changed stands in CHANGELOG.md."""
    when = format_datetime(datetime.fromtimestamp(epoch, UTC))
    text = (
        f"kiosk ({version}) stable; urgency=medium\n\n"
        f"  * See CHANGELOG.md in this folder.\n\n -- {maintainer}  {when}\n"
    )
    (root / "usr/share/doc/kiosk/changelog.gz").write_bytes(_packed(text.encode()))


def manual(root: Path, source: Path) -> None:
    """Puts the page of the manual where man(1) finds it."""
    page = root / "usr/share/man/man1/kiosk.1.gz"
    page.parent.mkdir(parents=True)
    page.write_bytes(_packed((source / "deploy/package/kiosk.1").read_bytes()))


def _packed(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def _is_text(path: Path) -> bool:
    return path.is_file() and path.name.upper().startswith(
        ("LICEN", "COPYING", "NOTICE", "AUTHORS", "THIRD")
    )


def _author(about) -> str:
    return " ".join((about["Author"] or about["Author-email"] or "its authors").split())


def _licence(about, name: str) -> str:
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    said = (about["License-Expression"] or "; ".join(classified)
            or (about["License"] or "").splitlines()[:1])  # fmt: skip
    said = said if isinstance(said, str) else "".join(said)
    said = said or UNSAID.get(about["Name"], "")
    if not said:
        raise SystemExit(f"{name}: under which licence is it? Look, and add it to notices.py")
    return said


def _indented(text: str) -> str:
    return "\n".join(f" {line.rstrip()}" if line.strip() else " ." for line in text.splitlines())
