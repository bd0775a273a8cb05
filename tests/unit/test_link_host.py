"""The app's end of the device host, and the host itself, as the processes that they are."""

import asyncio
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from hardware import host, link
from hardware.errors import Reason
from hardware.messages import (
    HEADER_SIZE,
    LARGEST,
    MOVED,
    ChipFound,
    CodeFound,
    FrameShown,
    FromHost,
    Ping,
    Pong,
    PreviewFrame,
    Rehearse,
    Resize,
    Status,
    Stop,
    ToHost,
    decode_from_host,
    encode,
    length_of,
)
from hardware.resources import Resource
from hardware.verdicts import (
    ChipExpected,
    ChipVerdict,
    CodeVerdict,
    DeviceState,
    DocumentKind,
    Rehearsal,
    Role,
    ScannerKind,
)
from tests.hosts import Linked, is_a, linked, plugged_in
from tests.processes import LONG, alive, until
from tests.site_driver import install, line

READER_OPENING = Status(Role.READER, DeviceState.OPENING)
READER_READY = Status(Role.READER, DeviceState.READY)
CRASHED = Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.CRASHED)
ANSWERS = ChipFound(ChipVerdict.ANSWERS)


async def eventually(condition: Callable[[], bool], what: str) -> None:
    """Waits for a condition while the event loop goes on."""
    await asyncio.to_thread(until, condition, what)


# --- what the rehearsals find, machine by machine ------------------------------------------------


async def test_the_three_rehearsals_on_the_specimen_machine() -> None:
    with plugged_in("specimen") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.CODE))
            await told.says(Status(Role.SCANNER, DeviceState.READY, scanner=ScannerKind.SWIPE))
            assert await told.says(is_a(CodeFound)) == CodeFound(
                CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK", ChipExpected.YES
            )
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(READER_READY)
            # The key is that of the code; the chip may need a moment until it is played.
            await told.says(ChipFound(ChipVerdict.WORKS))
            told.send(Rehearse(Rehearsal.FACE, 40, 20))
            await told.says(Status(Role.CAMERA, DeviceState.READY))
            frame = await told.says(is_a(PreviewFrame))
            assert isinstance(frame, PreviewFrame)
            assert (frame.columns, frame.rows) == (40, 20)
            assert len(set(frame.pixels)) > 20  # a picture, not one grey
            told.send(FrameShown(frame.sequence))
            second = await told.says(is_a(PreviewFrame))
            assert isinstance(second, PreviewFrame)
            assert second.sequence == frame.sequence + 1


@pytest.mark.grid
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("expired-document", ("expired", "passport", "UTO", "perhaps")),
        ("visa", ("visa", "visa", "DNK", "no")),
        ("other-chip", ("good", "card", "DEU", "perhaps")),
    ],
)
async def test_what_the_code_says(name: str, says: tuple[str, str, str, str]) -> None:
    with plugged_in(name) as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.CODE))
            found = await told.says(is_a(CodeFound))
            assert isinstance(found, CodeFound)
            assert msgspec.structs.astuple(found) == says


async def test_a_chip_of_another_kind() -> None:
    with plugged_in("other-chip") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(ChipFound(ChipVerdict.NOT_EMRTD))


async def test_a_silent_chip() -> None:
    with plugged_in("silent-chip") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.CHIP))
            assert await told.says(is_a(ChipFound)) == ChipFound(ChipVerdict.NONE)


async def test_an_unplugged_scanner() -> None:
    with plugged_in("unplugged-scanner") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.CODE))
            await told.says(Status(Role.SCANNER, DeviceState.OUT_OF_ORDER, Reason.ABSENT))
            # The other devices are not the worse for it.
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(ANSWERS)


async def test_what_comes_late_of_an_ended_rehearsal_is_not_heard() -> None:
    with plugged_in("specimen") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.FACE, 12, 6))
            for after in (Rehearse(Rehearsal.CHIP), Stop()):
                told.send(Rehearse(Rehearsal.FACE, 12, 6))
                await told.says(is_a(PreviewFrame))
                told.send(FrameShown(1))
                # The loop stands still, and so the next frame waits in the socket.
                await asyncio.sleep(0.05)
                time.sleep(0.5)
                told.said.clear()
                told.send(after)
                await asyncio.sleep(0.5)
                assert not [said for said in told.said if isinstance(said, PreviewFrame)]
                assert not [said for said in told.said if getattr(said, "role", "") == Role.CAMERA]


@pytest.mark.parametrize("rehearsal", Rehearsal)
async def test_no_devices(rehearsal: Rehearsal) -> None:
    async with linked([]) as told:
        told.send(Rehearse(rehearsal))
        status = await told.says(is_a(Status))
        assert isinstance(status, Status)
        assert status.state is DeviceState.NOT_CONFIGURED


async def test_a_driver_that_is_not_installed() -> None:
    async with linked([Resource(Role.READER, "crystal-ball", "")]) as told:
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.UNKNOWN_DRIVER))


# --- the life of the host ------------------------------------------------------------------------


async def test_a_visit_ends_and_its_host_is_gone() -> None:
    with plugged_in("specimen") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(READER_READY)
            old = told.host_pid
            assert old
            async with asyncio.timeout(LONG):
                await told.renew()
            assert not alive(old)
            new = told.host_pid
            assert new
            assert new != old
            assert alive(new)
            # The new visit knows nothing of the old one's rehearsal, and can have its own.
            told.said.clear()
            await asyncio.sleep(0.5)
            assert told.said == []
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(ANSWERS)


async def test_nothing_that_a_driver_has_started_or_written_outlives_the_visit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = """
        def open(self, timeout):
            program = subprocess.Popen(["sleep", "600"])
            self.say(f"{program.pid} {tempfile.mkdtemp()}")
    """
    top = "import subprocess, tempfile\n"
    with line() as wire:
        reader = install(
            tmp_path, monkeypatch, methods, top, address=wire.address, needs="programs"
        )
        async with linked([reader]) as told:
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(is_a(ChipFound))
            program, folder = wire.says().split()
            assert alive(int(program))
            assert Path(folder).is_dir()
    await eventually(lambda: not alive(int(program)), "the program is gone")
    assert not Path(folder).exists()


async def test_a_host_that_does_not_listen_is_gone_as_soon() -> None:
    async with linked([]) as told:
        old = told.host_pid
        assert old
        os.kill(old, signal.SIGSTOP)
        try:
            # More than fits into the socket: closing it would wait for the host to read.
            for number in range(3000):
                told.send(Ping(number))
            async with asyncio.timeout(LONG):
                await told.renew()
            assert not alive(old)
        finally:
            if alive(old):
                os.kill(old, signal.SIGKILL)


async def test_a_killed_host_is_started_again_and_the_rehearsal_goes_on() -> None:
    with plugged_in("specimen") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.FACE, 12, 6))
            await told.says(is_a(PreviewFrame))
            told.send(Resize(16, 8))
            old = told.host_pid
            assert old
            os.kill(old, signal.SIGKILL)
            await told.says(Status(Role.CAMERA, DeviceState.OPENING))
            frame = await told.says(lambda said: isinstance(said, PreviewFrame))
            assert isinstance(frame, PreviewFrame)
            assert frame.sequence == 1  # a fresh host's first
            assert (frame.columns, frame.rows) == (16, 8)  # as the app last asked
            assert told.host_pid != old


async def test_a_frozen_host_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "PING_EVERY", 0.1)
    with plugged_in("specimen") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(READER_READY)
            old = told.host_pid
            assert old
            # Only from here on: a host that is just starting on a busy machine is slow as well.
            monkeypatch.setattr(link, "SILENT_AFTER", 1.0)
            os.kill(old, signal.SIGSTOP)
            await told.says(READER_OPENING)
            monkeypatch.setattr(link, "SILENT_AFTER", LONG)
            assert not alive(old)
            await told.says(ANSWERS)
            assert told.host_pid != old


@pytest.mark.slow
async def test_a_host_that_always_dies_is_out_of_order() -> None:
    with plugged_in("specimen") as devices:
        async with linked(devices) as told:
            told.send(Rehearse(Rehearsal.CHIP))
            for _ in range(link.MOST_RESTARTS):
                await told.says(READER_READY)
                os.kill(told.host_pid or 0, signal.SIGKILL)
                await told.says(READER_OPENING)
            await told.says(READER_READY)
            last = told.host_pid
            os.kill(last or 0, signal.SIGKILL)
            assert await told.says(is_a(Status)) == CRASHED
            # A host stands ready all the same, and somebody may try again.
            await eventually(lambda: told.host_pid not in (None, last), "a new host")
            told.send(Rehearse(Rehearsal.CHIP))
            await told.says(ANSWERS)


async def test_a_host_that_cannot_even_start_does_not_take_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\necho >>{starts}\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    told = Linked([])
    try:
        await told.renew()
        await asyncio.sleep(1.0)
    finally:
        await told.close()
    assert 1 <= len(starts.read_text()) <= 4


# --- drivers that misbehave ----------------------------------------------------------------------


@pytest.mark.grid
@pytest.mark.parametrize(
    "failure",
    [
        "raise ZeroDivisionError('ERIKSSON')",
        "os.kill(os.getpid(), signal.SIGSEGV)",
        f"os._exit({MOVED})",  # as if its device were plugged in anew again and again
    ],
)
async def test_a_driver_that_crashes_is_out_of_order_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    monkeypatch.setattr(link, "MOST_MOVES", 2)
    reader = install(tmp_path, monkeypatch, f"def connect(self, timeout, cancelled): {failure}")
    async with linked([reader]) as told:
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(READER_READY)
        await told.says(READER_OPENING)
        await told.says(CRASHED)


@pytest.mark.grid
@pytest.mark.parametrize("method", ["open", "connect"])
async def test_a_driver_that_hangs_ends_its_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    methods = f"""
        def {method}(self, timeout, cancelled=None):
            if self.was_told():
                self.say("it hangs")
                while True:
                    time.sleep(1)
            if cancelled is not None:
                raise NoChipError(ChipVerdict.NONE)
    """
    # The host's own patience is longer than a test's.
    top = "import __main__; __main__.HUNG_AFTER = 1.0\n"
    with line() as wire:
        wire.tell()
        reader = install(tmp_path, monkeypatch, methods, top, address=wire.address)
        async with linked([reader]) as told:
            old = told.host_pid
            assert old
            told.send(Rehearse(Rehearsal.CHIP))
            assert await asyncio.to_thread(wire.says) == "it hangs"
            await eventually(lambda: not alive(old), "the host has given up")
            await told.says(is_a(ChipFound))
            assert told.host_pid != old


async def test_a_device_that_stalls_is_said_and_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes the call and says nothing
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        async with linked([Resource(Role.CAMERA, "opencv", address)]) as told:
            told.send(Rehearse(Rehearsal.FACE, 12, 6))
            await told.says(Status(Role.CAMERA, DeviceState.OUT_OF_ORDER, Reason.TIMEOUT))
            before = told.host_pid
            told.send(Stop())
            told.send(Rehearse(Rehearsal.CHIP))  # the host is not hung: it turns to the next
            await told.says(Status(Role.READER, DeviceState.NOT_CONFIGURED))
            assert told.host_pid == before


# --- the host by itself, spoken to over its socket -----------------------------------------------


class Spoken:
    """A device host without a link around it."""

    def __init__(self, devices: Sequence[Resource]) -> None:
        self.wire, theirs = socket.socketpair()
        self.wire.settimeout(LONG)
        arguments = [str(theirs.fileno()), msgspec.json.encode(list(devices)).decode()]
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hardware.host", *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )

    def send(self, *told: ToHost) -> None:
        self.wire.sendall(b"".join(map(encode, told)))

    def hear(self) -> FromHost:
        """The next message, whatever it is."""
        return decode_from_host(self._exactly(length_of(self._exactly(HEADER_SIZE))))

    def next_frame(self) -> PreviewFrame:
        while not isinstance(message := self.hear(), PreviewFrame):
            pass
        return message

    def shows_nothing(self, seconds: float) -> bool:
        """Whether it sends no frame for so long; it may coach."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            speaks = select.select([self.wire], [], [], left)[0]
            if speaks and isinstance(self.hear(), PreviewFrame):
                return False
        return True

    def _exactly(self, size: int) -> bytes:
        received = b""
        while len(received) < size:
            chunk = self.wire.recv(size - len(received))
            assert chunk, "the host is gone"
            received += chunk
        return received

    def printed(self) -> bytes:
        """What it has written on its standard output and error, once it has ended."""
        return self.process.communicate(timeout=LONG)[0]


@contextmanager
def spoken(devices: Sequence[Resource] = ()) -> Iterator[Spoken]:
    made = Spoken(devices)
    with made.wire, made.process:
        try:
            yield made
        finally:
            made.process.kill()


def test_the_host_answers_a_ping() -> None:
    with spoken() as told:
        told.send(Ping(7), Ping(8))
        assert [told.hear(), told.hear()] == [Pong(7), Pong(8)]


def test_the_host_is_deaf_to_the_terminals_signals() -> None:
    with spoken() as told:
        told.send(Ping(1))
        assert told.hear() == Pong(1)  # from here on it has set up its signals
        for name in (signal.SIGINT, signal.SIGTSTP, signal.SIGHUP):
            told.process.send_signal(name)
        told.send(Ping(2))
        assert told.hear() == Pong(2)


@pytest.mark.parametrize("while_rehearsing", [False, True])
def test_the_host_ends_with_the_app(while_rehearsing: bool) -> None:
    with plugged_in("specimen") as devices, spoken(devices) as told:
        if while_rehearsing:
            told.send(Rehearse(Rehearsal.FACE, 40, 20))
            told.next_frame()
        told.wire.close()
        assert told.process.wait(LONG) == 0
        assert told.printed() == b""


def test_half_a_message_and_the_app_is_gone() -> None:
    with spoken() as told:
        told.wire.sendall(encode(Ping(1))[:-1])
        told.wire.close()
        assert told.process.wait(LONG) == 0
        assert told.printed() == b""


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(struct.pack(">I", LARGEST + 1), id="too long"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="another protocol"),
        pytest.param(struct.pack(">I", 3) + b"\xa2\xff\xff", id="text that is not UTF-8"),
        pytest.param(struct.pack(">I", 0), id="nothing"),
        pytest.param(encode(Pong(1)), id="what only the host says"),
    ],
)
def test_garbage_ends_the_host_without_a_word(garbage: bytes) -> None:
    with spoken() as told:
        told.send(Ping(1))
        assert told.hear() == Pong(1)
        told.wire.sendall(garbage)
        assert told.process.wait(LONG) == host.FAILED
        assert told.printed() == b""


def test_a_crash_of_a_driver_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = "def connect(self, timeout, cancelled): raise ValueError('ERIKSSON ANNA MARIA')"
    reader = install(tmp_path, monkeypatch, failure)
    with spoken([reader]) as told:
        told.send(Rehearse(Rehearsal.CHIP))
        assert told.process.wait(LONG) == host.FAILED
        assert told.printed() == b""


def test_frames_do_not_pile_up() -> None:
    with plugged_in("specimen") as devices, spoken(devices) as told:
        told.send(Rehearse(Rehearsal.FACE, 12, 6))
        first = told.next_frame()
        # The camera has sent about ten more in this time; none of them waits in the socket.
        assert told.shows_nothing(0.7)
        told.send(FrameShown(first.sequence))
        second = told.next_frame()
        assert second.sequence == first.sequence + 1
        assert told.shows_nothing(0.3)


def test_the_next_frame_has_the_new_size() -> None:
    with plugged_in("specimen") as devices, spoken(devices) as told:
        told.send(Rehearse(Rehearsal.FACE, 12, 6))
        first = told.next_frame()
        told.send(Resize(30, 11), FrameShown(first.sequence))
        second = told.next_frame()
        assert (second.columns, second.rows) == (30, 11)


def test_stop_ends_the_frames_and_gives_the_camera_back() -> None:
    with plugged_in("specimen") as devices, spoken(devices) as told:
        told.send(Rehearse(Rehearsal.FACE, 12, 6))
        shown = told.next_frame().sequence
        told.send(FrameShown(shown), Stop(), Ping(1))
        while (message := told.hear()) != Pong(1):
            assert isinstance(message, PreviewFrame)
        assert told.shows_nothing(0.5)
        told.send(Rehearse(Rehearsal.FACE, 12, 6))
        assert told.next_frame().sequence == 1


def test_frames_come_at_the_pace_of_the_screen() -> None:
    with plugged_in("specimen") as devices, spoken(devices) as told:
        told.send(Rehearse(Rehearsal.FACE, 12, 6))
        frames = []
        for _ in range(5):
            frames.append(told.next_frame())
            told.send(FrameShown(frames[-1].sequence))
        assert all(later.sequence == earlier.sequence + 1 for earlier, later in pairwise(frames))
        assert len({frame.pixels for frame in frames}) > 1  # the person moves
