"""`kiosk document read`: from pictures of documents to their codes."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hardware import pictures
from hardware.mrz.judging import judge
from kiosk.document import as_checks
from kiosk.text import plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hardware.mrz.recognising import Reading

    Read = Callable[[NDArray[np.uint8]], Reading]

Row = dict[str, object]

_NOTHING: Row = {
    "status": "not_found",
    "lines": [],
    "document": None,
    "issuer": None,
    "checks": {},
    "hints": [],
}


def recogniser() -> "Read":
    """What reads pictures, loaded once for all; `HardwareError` where a network is missing."""
    from hardware.mrz.recognising import Recogniser

    return Recogniser().read


def read_files(files: Iterable[Path], read: "Read") -> Iterator[Row]:
    """One row for each file, in order, as soon as it was read.

    Keys: file; status ("ok", "uncertain", "not_found"); lines; document (its kind, or None); issuer
    (its code, or None); checks ("passed" or "failed" for each check digit); hints (what would help,
    the likeliest first); ms (to load and read it). A file that is no picture that can be read has
    also "error", one line that says why. `read` is the recogniser's.
    """
    for file in files:
        began = time.perf_counter()
        try:
            row = _row(read(pictures.load(file)))
        except pictures.PictureError as error:
            row = _NOTHING | {"error": str(error)}
        ms = round((time.perf_counter() - began) * 1000, 1)
        yield {"file": str(file), **row, "ms": ms}


def as_text(row: Row) -> str:
    """A row for people to read: the file and what came of it; below it the code and its checks."""
    heads = [str(row["status"]).replace("_", " ")]
    heads += [str(row[key]) for key in ("document", "issuer") if row[key]]
    parts = [f"{plain(str(row['file']))}: {', '.join(heads)} ({row['ms']} ms)"]
    parts += [f"  {line}" for line in _list(row["lines"])]
    checks = row["checks"]
    assert isinstance(checks, dict)
    failed = [name.replace("_", " ") for name, outcome in checks.items() if outcome == "failed"]
    if checks:
        parts.append(f"  check digits: {'failed: ' + ', '.join(failed) if failed else 'passed'}")
    if row["hints"]:
        hints = (hint.replace("-", " ") for hint in _list(row["hints"]))
        parts.append(f"  hints: {', '.join(hints)}")
    return "\n".join(parts)


def _list(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def _row(reading: "Reading") -> Row:
    document = reading.document
    found: Row = {
        "status": reading.status.value,
        "lines": list(reading.lines),
        "hints": [hint.value for hint in reading.hints],
    }
    if document is not None:
        found |= {
            "document": judge(document, date.today()).kind.value,
            "issuer": document.issuer or None,
            "checks": as_checks(document.checks),
        }
    return _NOTHING | found
