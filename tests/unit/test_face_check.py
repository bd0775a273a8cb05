"""`kiosk face check` on photographs, folders, videos and what is none."""

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hardware.face.measuring import Measures
from hardware.face.models import installed
from hardware.opencv import cv2
from hardware.simulated.person import Show
from hardware.verdicts import FaceHint
from tests import faces
from tests.face_networks import take_away

needs_networks = pytest.mark.skipif(
    not installed(), reason="the networks that see faces are not installed"
)
KEYS = {"file", "frame", "faces", "hints", "measures", "ready", "ms"}


def check(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", "face", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def save(path: Path, picture: faces.Picture) -> Path:
    assert cv2.imwrite(str(path), picture)
    return path


def film(path: Path, pictures: list[faces.Picture], fps: float = 15.0) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (640, 480))
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return path


@needs_networks
def test_a_photograph_is_one_object_with_what_the_plan_names(tmp_path: Path) -> None:
    good = save(tmp_path / "good.png", faces.framed())
    dark = save(tmp_path / "dark.jpg", faces.lit(faces.framed(), 0.08))
    done = check(good, dark, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    one, other = rows(done)
    assert set(one) == KEYS
    assert set(one["measures"]) == {field.name for field in fields(Measures)}
    assert (one["file"], one["frame"], one["faces"]) == (str(good), 0, 1)
    assert (one["hints"], one["ready"]) == ([], True)
    assert (other["hints"][0], other["ready"]) == ("too-dark", False)


@needs_networks
@pytest.mark.parametrize("hint", [FaceHint.GLARE, FaceHint.HEADWEAR])
def test_glasses_and_hats_are_told_and_no_failure(hint: FaceHint, tmp_path: Path) -> None:
    spoilt = next(iter(faces.SPOILT[hint].values()))()
    (row,) = rows(check(save(tmp_path / "worn.png", spoilt), "--format", "json"))
    assert (row["hints"], row["ready"]) == ([hint.value], True)


@needs_networks
def test_nobody_and_several_are_never_ready(tmp_path: Path) -> None:
    save(tmp_path / "a.png", faces.nobody())
    save(tmp_path / "b.png", faces.two())
    (tmp_path / "c").mkdir()
    nobody, several = rows(check(tmp_path, "--format", "json"))
    assert (nobody["faces"], nobody["hints"], nobody["measures"]) == (0, ["no-face"], {})
    assert (several["faces"], several["hints"][0]) == (2, "several")
    assert not nobody["ready"]
    assert not several["ready"]


@pytest.mark.slow
@needs_networks
def test_a_video_has_a_line_a_frame_and_is_ready_once_that_lasted(tmp_path: Path) -> None:
    show = Show((FaceHint.TOO_FAR, FaceHint.READY))
    video = film(tmp_path / "film.avi", [show.draw(1 + number / 15) for number in range(75)])
    told = rows(check(video, "--format", "json"))
    assert [row["frame"] for row in told] == list(range(75))
    assert told[10]["hints"] == ["too-far"]
    ready = [row["frame"] for row in told if row["ready"]]
    right = [row["frame"] for row in told if not row["hints"]]
    assert ready == list(range(ready[0], 75))
    assert ready[0] - right[0] >= 0.8 * 15


@needs_networks
def test_text_is_one_line_each(tmp_path: Path) -> None:
    done = check(save(tmp_path / "far\x1b[31m.png", faces.framed(0.15)))
    assert "\x1b" not in done.stdout
    assert ": too far (" in done.stdout
    assert len(done.stdout.splitlines()) == 1


@needs_networks
def test_one_bad_file_is_one_line_and_the_others_are_looked_at(tmp_path: Path) -> None:
    good = save(tmp_path / "good.png", faces.framed())
    bad = {
        "absent.png": None,
        "empty.png": b"",
        "noise.jpg": bytes(range(256)) * 9,
        "cut.png": good.read_bytes()[:2000],
        "text.avi": b"RIFF\0\0\0\0AVI nothing",
        "letter.txt": "Kære borger".encode(),
    }
    for name, content in bad.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    (tmp_path / "nothing").mkdir()
    os.mkfifo(tmp_path / "pipe")
    names = [*bad, "nothing", "pipe"]
    done = check(*(tmp_path / name for name in names), good, "--format", "json")
    told = rows(done)
    assert done.returncode == 2
    assert [row["file"] for row in told if "error" in row] == [str(tmp_path / n) for n in names]
    assert len(done.stderr.splitlines()) == len(names)
    assert told[-1]["ready"]


@needs_networks
def test_a_video_that_is_cut_off_is_looked_at_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.avi", [faces.framed(x=0.5 + n / 900) for n in range(20)])
    content = whole.read_bytes()
    cut = tmp_path / "cut.avi"
    cut.write_bytes(content[: len(content) // 2])
    done = check(cut, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert 5 <= len(rows(done)) < 20


@needs_networks
def test_a_large_photograph_is_looked_at_like_a_small_one(tmp_path: Path) -> None:
    large = cv2.resize(faces.framed(), (4000, 3000), interpolation=cv2.INTER_CUBIC)
    (row,) = rows(check(save(tmp_path / "large.jpg", np.asarray(large)), "--format", "json"))
    assert row["ready"]


def test_without_networks_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away(tmp_path, monkeypatch)
    done = check(save(tmp_path / "good.png", faces.framed()))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "kiosk: the networks that see faces are not installed; see kiosk face install"
    ]


def test_a_file_is_wanted() -> None:
    done = check()
    assert done.returncode == 2
    assert "FILE" in done.stderr
    assert len(done.stderr.splitlines()) == 1
