"""Where something of a visit could lie: memory of processes, files, logs and the terminal."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from tests.e2e.forgetting.search import Finder

PIECE = 1 << 26
"""Bytes that are looked through at once."""
PAGE = os.sysconf("SC_PAGE_SIZE")
_OVERLAP = 2 * PAGE
_MAP = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)\s*(.*)")
_OF_KERNEL = ("[vvar]", "[vsyscall]", "[vvar_vclock]")


@dataclass
class Seen:
    """What was looked through, and what was found there."""

    places: dict[str, int] = field(default_factory=dict)
    """By place, how many bytes."""
    unread: int = 0
    """Bytes of memory that the kernel would not show."""
    hits: list[tuple[str, str, str]] = field(default_factory=list)
    """Needle, place, and where in it."""

    @property
    def size(self) -> int:
        """Bytes of all places."""
        return sum(self.places.values())

    def add(self, other: "Seen") -> None:
        """Takes in what was seen elsewhere or later."""
        for place, size in other.places.items():
            self.places[place] = self.places.get(place, 0) + size
        self.unread += other.unread
        self.hits += other.hits

    def found(self) -> set[str]:
        """The needles that were found anywhere."""
        return {needle for needle, _, _ in self.hits}

    def told(self) -> str:
        """The hits in a few lines, the first of each needle and place."""
        first: dict[tuple[str, str], list[str]] = {}
        for needle, place, where in self.hits:
            first.setdefault((needle, place), []).append(where)
        return "\n".join(
            f"{needle} in {place}, {len(at)} times, first at {at[0]}"
            for (needle, place), at in first.items()
        )


def in_memory(pid: int, name: str, finder: Finder) -> Seen:
    """Looks through all memory of a process; as root (proc(5)).

    Pages that it never touched are left away, and those of files that it has not changed: what is
    there is in the file.
    """
    seen = Seen({f"memory of {name}": 0})
    with (
        open(f"/proc/{pid}/mem", "rb", buffering=0) as memory,
        open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pages,
    ):
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            told = _MAP.match(line)
            assert told, line
            begin, end, rights, inode, what = told.groups()
            if "r" not in rights or what in _OF_KERNEL:
                continue
            of_file = inode != "0" and rights.endswith("p")
            for at, size in _touched(pages, int(begin, 16), int(end, 16), of_file):
                _look(memory, at, size, what or "memory", finder, seen)
    return seen


def _touched(pages: IO[bytes], begin: int, end: int, of_file: bool) -> list[tuple[int, int]]:
    """Address and size of each run of pages that are in memory or swapped out."""
    count = (end - begin) // PAGE
    pages.seek(begin // PAGE * 8)
    told = np.frombuffer(pages.read(8 * count), np.uint64)
    there = (told >> np.uint64(62)) != 0  # swapped, present (linux, admin-guide/mm/pagemap.rst)
    if of_file:
        there &= (told >> np.uint64(61)) & np.uint64(1) == 0  # changed: a page of its own
    edges = np.flatnonzero(np.diff(np.r_[0, there.astype(np.int8), 0]))
    return [
        (begin + int(first) * PAGE, int(last - first) * PAGE)
        for first, last in edges.reshape(-1, 2)
    ]


def _look(memory: IO[bytes], at: int, size: int, what: str, finder: Finder, seen: Seen) -> None:
    name = next(iter(seen.places))
    end = at + size
    while at < end:
        memory.seek(at)
        try:
            data = memory.read(min(PIECE, end - at))
        except OSError:  # it is gone by now
            seen.unread += PAGE
            at += PAGE
            continue
        if not data:
            return  # so is the process
        seen.places[name] += len(data)
        for needle, places in finder.find(data).items():
            seen.hits += [(needle, name, f"{at + place:x} {what}") for place in places]
        at += len(data) if at + len(data) >= end else max(len(data) - _OVERLAP, PAGE)


def in_bytes(data: bytes, name: str, finder: Finder) -> Seen:
    """Looks through these bytes."""
    hits = finder.find(data).items()
    return Seen({name: len(data)}, 0, [(n, name, hex(at)) for n, places in hits for at in places])


CORE = "an image of a process's memory"
_ELF, _CORE = b"\x7fELF", 4  # ET_CORE (elf(5))


def in_files(files: Iterable[Path], finder: Finder) -> Seen:
    """Looks through the files, their names, and where links lead; a core is a hit by itself."""
    seen = Seen()
    for file in files:
        name = str(file)
        seen.add(in_bytes(name.encode(), f"name of {name}", finder))
        with suppress(OSError):
            if file.is_symlink():
                seen.add(in_bytes(os.readlink(file).encode(), f"link {name}", finder))
            elif file.is_file():
                data = file.read_bytes()
                seen.add(in_bytes(data, name, finder))
                if data[:4] == _ELF and int.from_bytes(data[16:18], "little") == _CORE:
                    seen.hits.append((CORE, name, "0"))
    return seen


def below(*folders: Path) -> Iterator[Path]:
    """All that lies in these folders."""
    for folder in folders:
        for parent, _, names in os.walk(folder):
            yield Path(parent)
            yield from (Path(parent, name) for name in names)


def descendants(pid: int) -> dict[int, str]:
    """A process and all that it has started, and theirs, by id; each with its command line."""
    found = {}
    with suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        found[pid] = command.strip()
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                found |= descendants(int(child))
    return found
