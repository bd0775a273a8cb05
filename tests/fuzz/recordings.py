"""Turns over the files of recordings, as JSON lines and packed."""

import gzip
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from hardware.recording import SCHEMA, BadRecordingError, Header, Passed, load
from hardware.tap import Way
from hardware.verdicts import Role

_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")


def fuzz_lines(data: bytes) -> None:
    """A file of lines."""
    _load("recording.jsonl", data)


def fuzz_packed(data: bytes) -> None:
    """The same bytes as a packed file: as they are, and packed by us."""
    _load("recording.jsonl.gz", data)
    _load("recording.jsonl.gz", gzip.compress(data, 1))


def _load(name: str, data: bytes) -> None:
    file = Path(_FOLDER.name, name)
    file.write_bytes(data)
    with suppress(BadRecordingError, OSError):
        assert load(file) == load(file)


TARGETS = {"lines": fuzz_lines, "packed": fuzz_packed}


def seeds(target: str) -> list[bytes]:
    """A recording of each role, with pieces in both ways."""
    made = []
    for role in Role:
        lines = [
            Header(SCHEMA, role, "serial-swipe", datetime(2026, 11, 1, tzinfo=UTC)),
            Passed(0.1, Way.IN, b"P<UTO"),
            Passed(0.25, Way.OUT, bytes(range(9)), "errors"),
        ]
        made.append(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return [*made, *(gzip.compress(one, mtime=0) for one in made if target == "packed")]
