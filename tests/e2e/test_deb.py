"""The Debian package, as it is built here: what it says of itself, what it holds, and that it runs.

That it installs on clean systems is tried by `make deb-test` (tests/clean_roots). Takes a minute,
and two the first time, when it fetches the pinned wheels.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "deploy/package"
PROGRAM = Path("usr/lib/kiosk")
OWN_BUSINESS = ("deploy/package/", "deploy/demo_fleet.py")
"""What of deploy/ is for the source tree, not for a machine."""
PYTHON = Path("/usr/bin/python3")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb is not there"),
    pytest.mark.skipif(
        len(list((REPOSITORY / "hardware/face/models").glob("*.tflite"))) != 2,
        reason="the networks that see faces are not there: make face",
    ),
]


def build(into: Path) -> Path:
    done = subprocess.run(
        [sys.executable, PACKAGE / "build.py", "--quick", "--output", into],
        capture_output=True, text=True, check=False, umask=0o077 if into.name == "again" else 0o022,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


@pytest.fixture(scope="module", autouse=True)
def one_time_for_all() -> Iterator[None]:
    """Whoever commits while the tests run does not make another package of the same source."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1795600000")
        yield


@pytest.fixture(scope="module")
def deb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("deb"))


@pytest.fixture(scope="module")
def tree(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, unpacked, with dpkg's own part in DEBIAN."""
    root = tmp_path_factory.mktemp("tree") / "root"
    subprocess.run(["dpkg-deb", "--raw-extract", deb, root], check=True)
    return root


def test_it_says_what_it_is_and_on_what_it_runs(deb: Path) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    said = subprocess.run(
        ["dpkg-deb", "--field", deb], capture_output=True, text=True, check=True
    ).stdout
    fields = dict(re.findall(r"(?m)^([A-Z][\w-]+): (.*)$", said))
    assert (fields["Package"], fields["Version"]) == ("kiosk", project["version"])
    assert "python3 (>= 3.11)" in fields["Depends"]
    assert "@" not in re.sub(r"<.*>", "", said)
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    assert deb.with_name(f"{deb.name}.sha256").read_text() == f"{digest}  {deb.name}\n"


def test_the_same_source_makes_the_same_bytes(deb: Path, tmp_path: Path) -> None:
    again = build(tmp_path / "again")
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(deb.read_bytes()).digest()


def test_what_is_compiled_is_there_for_both_versions_of_python(tree: Path) -> None:
    def compiled(version: str) -> set[str]:
        folder = tree / PROGRAM / f"lib/python{version[0]}.{version[1:]}/site-packages"
        found = {
            str(path.relative_to(folder)) for path in folder.rglob(f"*.cpython-{version}-*.so")
        }
        return {name.replace(f"cpython-{version}-", "") for name in found}

    of_11, of_13 = compiled("311"), compiled("313")
    assert {"msgspec/_core.x86_64-linux-gnu.so", "bidi/bidi.x86_64-linux-gnu.so"} <= of_11
    assert of_11 == of_13
    shared = [path.name for path in (tree / PROGRAM / "lib/common").rglob("*.so")]
    assert [name for name in shared if "cpython" in name] == []
    assert "cv2.abi3.so" in shared


def test_every_file_for_a_machine_is_in_it(tree: Path) -> None:
    listed = subprocess.run(
        ["git", "-C", REPOSITORY, "ls-files", "deploy"], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no clone of the repository")
    held = {
        hashlib.sha256(path.read_bytes()).digest()
        for folder in ("etc", "usr/lib/systemd", "usr/lib/udev", "usr/lib/modprobe.d",
                       "usr/lib/sysusers.d", "usr/lib/tmpfiles.d", "usr/share")
        for path in (tree / folder).rglob("*")
        if path.is_file()
    }  # fmt: skip
    lacking = [
        name
        for name in listed.stdout.split()
        if not name.startswith(OWN_BUSINESS)
        and (REPOSITORY / name).is_file()
        and hashlib.sha256((REPOSITORY / name).read_bytes()).digest() not in held
    ]
    assert lacking == [], "a row in deploy/package/contents.toml says where a file goes"


def test_nothing_in_it_is_open_to_others_and_all_of_it_is_roots(deb: Path) -> None:
    listed = subprocess.run(
        ["dpkg-deb", "--contents", deb], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(listed) > 1000
    for line in listed:
        mode, owner = line.split()[:2]
        assert owner == "root/root", line
        assert mode in ("drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x", "lrwxrwxrwx"), line


def test_the_sites_settings_are_dpkgs_to_keep_and_are_in_order(tree: Path) -> None:
    kept = (tree / "DEBIAN/conffiles").read_text().split()
    assert kept == ["/etc/kiosk/kiosk.toml"]
    assert sorted(kept) == sorted(f"/{path.relative_to(tree)}" for path in (tree / "etc").rglob("*")
                                  if path.is_file())  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "config", "check", "--config", tree / kept[0][1:]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_scripts_for_dpkg_are_whole_and_name_every_unit(tree: Path) -> None:
    units = {path.name for path in (tree / "usr/lib/systemd/system").iterdir()}
    for name in ("postinst", "prerm", "postrm"):
        script = tree / "DEBIAN" / name
        assert os.access(script, os.X_OK)
        assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
        assert "@" not in script.read_text()
    stopped = re.search(r"for unit in (.*); do", (tree / "DEBIAN/prerm").read_text())
    assert stopped
    assert set(stopped[1].split()) == {unit for unit in units if "@" not in unit}


def test_every_part_has_its_licence_beside_it(tree: Path) -> None:
    doc = tree / "usr/share/doc/kiosk"
    told = (doc / "copyright").read_text()
    parts = [path.name.removesuffix(".dist-info") for path in (tree / PROGRAM).rglob("*.dist-info")]
    assert len(parts) > 40
    for part in parts:
        name = part.partition("-")[0].replace("_", "[-_.]")
        if part.startswith("reactivation_kiosk"):
            assert "License: EUPL-1.2\n EUROPEAN UNION PUBLIC LICENCE" in told
        else:
            assert re.search(rf"(?im)^Comment: {name}-", told), part
    assert all(line.split(":", 1)[1].strip() for line in told.splitlines()
               if line.startswith("License:"))  # fmt: skip
    assert "Apache License" in next((doc / "licences/mediapipe").iterdir()).read_text()


def test_the_links_between_its_documents_lead_somewhere(tree: Path) -> None:
    doc = tree / "usr/share/doc/kiosk"
    linked = {
        (file.parent / name).resolve()
        for file in doc.rglob("*.md")
        for name in re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text())
    }
    assert len(linked) > 50
    # Into the source, which is not in the package as such; and its licence stands in `copyright`.
    lacking = {str(path.relative_to(doc)) for path in linked if not path.exists()}
    assert {name for name in lacking if not name.startswith("hardware/")} == {"LICENSE"}


def test_the_installed_program_does_all_three_rehearsals(tree: Path, tmp_path: Path) -> None:
    """On this very system, with the package laid over its root in a mount of its own."""
    if os.geteuid() != 0:
        pytest.skip("laying it over the root takes root")
    version = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, text=True,
        check=False,
    ).stdout.strip()  # fmt: skip
    if version not in ("11", "13"):
        pytest.skip(f"{PYTHON} is neither Python 3.11 nor 3.13")
    root = tmp_path / "root"
    # What is changed of the root lies in memory, in a mount that goes with its last process.
    laid = (
        f"mount -t tmpfs tmpfs {tmp_path} && mkdir {root} {tmp_path}/upper {tmp_path}/work && "
        "mount -t overlay overlay "
        f"-o lowerdir=/,upperdir={tmp_path}/upper,workdir={tmp_path}/work {root}"
    )
    if subprocess.run(["unshare", "--mount", "sh", "-c", laid], check=False).returncode:
        pytest.skip("no overlay can be mounted here")
    inside = "kiosk --version && kiosk selftest --simulate quick --only rehearsals --format json"
    script = (
        f"{laid} && mkdir -p {root}/{PROGRAM} && mount --bind {tree}/{PROGRAM} {root}/{PROGRAM} && "
        f"cp -P {tree}/usr/bin/kiosk {root}/usr/bin/ && "
        f"for each in proc sys dev; do mount --rbind /$each {root}/$each; done && "
        f"exec chroot {root} env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=/tmp sh -c '{inside}'"
    )
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.partition("\n")[2])
    assert [each["state"] for each in told["checks"]] == ["pass"]
