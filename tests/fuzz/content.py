"""Turns over all TOML files: settings, content, languages, machines, and those of a fleet.

An input is not the whole file: it is one change of a file that is right. Its first byte says what
is done, the next two at which line, and the rest is the text that is put there.
"""

# ruff: noqa: PT017 - these are no tests of pytest's

import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import msgspec

from hardware.simulated import machine
from hardware.simulated.machine import MachineError
from kiosk import app_screens, document_numbers, phones, phrases, settings, support
from kiosk.fleet import console_files, enrolment, operators
from kiosk.language import load_labels, read_about
from kiosk.line_numbers import with_line
from kiosk.places import Folders, shipped
from kiosk.reading import ConfigError, as_struct, read_table
from kiosk.situations import loading

LONGEST = 6000
_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")
_SITE = Path(_FOLDER.name, "site")
SETTINGS = _SITE / "kiosk.toml"

_SITE_TOML = """\
host = "broker.example"
port = 8883
[centres]
lyngby = ["kiosk-1", "kiosk-2"]
[operators.anna]
rank = "supervisor"
centres = ["lyngby"]
"""
_OPERATORS = f"""\
[anna]
rank = "clerk"
key = "{"A" * 43}="
centres = ["lyngby", "*"]
"""
_CONSOLE = """\
broker = "mqtts://broker.example:8883"
operator = "anna"
rank = "clerk"
centres = ["lyngby"]
"""


_KIOSKS = """\
lyngby = ["kiosk-1", "kiosk-2"]
"""


def _console(file: Path) -> object:
    return as_struct(read_table(file), console_files.Settings, str(file))


_Read = Callable[[Path], object]
_FILES: dict[str, tuple[str, str | None, _Read]] = {
    "settings": ("kiosk.toml", None, lambda _: settings.load(Folders(SETTINGS))),
    "phones": ("phones.toml", None, lambda _: phones.load(Folders(SETTINGS))),
    "phrases": ("phrases.toml", None, lambda _: phrases.load(Folders(SETTINGS))),
    "numbers": ("document_numbers.toml", None, lambda _: document_numbers.load(Folders(SETTINGS))),
    "app_screens": ("app_screens.toml", None, lambda _: app_screens.load(Folders(SETTINGS))),
    "support": ("support.toml", None, lambda _: support.load(Folders(SETTINGS))),
    "labels": ("languages/da/labels.toml", None, lambda _: load_labels(Folders(SETTINGS))),
    "about": ("languages/da/language.toml", None, lambda file: read_about(file.parent)),
    "triage": ("situations/triage.toml", None, lambda _: loading.load(Folders(SETTINGS))),
    "situation": ("situations/app.toml", None, lambda _: loading.load(Folders(SETTINGS))),
    "common": ("situations/common.toml", None, lambda _: loading.load(Folders(SETTINGS))),
    "routes": ("routes.toml", None, lambda _: loading.load(Folders(SETTINGS))),
    "links": ("links.toml", None, lambda _: loading.load(Folders(SETTINGS))),
    "machine": ("machines/specimen.toml", None, machine.load),
    "site": ("site.toml", _SITE_TOML, enrolment.read_site),
    "operators": ("operators.toml", _OPERATORS, operators.load),
    "console": ("console.toml", _CONSOLE, _console),
    "kiosks": ("kiosks.toml", _KIOSKS, console_files.load_kiosks),
}
"""By target: the file, what stands in it where none is shipped, and how it is read."""
SLOW = ("labels", "triage", "situation", "common", "routes", "links")


@cache
def _lines(name: str, given: str | None) -> list[bytes]:
    text = (shipped() / name).read_bytes() if given is None else given.encode()
    return text.splitlines(keepends=True)


def changed(data: bytes, lines: list[bytes]) -> bytes:
    """The file with one change: a value, a line, one more, one less, or all of it another."""
    how, number, text = data[0] % 6, int.from_bytes(data[1:3], "big"), data[3:]
    at = number % len(lines)
    line = lines[at]
    match how:
        case 0 | 1:
            key, equals, _ = line.partition(b"=")
            new = [key + equals + b" " + text + b"\n"]
        case 2:
            new = [text + b"\n"]
        case 3:
            new = [line, text + b"\n"]
        case 4:
            new = [line[: number // len(lines) % (len(line) + 1)], text]
        case _:
            return text
    return b"".join([*lines[:at], *new, *lines[at + 1 :]])


def _fuzz(target: str, data: bytes) -> None:
    """The file with this change is read, twice alike, or refused in one line that names it."""
    if len(data) < 3:
        return
    try:
        told = read_changed(target, data)
        assert read_changed(target, data) == told
    except ConfigError as error:
        _check_fault(str(error))
    except MachineError as error:
        assert error.args


def read_changed(target: str, data: bytes) -> object:
    """What the kiosk makes of the file with this change; `ConfigError`, `MachineError`."""
    name, given, read = _FILES[target]
    file = _SITE / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(changed(data, _lines(name, given)))
    try:
        return _plain(read(file))
    finally:
        file.unlink()  # the next target in this process is to find no other file that is wrong


def _check_fault(fault: str) -> None:
    """One line, that a log and a terminal can take, and that can be told with its place."""
    assert fault.isprintable()
    assert "toml" in fault or "languages/" in fault
    placed = with_line(fault, Folders(SETTINGS))
    assert placed.isprintable()


def _plain(told: object) -> object:
    """Structs as they can be compared; keys are not, and stay."""
    return msgspec.to_builtins(told, enc_hook=repr) if not isinstance(told, dict) else list(told)


TARGETS = {target: partial(_fuzz, target) for target in _FILES}


def seeds(target: str) -> list[bytes]:
    """Each line of the file with its own value, and with others that might stand there."""
    name, given, _ = _FILES[target]
    lines = _lines(name, given)
    found = []
    for at, line in enumerate(lines):
        value = line.partition(b"=")[2].strip()
        if value and len(found) < 60:
            found.append(b"\0" + at.to_bytes(2, "big") + value[:500])
    others = (b'""', b"-1", b"1e400", b"[]", b"{}", b"true", b'["a", "b"]', b"2026-11-01", b"nan",
              b'"\\u0000\\u001b[2J"', b"[[a]]", b"a.b.c = 1")  # fmt: skip
    found += [bytes([how]) + b"\0\2" + other for how in (0, 2, 3, 4) for other in others]
    whole = b"\5\0\0" + b"".join(lines)
    return [*found, whole] if len(whole) <= LONGEST else found
