"""Every fuzzer's target, for a moment and without a fuzzer: only documented errors come out.

The inputs are the same every time: each target's seeds, and seeds altered by chance from its name.
`python -m tests.fuzz` runs the same targets for long.
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import msgspec
import pytest

from hardware.face.models import installed
from hardware.resources import Resource
from hardware.scanners.serial_profiles import PROFILES
from kiosk.appliance.looking import look
from kiosk.appliance.machine import Machine
from kiosk.selftest.results import State
from tests.fuzz import MODULES, Speed, Target, appliance, content, kept, load, names
from tests.fuzz.altering import altered

ROOT = Path(__file__).parents[2]
RUNS = {Speed.QUICK: 600, Speed.SLOW: 20, Speed.VERY_SLOW: 1}
MOST_SEEDS = {Speed.QUICK: 60, Speed.SLOW: 20, Speed.VERY_SLOW: 1}

TOLD_BY_WHAT_IS_READ = {
    "appliance.machine", "code.inquiry", "content.machine", "kept.selftest", "kept.outcome",
    "kept.out_of_order", "kept.pins", "kept.last_good", "kept.outbox", "messages.devices",
    "pictures.preview", "pictures.video", "readers.usb",
    *(f"content.{name}" for name in content.SLOW),
}  # fmt: skip
"""Targets of which right inputs need no more lines of ours than wrong ones, as they are read in C
or are right at once; and those of which it takes long to watch each line. The two tests behind look
at what comes of their seeds."""


def targets_of(module: str) -> list[Target]:
    return [load(name) for name in names() if name.startswith(f"{module}.")]


def some_seeds(target: Target) -> list[bytes]:
    chance, most = Random(target.name), MOST_SEEDS[target.speed]
    return chance.sample(target.seeds, min(most, len(target.seeds)))


def run_all(target: Target, inputs: Iterable[bytes]) -> None:
    for data in inputs:
        try:
            target.run(data)
        except Exception as error:
            error.add_note(f"{target.name}: {data!r}")
            raise


@pytest.mark.grid
@pytest.mark.parametrize("module", MODULES)
def test_right_and_altered_inputs_end_in_an_answer_or_a_documented_error(module: str) -> None:
    targets = targets_of(module)
    assert targets
    for target in targets:
        assert all(len(seed) <= target.longest for seed in target.seeds) or target.longest >= 4096
        run_all(target, some_seeds(target))
        runs = RUNS[target.speed]
        run_all(target, altered(target.seeds, runs, target.longest, Random(target.name)))


def test_every_module_of_fuzzers_is_in_the_list() -> None:
    there = {file.stem for file in (ROOT / "tests" / "fuzz").glob("*.py")}
    assert there == {*MODULES, "__init__", "__main__", "altering", "campaign"}


def lines_reached(run: Callable[[bytes], None], inputs: Iterable[bytes]) -> int:
    """How many lines of ours are run; not those of the target itself."""
    seen = set()

    def within(frame: FrameType, event: str, _: Any) -> Any:
        seen.add((frame.f_code.co_filename, frame.f_lineno))
        return within

    def enter(frame: FrameType, event: str, _: Any) -> Any:
        file = Path(frame.f_code.co_filename)
        ours = file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in ROOMS
        return within if ours else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        for data in inputs:
            run(data)
    finally:
        sys.settrace(before)
    return len(seen)


ROOMS = ("hardware", "kiosk", "screens")


@pytest.mark.parametrize("module", MODULES)
def test_the_seeds_are_read_further_than_noise(module: str) -> None:
    """Else a fuzzer would turn over what is refused at its first byte."""
    for target in targets_of(module):
        if target.name in TOLD_BY_WHAT_IS_READ or target.speed is Speed.VERY_SLOW:
            continue
        seeds = some_seeds(target)[:8] if target.speed is Speed.QUICK else target.seeds[:2]
        run_all(target, seeds[:1])  # what is imported with the first is no line of the reading
        chance = Random(target.name)
        noise = [b"", b"\0", *(chance.randbytes(40) for _ in range(4))]
        assert lines_reached(target.run, seeds) > lines_reached(target.run, noise), target.name


@pytest.mark.parametrize("target", content.TARGETS)
def test_a_file_with_its_own_value_put_in_again_is_read(target: str) -> None:
    assert content.read_changed(target, content.seeds(target)[0]) is not None


def test_the_other_seeds_are_right() -> None:
    for seed in load("code.inquiry").seeds:
        assert sum(bool(profile.answer.search(seed)) for profile in PROFILES.values()) == 1
    assert [len(kept._in_state(kept.last.NAME, seed, kept.last.load).passed)
            for seed in load("kept.selftest").seeds] == [1, 0]  # fmt: skip
    for seed in load("kept.outcome").seeds:
        assert kept.running.answered(seed).state in (State.PASS, State.SKIP)
    for seed in load("kept.out_of_order").seeds:
        assert kept._in_state(kept.out_of_order.NAME, seed, kept.out_of_order.load) is not None
    told = [
        msgspec.json.decode(seed, type=list[Resource]) for seed in load("messages.devices").seeds
    ]
    assert [len(devices) for devices in told] == [0, 1, 2, 3]
    appliance._made()
    found = look(Machine(appliance._TREE))
    assert {finding.id for finding in found if finding.state is State.PASS} >= {
        "service.locks", "terminal.keys", "user.kiosk", "disk.read-only", "journal",
    }  # fmt: skip


@pytest.mark.skipif(not installed(), reason="the networks that see faces are not installed")
def test_a_face_is_seen_by_what_sees_faces_when_it_is_fuzzed() -> None:
    """The target returns at once where the networks are missing: here they are not."""
    target = load("pictures.face")
    person, *noise = target.seeds
    assert lines_reached(target.run, [person]) > lines_reached(target.run, noise[:1]) + 50


def test_what_is_wrong_on_one_input_in_a_hundred_is_found() -> None:
    """Altered inputs alone find a reader that trips over an escape sequence or a long number."""
    seeds = [b'{"name":"anna","n":12}']

    def steers(data: bytes) -> None:
        assert b"\x1b[" not in data

    def counts(data: bytes) -> None:
        int(re.findall(rb"[0-9]+|$", data)[0] or b"0")

    for trips in (steers, counts):
        target = Target("planted", trips, seeds, 8192, Speed.QUICK)
        with pytest.raises((AssertionError, ValueError)) as found:
            run_all(target, altered(seeds, 2000, 8192, Random(1)))
        assert found.value.__notes__[0].startswith("planted: b")


def test_the_same_inputs_come_every_time() -> None:
    told = [list(altered([b"abc", b"defg"], 50, 90, Random("x"))) for _ in range(2)]
    assert told[0] == told[1]
    assert len(set(told[0])) > 20
