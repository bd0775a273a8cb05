"""What the Debian package is built from is pinned."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

REPOSITORY = Path(__file__).parents[2]


def test_every_library_that_the_project_names_is_pinned_by_its_hash() -> None:
    pins = (REPOSITORY / "deploy/package/requirements.txt").read_text()
    pinned = dict(re.findall(r"(?m)^([\w.-]+)==([\w.]+)", pins))
    for entry in re.split(r"\n(?=\S)", pins):
        assert entry.startswith("#") or "--hash=sha256:" in entry, entry
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    for line in project["dependencies"]:
        wanted = Requirement(line)
        version = pinned[re.sub(r"[-_.]+", "-", wanted.name).lower()]
        assert wanted.specifier.contains(version), f"{line}: pinned is {version}"
