"""What stands between the kiosk and the person: compositor, terminal, fonts, sound."""

import re
import subprocess
from collections.abc import Iterator

from kiosk.appliance.finding import Finding, judged
from kiosk.appliance.machine import Machine
from kiosk.appliance.services import KIOSK
from kiosk.appliance.units import Unit
from kiosk.selftest.results import State

FOOT_KNOWS = "/etc/xdg/foot/foot.ini"
"""What the installed terminal binds of itself: Debian's package has the list with its version."""
FONT = "fonts-dejavu-core"
SCALES_FROM = (0, 1, 5)
"""The first cage that lets a program set the scale of the screen."""
STARTED = ["/usr/bin/cage", "/usr/bin/foot", "/usr/bin/kiosk"]
"""What our unit starts; looked for where there is no unit, too."""
_SECTIONS = ("key-bindings", "mouse-bindings")
_SETTING = re.compile(r"([a-z][a-z-]*)\s*=(.*)")
_EXAMPLE = "[your-fancy-name]"
_NO_BINDING = ("selection-override-modifiers", "noop")


def programs(machine: Machine) -> Iterator[Finding]:
    """All that the unit starts is there, and what speaks."""
    unit = Unit(machine, KIOSK)
    started = [word.split() for word in unit.commands()] or [STARTED]
    needed = [word for words in started for word in words if word.startswith("/usr/bin/")]
    lacking = [f"{word} is missing" for word in dict.fromkeys(needed) if not machine.exists(word)]
    packages = " ".join(word.rpartition("/")[2] for word in needed if not machine.exists(word))
    remedy = f"apt install {packages.replace('kiosk', './kiosk.deb')}"
    yield judged("programs", lacking, "compositor, terminal and kiosk are there", remedy)

    lacking = [] if machine.package(FONT) else [f"{FONT} is missing: what is drawn has holes"]
    yield judged("programs.font", lacking, "is there", f"apt install {FONT}")

    speak = {"espeak-ng": "espeak-ng", "aplay": "alsa-utils"}
    absent = [package for name, package in speak.items() if not machine.program(name)]
    lacking = ["nothing is read aloud"] if absent else []
    yield judged(
        "programs.speech", lacking, "can speak", f"apt install {' '.join(absent)}", State.WARN
    )


def terminal(machine: Machine) -> Iterator[Finding]:
    """Each key and button that the installed terminal would take for itself is off."""
    file = _configuration(machine)
    if not machine.exists(file):
        remedy = f"copy deploy/foot/foot.ini to {file}"
        yield Finding("terminal.keys", State.FAIL, f"there is no {file}", remedy)
        return
    ours = _sections(machine.text(file))
    if not machine.exists(FOOT_KNOWS):
        message = f"{FOOT_KNOWS} is missing: which keys foot takes for itself is not known"
        yield Finding("terminal.keys", State.WARN, message, "apt install --reinstall foot")
    else:
        lacking = _refused(machine, file)
        lacking += [f"{key} is on" for key in bound(machine.text(FOOT_KNOWS), machine.text(file))]
        remedy = f"for each of them a line KEY=none in its section of {file}"
        yield judged("terminal.keys", lacking, "every key and button is the kiosk's", remedy)
    lacking = []
    if ours.get("scrollback", {}).get("lines") != "0":
        lacking.append("what was on the screen can be scrolled back to (lines=0 in [scrollback])")
    notify = ours.get("bell", {}).get("command-focused", "no")
    if notify != "no":
        lacking.append("a bell starts a program (command-focused in [bell])")
    yield judged("terminal.memory", lacking, "keeps nothing", f"edit {file}")


def bound(known: str, ours: str) -> list[str]:
    """What of foot's own bindings, as its list has them, our configuration leaves on."""
    # Some defaults have a comment behind them; those of regex-... are an example.
    told = re.sub(r"^# ?", "", known, flags=re.MULTILINE)
    off, listed = _sections(ours), _sections(re.sub(r" # .*$", "", told, flags=re.MULTILINE))
    found = []
    for section in _SECTIONS:
        for key, default in listed.get(section, {}).items():
            if key in _NO_BINDING or default.split()[-1:] == ["none"]:
                # What is off by itself may yet have been switched on.
                value = off.get(section, {}).get(key, "none")
            else:
                value = off.get(section, {}).get(key, default)
            if value != "none" and key not in _NO_BINDING and _EXAMPLE not in value:
                found.append(key)
    # What somebody has added, in a section that has its own keys.
    added = [key for section in _SECTIONS for key, value in off.get(section, {}).items()
             if value != "none" and key not in found]  # fmt: skip
    return found + added


def large_text(machine: Machine) -> Iterator[Finding]:
    """Large text needs a program that sets the scale, and a compositor that lets it."""
    told = machine.text("/etc/kiosk/kiosk.toml")
    command = re.search(r"^\s*scale_command\s*=\s*\[\s*[\"']([^\"']+)", told, re.MULTILINE)
    if not command:
        message = "the kiosk has one size of text (scale_command in kiosk.toml)"
        remedy = "set scale_command (docs/accessibility.md)"
        yield Finding("screen.large-text", State.WARN, message, remedy)
        return
    lacking = []
    if not machine.program(command[1].rpartition("/")[2]):
        lacking.append(f"{command[1]} is missing")
    words = " ".join(Unit(machine, KIOSK).commands()).split()
    version = _numbers(machine.package("cage"))
    if "/usr/bin/cage" in words and version and version < SCALES_FROM:
        lacking.append(f"cage {machine.package('cage')} cannot change the scale")
    remedy = "apt install wlr-randr; on Debian 12 sway in place of cage (docs/installation.md)"
    yield judged("screen.large-text", lacking, "can be switched", remedy, State.WARN)


def _refused(machine: Machine, file: str) -> list[str]:
    """What the terminal says of its configuration; only the machine that runs can be asked."""
    if not machine.runs or not machine.exists("/usr/bin/foot"):
        return []
    command = ["/usr/bin/foot", "--check-config", f"--config={file}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    if done.returncode == 0:
        return []
    words = done.stderr.strip().splitlines()[-1:] or ["it does not say why"]
    return [f"foot does not take {file}: {words[0].strip()}"]


def _configuration(machine: Machine) -> str:
    for line in Unit(machine, KIOSK).commands():
        for word in line.split():
            if word.startswith("--config=") and word.endswith(".ini"):
                return word.removeprefix("--config=")
    return "/etc/kiosk/foot.ini"


def _sections(text: str) -> dict[str, dict[str, str]]:
    """Sections of an .ini, each with its keys; the last line that names a key counts."""
    found: dict[str, dict[str, str]] = {}
    section = "main"
    for line in (each.strip() for each in text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif setting := _SETTING.match(line):
            found.setdefault(section, {})[setting[1]] = setting[2].strip()
    return found


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a Debian version, without epoch and revision."""
    upstream = version.rpartition(":")[2].partition("-")[0].partition("+")[0]
    return tuple(int(part) for part in re.findall(r"\d+", upstream))
