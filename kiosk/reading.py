"""Reading TOML into typed structs, with errors in words: file, key, and the nearest known key."""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

T = TypeVar("T")

Id = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
"""A name that a file gives to something."""

Day = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
"""A day on which something was looked up (ISO 8601)."""

_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")
_NO_SUCH = re.compile(r"[Ii]nvalid enum value '(?P<name>[^']*)'")
_MISSING = re.compile(r"missing required field `(?P<name>[^`]*)`")
_PATH = re.compile(r" - at `(key` in `)?(?P<path>[^`]*)`$")


class ConfigError(Exception):
    """A file of settings or content is wrong; the text is one clear line."""

    def __init__(self, line: str) -> None:
        # A name from the file may hold anything, line ends and escape sequences too.
        super().__init__("".join(c if c.isprintable() else " " for c in line))


def read_table(path: Path) -> dict[str, Any]:
    """The tables of one TOML file; `ConfigError` when it is missing or no TOML."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        # ValueError is also what a number of thousands of digits is, and text that is not UTF-8.
        raise ConfigError(f"{path.name}: is not TOML: {error}") from error


def as_struct(table: Any, kind: type[T], where: str) -> T:
    """A table as a struct of this kind; `where` (file and key) begins the line of an error."""
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(_in_words(str(error), kind, where)) from error


def suggestion(name: str, known: list[str]) -> str:
    """'; did you mean ...?' for the nearest known name, or nothing."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _in_words(message: str, kind: Any, where: str) -> str:
    found = _PATH.search(message)
    path = found["path"].removeprefix("$") if found else ""
    message = _PATH.sub("", message)
    joint = "" if where.endswith(": ") else "." if ": " in where else ": "
    key = f"{where}{joint}{path.lstrip('.')}" if path else where
    key = key.rstrip(": ")
    if unknown := _UNKNOWN.search(message) or _NO_SUCH.search(message):
        known = _names_at(kind, path)
        return f"{key}: '{unknown['name']}' is not known{suggestion(unknown['name'], known)}"
    if missing := _MISSING.search(message):
        return f"{key}: '{missing['name']}' is missing"
    return f"{key}: {message[0].lower()}{message[1:]}"


def _names_at(kind: Any, path: str) -> list[str]:
    """The names that may stand where a msgspec path leads: fields of a struct, or given words."""
    here: Any = msgspec.inspect.type_info(kind)
    for name in re.findall(r"\.(\w+)|\[", path):
        here = _inner(here)
        if name and isinstance(here, msgspec.inspect.StructType):
            here = next((f.type for f in here.fields if f.encode_name == name), here)
    here = _inner(here)
    if isinstance(here, msgspec.inspect.StructType):
        return [field.encode_name for field in here.fields]
    return [str(word) for word in getattr(here, "values", ())]


def _inner(info: Any) -> Any:
    while True:
        if isinstance(info, msgspec.inspect.UnionType):
            info = next(
                (t for t in info.types if not isinstance(t, msgspec.inspect.NoneType)), info
            )
        elif isinstance(info, msgspec.inspect.DictType):
            info = info.value_type
        elif isinstance(info, msgspec.inspect.ListType | msgspec.inspect.VarTupleType):
            info = info.item_type
        else:
            return info
