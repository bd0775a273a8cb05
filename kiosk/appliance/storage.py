"""What lies on the disk: the program, its settings, what the kiosk writes, and where it may."""

import re
from collections.abc import Iterator

from kiosk.appliance.accounts import USER
from kiosk.appliance.finding import Finding, judged
from kiosk.appliance.kernel import spaced
from kiosk.appliance.machine import Machine
from kiosk.selftest.results import State

SETTINGS, STATE_FOLDER = "/etc/kiosk", "/var/lib/kiosk"
PROGRAMS = ("/usr/lib/kiosk", "/opt/kiosk", "/usr/local/lib/kiosk", "/usr/bin/kiosk")
"""Where the program and what a site adds to it may lie."""
_PIN = re.compile(r"^\s*pin\s*=\s*[\"']\$argon2", re.MULTILINE)
_MANY = 3


def settings(machine: Machine) -> Iterator[Finding]:
    """Only root changes what the kiosk says and trusts; only the kiosk reads the PIN and keys."""
    if not machine.exists(SETTINGS):
        remedy = "install the kiosk's package, or copy config/kiosk.toml and deploy/foot/foot.ini"
        yield Finding("files.settings", State.FAIL, f"there is no {SETTINGS}", remedy)
        return
    changed = [f"others than root may change {name}" for name in _below(machine, SETTINGS)
               if machine.writable_by_others(name)]  # fmt: skip
    remedy = f"chown -R root:{USER} {SETTINGS}; chmod -R go-w {SETTINGS}"
    yield judged("files.settings", _shortened(changed), "only root may change them", remedy)

    read = []
    for name in _below(machine, SETTINGS):
        told = machine.told(name)
        secret = name.endswith(("key.pem", ".key")) or (
            name.endswith("kiosk.toml") and _PIN.search(machine.text(name))
        )
        if secret and told is not None and told.st_mode & 0o004:
            read.append(f"everybody may read {name}")
    remedy = f"chgrp {USER} FILE; chmod 640 FILE"
    yield judged("files.secrets", read, "PIN and keys are for the kiosk alone", remedy)


def program(machine: Machine) -> Iterator[Finding]:
    """Nobody but root changes the program."""
    there = [name for name in PROGRAMS if machine.exists(name)]
    if not there:
        message = f"none of {', '.join(PROGRAMS)} is there"
        yield Finding("files.program", State.FAIL, message, "install the kiosk's package")
        return
    changed = [f"others than root may change {name}" for place in there
               for name in _below(machine, place) if machine.writable_by_others(name)]  # fmt: skip
    remedy = f"chown -R root:root {' '.join(there)}; chmod -R go-w {' '.join(there)}"
    yield judged("files.program", _shortened(changed), "only root may change it", remedy)


def disk(machine: Machine) -> Iterator[Finding]:
    """Whether the disk is only read, and where the kiosk keeps what outlives a restart."""
    told = machine.told(STATE_FOLDER)
    if told is None:
        yield Finding("files.state", State.SKIP, f"{STATE_FOLDER} comes with the first start")
    else:
        lacking = [f"others may look into {STATE_FOLDER}"] if told.st_mode & 0o066 else []
        remedy = f"chown -R {USER}:{USER} {STATE_FOLDER}; chmod 711 {STATE_FOLDER}"
        yield judged("files.state", lacking, "for the kiosk alone", remedy)

    mounts = machine.lines("/proc/mounts") or machine.lines("/etc/fstab")
    options = {words[1]: words for words in map(str.split, mounts) if len(words) > 3}
    root = options.get("/", ["", "", "", ""])
    planned = any(line.startswith("overlayroot=") and '""' not in line and "disabled" not in line
                  for line in machine.lines("/etc/overlayroot.local.conf"))  # fmt: skip
    overlaid = root[2] == "overlay" or (planned and not machine.exists("/proc/mounts"))
    if not overlaid and "ro" not in root[3].split(","):
        message = "the disk is written to: a pulled plug may damage it"
        remedy = "apt install overlayroot; /usr/share/kiosk/machine/examples/overlayroot.local.conf"
        yield Finding("disk.read-only", State.WARN, message, remedy)
        return
    yield Finding("disk.read-only", State.PASS, "only read")
    own = any(f" {STATE_FOLDER} " in spaced(line) for line in mounts)
    lacking = [] if own else [f"{STATE_FOLDER} is forgotten with each restart: wrong PINs, too"]
    remedy = f"give {STATE_FOLDER} a partition of its own, in /etc/fstab"
    yield judged("disk.state", lacking, "outlives a restart", remedy, State.WARN)


def _below(machine: Machine, name: str) -> Iterator[str]:
    yield name
    path = machine.path(name)
    if path.is_dir():
        for found in sorted(path.rglob("*")):
            if not found.is_symlink():
                yield f"{name}/{found.relative_to(path)}"


def _shortened(lines: list[str]) -> list[str]:
    more = len(lines) - _MANY
    return lines if more <= 0 else [*lines[:_MANY], f"and {more} more"]
