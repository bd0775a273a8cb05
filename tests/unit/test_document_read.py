"""`kiosk document read`: one object for each picture, in order, whatever the pictures are."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hardware.mrz import networks
from hardware.mrz.parsing import parse
from hardware.mrz.recognising import Reading, ReadStatus
from hardware.mrz.specimens import ICAO
from hardware.opencv import cv2
from hardware.verdicts import CodeHint
from kiosk import cli
from kiosk.document_reading import as_text, read_files

KEYS = ["file", "status", "lines", "document", "issuer", "checks", "hints", "ms"]


def reading(lines: tuple[str, ...], status: ReadStatus = ReadStatus.OK) -> Reading:
    hints = () if status is ReadStatus.OK else (CodeHint.TOO_FAR, CodeHint.TILTED)
    return Reading(status, lines, parse(lines) if lines else None, hints)


def by_brightness(*readings: Reading) -> Callable[[np.ndarray], Reading]:
    """A recogniser that reads a picture of the grey level n as the n-th of these."""
    return lambda picture: readings[int(picture.mean())]


def picture(folder: Path, level: int, name: str = "") -> Path:
    file = folder / (name or f"{level}.png")
    cv2.imwrite(str(file), np.full((40, 60), level, np.uint8))
    return file


def test_what_was_read_is_told_in_order(tmp_path: Path) -> None:
    broken = ICAO["TD3"][0], ICAO["TD3"][1].replace("L898", "L896")
    read = by_brightness(
        reading(ICAO["TD3"]),
        reading(ICAO["TD1"]),
        reading(ICAO["MRV-A"]),
        reading((), ReadStatus.NOT_FOUND),
        reading(broken, ReadStatus.UNCERTAIN),
    )
    files = [picture(tmp_path, level) for level in range(5)]
    rows = list(read_files(files, read))
    assert [row["file"] for row in rows] == [str(file) for file in files]
    assert [row["status"] for row in rows] == ["ok", "ok", "ok", "not_found", "uncertain"]
    assert [row["document"] for row in rows] == ["passport", "card", "visa", None, "passport"]
    assert [row["issuer"] for row in rows] == ["UTO", "UTO", "UTO", None, "UTO"]
    assert [tuple(row["lines"]) for row in rows] == [
        ICAO["TD3"], ICAO["TD1"], ICAO["MRV-A"], (), broken,
    ]  # fmt: skip
    assert set(rows[0]["checks"].values()) == {"passed"}
    assert rows[3]["checks"] == {}
    assert rows[4]["checks"]["number"] == "failed"
    assert [row["hints"] for row in rows] == [[], [], [], *2 * [["too-far", "tilted"]]]
    for row in rows:
        assert list(row) == KEYS
        assert row["ms"] > 0
        json.dumps(row)


def test_a_file_that_cannot_be_read_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    files = [tmp_path / "nothing.jpg", picture(tmp_path, 0), tmp_path]
    rows = list(read_files(files, by_brightness(reading(ICAO["TD3"]))))
    assert [row["status"] for row in rows] == ["not_found", "ok", "not_found"]
    assert rows[0]["error"] == "there is no such file"
    assert rows[2]["error"] == "it is a folder, not a picture"
    assert "error" not in rows[1]
    assert set(rows[0]) == {*KEYS, "error"}


def test_each_row_comes_as_soon_as_it_was_read(tmp_path: Path) -> None:
    rows = read_files([picture(tmp_path, 0), picture(tmp_path, 1)], by_brightness(reading(())))
    assert next(rows)["status"] == "ok"
    with pytest.raises(IndexError):
        next(rows)


def test_for_people_the_code_stands_below_the_file(tmp_path: Path) -> None:
    read = by_brightness(reading(ICAO["TD1"]), reading((), ReadStatus.NOT_FOUND))
    files = [picture(tmp_path, 0, "a\x1b[2Jb.png"), picture(tmp_path, 1)]
    found, missed = (as_text(row).splitlines() for row in read_files(files, read))
    assert found[0].startswith(f"{tmp_path}/a?[2Jb.png: ok, card, UTO (")
    assert [line.strip() for line in found[1:4]] == list(ICAO["TD1"])
    assert found[4] == "  check digits: passed"
    assert missed[0].startswith(f"{tmp_path}/1.png: not found (")
    assert missed[1:] == ["  hints: too far, tilted"]


def kiosk(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "document", "read", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_command_reads_what_it_can_and_exits_with_2(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "text.png").write_text("ERIKSSON")
    (tmp_path / "empty.png").touch()
    paper = picture(tmp_path, 255)
    files = [str(tmp_path / name) for name in ("pipe", "text.png", paper.name, "empty.png")]
    done = kiosk("--format", "json", *files)
    assert done.returncode == 2
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == files
    assert [row["status"] for row in rows] == ["not_found"] * 4
    assert ["error" in row for row in rows] == [True, True, False, True]
    assert rows[2]["hints"]
    told = done.stderr.splitlines()
    assert len(told) == 3
    for line, file in zip(told, (files[0], files[1], files[3]), strict=True):
        assert line.startswith(f"kiosk: {file}: it is ")


def test_a_picture_without_a_code_is_no_failure(tmp_path: Path) -> None:
    done = kiosk(str(picture(tmp_path, 255)))
    assert (done.returncode, done.stderr) == (0, "")
    assert ": not found (" in done.stdout


def test_without_opencv_there_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cv2.py").write_text("raise ImportError('libGL.so.1')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = kiosk("anything.png")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("kiosk: OpenCV or a network")
    assert len(done.stderr.splitlines()) == 1


def test_without_its_networks_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(networks, "MODELS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["kiosk", "document", "read", "anything.png"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    told = capsys.readouterr()
    assert not told.out
    assert told.err.startswith("kiosk: OpenCV or a network")


def test_no_file_is_bad_usage() -> None:
    done = kiosk()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("kiosk: Missing argument")
    assert len(done.stderr.splitlines()) == 1
