"""How a reader of codes is asked: names of pictures come on stdin, a line of JSON goes back each.

The first line that comes back says that the reader is loaded. An answer has

- `reads`: what was read, as a list of alternatives, each a list of lines; empty for nothing. An
  alternative is there for a reader that tidies up what it has read: it counts as right when
  either is. No reader gives fields alone, so fields are never compared.
- `valid`: whether the reader calls it valid, None for a reader that does not say.
- `cpu_ms`: processor time of reading, of all threads and child processes; decoding the picture
  is not in it.
- `memory`: in MB, see `memory_mb`.
- `failed`: the name of the exception, where there was one.

The scripts here are started by file name with the Python that a peer is installed for, so that it
needs nothing of this project; hence they import this file without a package.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What a reader says of one picture."""

    reads: list[list[str]]
    valid: bool | None


def processor_ms() -> float:
    """Processor time of this process so far, with all children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.process_time() + children.ru_utime + children.ru_stime) * 1000


def memory_mb() -> dict[str, float]:
    """`peak` until now; `pss` and `uss` (its own share) now; what it starts is not in it.

    The peak is not `ru_maxrss`, which a process inherits from the one that started it.
    """
    found = {}
    for file in ("status", "smaps_rollup"):
        for line in Path("/proc/self", file).read_text().splitlines():
            name, _, size = line.partition(":")
            if size.endswith(" kB"):
                found[name] = int(size.split()[0]) / 1024
    return {
        "peak": found["VmHWM"],
        "pss": found["Pss"],
        "uss": found["Private_Clean"] + found["Private_Dirty"],
    }


def serve(decode: Callable[[str], Any], load: Callable[[], Callable[[Any], Answer]]) -> None:
    """Answers until stdin ends: `decode` opens a picture, what `load` gives reads it."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer

    def tell(**what: object) -> None:
        answers.write(json.dumps({**what, "memory": memory_mb()}) + "\n")

    bare, began = memory_mb(), processor_ms()
    read = load()
    ready = processor_ms()
    tell(ready=True, start_ms=ready, load_ms=ready - began, bare=bare)
    for line in sys.stdin:
        picture = decode(line.rstrip("\n"))
        began = processor_ms()
        try:
            reads, valid = read(picture)
            failed = None
        except Exception as error:  # a peer's own trouble is a picture not read
            reads, valid, failed = [], None, type(error).__name__
        took = processor_ms() - began
        tell(reads=reads, valid=valid, failed=failed, cpu_ms=took)
