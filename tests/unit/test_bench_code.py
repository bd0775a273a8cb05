"""What the reader of codes is measured with: repeatable pictures, and answers counted fairly."""

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hardware.mrz.parsing import parse
from hardware.simulated.documents.drawing import Picture
from hardware.verdicts import CodeHint
from tests.benchmarks import code, code_advice, code_clips, code_frames, code_peers
from tests.benchmarks.code_frames import Frame
from tests.benchmarks.code_peers import Asked, Reader

SMALL = 640, 480


def fingerprint(picture: Picture) -> str:
    return hashlib.sha256(picture.tobytes()).hexdigest()


def test_a_picture_of_the_set_is_always_the_same() -> None:
    first, name, lines = code_frames.draw(7, 0.4, SMALL)
    again, same_name, same_lines = code_frames.draw(7, 0.4, SMALL)
    other, _, _ = code_frames.draw(8, 0.4, SMALL)
    assert fingerprint(first.picture) == fingerprint(again.picture)
    assert (name, lines) == (same_name, same_lines)
    assert fingerprint(first.picture) != fingerprint(other.picture)


def test_every_picture_of_the_set_shows_a_whole_valid_code() -> None:
    for number in range(6):
        shot, name, lines = code_frames.draw(number, number / 5, SMALL)
        assert code_frames.whole(shot)
        assert code_frames.letter(shot) >= code_frames.LEAST_LETTER
        document = parse(lines)
        assert document.valid
        assert document.format == name


def test_a_code_that_leaves_the_picture_is_not_whole() -> None:
    shot, _, _ = code_frames.draw(1, 0.0, SMALL)
    half = shot.picture[:, : int(shot.zone()[:, 0].mean())]  # type: ignore[index]
    assert not code_frames.whole(replace(shot, picture=half))


def test_pictures_are_rendered_once_and_anew_when_the_recipe_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_frames.report, "FOLDER", tmp_path)
    monkeypatch.setattr(code_frames, "CAMERAS", (SMALL,) * 3)
    (frame,) = code_frames.frames(1)
    pixels = frame.file.read_bytes()
    frame.file.write_bytes(b"kept")
    assert code_frames.frames(1) == [frame]
    assert frame.file.read_bytes() == b"kept"
    about = frame.file.with_suffix(".json")
    about.write_text(json.dumps({**json.loads(about.read_text()), "recipe": "another"}))
    assert code_frames.frames(1) == [frame]
    assert frame.file.read_bytes() == pixels


def test_the_truth_of_a_folder_lies_beside_its_pictures(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.png", "c.jpeg", "notes.md"):
        (tmp_path / name).touch()
    (tmp_path / "a.jpg.txt").write_text("ONE\nTWO\n")
    (tmp_path / "b.txt").write_text("THREE FOUR\n")
    truths = [frame.lines for frame in code_frames.folder(tmp_path)]
    assert truths == [("ONE", "TWO"), ("THREE", "FOUR"), None]


def test_fewer_pictures_are_spread_from_easy_to_hard() -> None:
    assert code_frames.evenly(range(10), 5) == [0, 2, 4, 6, 8]
    assert code_frames.evenly(range(3), 9) == [0, 1, 2]


def answer(*reads: list[str], valid: bool | None = True) -> dict[str, object]:
    return {"reads": list(reads), "valid": valid, "cpu_ms": 3.0, "memory": {"peak": 50.0}}


def test_a_read_is_right_when_one_alternative_is_and_wrong_ones_called_valid_count() -> None:
    frames = [Frame(Path(name), ("AB", "CD")) for name in "vwxyz"]
    answers = [
        answer(["A8", "CD"], ["AB", "CD"]),
        answer(["AB", "C0"]),
        answer(["AB", "C0"], valid=False),
        answer(valid=False),
        None,
    ]
    told = code.score("some", frames, Asked(answers, {"start_ms": 9.0}))
    assert told is not None
    assert (told.exact, told.valid, told.read) == (20, 40, 60)
    assert told.wrong_valid == 1
    assert code.score("none", frames, Asked(reason="not installed")) is None


READER = """
import os
import sys
sys.path.insert(0, {folder!r})
from serving import Answer, serve

def read(name):
    if name.endswith("deadly"):
        os._exit(3)
    if name.endswith("bad"):
        raise ValueError
    print("chatter that is no answer")
    return Answer([[name]], True)

serve(str, lambda: read)
"""


def test_a_reader_that_dies_is_started_again_and_given_up_in_the_end(tmp_path: Path) -> None:
    script = tmp_path / "read.py"
    script.write_text(READER.format(folder=str(code_peers.ADAPTERS)))
    reader = Reader("mortal", script)
    asked = code_peers.ask(reader, [Path("a"), Path("deadly"), Path("bad"), Path("b")])
    assert asked.reason is None
    said = [answer and (answer["reads"], answer["failed"]) for answer in asked.answers]
    assert said == [([["a"]], None), None, ([], "ValueError"), ([["b"]], None)]
    asked = code_peers.ask(reader, [Path("deadly")] * 5)
    assert asked.answers == [None] * code_peers.DEATHS
    assert asked.reason is not None


def test_a_reader_that_does_not_start_says_why(tmp_path: Path) -> None:
    script = tmp_path / "read.py"
    script.write_text("import nothing_of_that_name")
    asked = code_peers.ask(Reader("missing", script), [Path("a")])
    assert asked.answers == []
    assert asked.reason is not None
    assert "nothing_of_that_name" in asked.reason


def test_a_peer_that_cannot_be_installed_is_left_out_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(command: list[str]) -> None:
        raise code_peers.UnavailableError("no network")

    monkeypatch.setattr(code_peers, "PEERS", tmp_path)
    monkeypatch.setattr(code_peers, "_run", fail)
    monkeypatch.setattr(code_peers.shutil, "which", lambda name: sys.executable)
    for reader in code_peers.OTHERS:
        assert code_peers.ask(reader, [Path("a")]).reason == "not installed: no network"


def test_spoiled_pictures_are_always_the_same() -> None:
    first, again = (code_advice.picture(code_advice.glare, 2) for _ in range(2))
    other = code_advice.picture(code_advice.glare, 3)
    assert fingerprint(first) == fingerprint(again)
    assert fingerprint(first) != fingerprint(other)


def test_advice_counts_what_could_not_be_read() -> None:
    glare = code_advice.Tally(CodeHint.GLARE, read=2)
    glare.said.update({CodeHint.GLARE: 3, CodeHint.COVERED: 1})
    assert (glare.counted, glare.right) == (4, 3)
    assert code_advice.right_share([glare, code_advice.Tally(CodeHint.TOO_FAR)]) == 75


def test_a_film_comes_from_outside_and_ends_with_the_whole_code_in_view(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(code_clips, "LONGEST", 0.4)
    shown = code_clips.film(3)
    pictures = list(code_clips.play(replace(shown, arrives=0.2)))
    assert not pictures[0][1]
    assert pictures[-1][1]
    again = next(iter(code_clips.play(code_clips.film(3))))
    first = next(iter(code_clips.play(shown)))
    assert np.array_equal(first[2], again[2])
