"""On which line of a file of settings or content a fault stands: for the log, where nobody asks."""

import re
import tomllib

from kiosk.places import Folders

_TOLD = re.compile(r"(?P<file>[\w./-]+\.toml): (?P<rest>.*)", re.DOTALL)
_KEYS = re.compile(r"(?P<path>[\w-]+(?:\[\d+\])?(?:\.[\w-]+(?:\[\d+\])?)*)(?=:|$)")
_QUOTED = re.compile(r"'([^']+)'")
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\"'-]+)\s*\]")
_KEY = re.compile(r"\s*([\w\"'.-]+)\s*=")


def with_line(fault: str, folders: Folders) -> str:
    """The text of a `ConfigError` with the file's path and the line of its key, where it has one.

    Where a fault names no key of the file, the line is the first that holds a name it quotes.
    """
    told = _TOLD.match(fault)
    if told is None:
        return fault
    name = told["file"]
    file = folders.find(name)
    if name == folders.settings_file.name:
        file = folders.settings_file
    elif not file.is_file():
        file = folders.find(f"situations/{name}")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return fault
    number = _line_of(told["rest"], text)
    place = f"{file}, line {number}" if number else str(file)
    return f"{place}: {told['rest']}"


def _line_of(fault: str, text: str) -> int | None:
    lines = text.splitlines()
    keys = _KEYS.match(fault)
    first = _line_of_key(keys["path"], lines) if keys else None
    wrong = fault.partition("; did you mean")[0]
    for name in reversed(_QUOTED.findall(wrong)):  # the last is what is wrong there
        quoted = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        for number, line in enumerate(lines[(first or 1) - 1 :], first or 1):
            if quoted.search(line) and not line.lstrip().startswith("#"):
                return number
    return first


def _line_of_key(path: str, lines: list[str]) -> int | None:
    """The line of a key such as `idle.seconds` or `steps[2].tips`; of its table, where it has none.

    Arrays of tables are counted from 0.
    """
    wanted = re.sub(r"\[(\d+)\]", r".\1", path).split(".")
    best: tuple[int, int] | None = None
    table: list[str] = []
    counted: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            table = _names(header[2])
            if header[1] == "[[":
                counted[header[2]] = counted.get(header[2], -1) + 1
                table = [*table, str(counted[header[2]])]
            here = table
        elif key := _KEY.match(line):
            here = [*table, *_names(key[1])]
        else:
            continue
        if here == wanted[: len(here)] and (best is None or len(here) > best[0]):
            best = (len(here), number)
    return best[1] if best else None


def _names(dotted: str) -> list[str]:
    """The names of a dotted key, without their quotation marks."""
    try:
        table = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return [dotted]
    names = []
    while isinstance(table, dict):
        ((name, table),) = table.items()
        names.append(name)
    return names
