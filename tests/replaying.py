"""The other end of a recording: stands where the device stood, and says again what it said.

What the driver says is held against what it said when the recording was made; a driver that says
something else hears no more.
"""

import base64
import json
import os
import pty
import select
import socket
import stat
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hardware.recording import Passed, Recording, load
from hardware.tap import Way
from tests.processes import LONG

FOLDER = Path(__file__).parent / "recordings"

PERHAPS_LOST = bytes.fromhex("0000FF00FF00")
"""An acknowledgement to a PN53x: nfcpy sends it, and may throw it away before it is on its way."""

LONGEST_GAP = 0.3
"""Seconds: silence that was longer when it was recorded means no more to a driver than this."""


@dataclass
class Played:
    """How far a recording was played."""

    address: str
    """Where the driver finds what stands there for its device."""
    whole: bool = False
    """Whether all of it has passed."""
    wrong: list[str] = field(default_factory=list)
    """What the driver said that it did not say when it was recorded."""


def recordings() -> list[Path]:
    """Those that are kept with the tests."""
    return sorted(FOLDER.glob("*.jsonl*"))


def play(
    passed: Sequence[Passed],
    played: Played,
    hear: Callable[[bytes], bytes],
    say: Callable[[bytes], object],
    stop: threading.Event,
) -> None:
    """Plays one piece after another: waits for the driver's, and says the device's own in time."""
    before = 0.0
    for number, piece in enumerate(passed, 2):
        if piece.way is Way.IN:
            stop.wait(min(piece.at - before, LONGEST_GAP))
            say(piece.bytes)
        else:
            heard = hear(piece.bytes)
            if stop.is_set():
                return
            if heard != piece.bytes:
                played.wrong.append(f"line {number}: {heard!r} in place of {piece.bytes!r}")
                return
        before = piece.at
    played.whole = True


@contextmanager
def on_a_line(recording: Recording) -> Iterator[Played]:
    """The device at the end of a serial line; the address is that of a pseudo-terminal."""
    master, slave = pty.openpty()
    tty.setraw(slave, termios.TCSANOW)  # as long as it is open here, nothing that is said is lost
    stop = threading.Event()

    def hear(expected: bytes) -> bytes:
        if expected == PERHAPS_LOST:
            return expected
        heard = b""
        possible = [expected, PERHAPS_LOST]
        while heard != expected and not stop.is_set():
            if select.select([master], [], [], 0.05)[0]:
                heard += os.read(master, len(expected) - len(heard))
                heard = heard.removeprefix(PERHAPS_LOST)
                if not any(said.startswith(heard) for said in possible):
                    break
        return heard

    played = Played(os.ttyname(slave))
    arguments = (recording.passed, played, hear, lambda said: os.write(master, said), stop)
    with _thread(play, *arguments, stop=stop):
        yield played
    os.close(master)
    os.close(slave)


@contextmanager
def on_datagrams(recording: Recording) -> Iterator[Played]:
    """The device behind nfcpy's `udp`."""
    stop = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.1", 0))
        wire.settimeout(0.05)
        driver: list[Any] = []

        def hear(_: bytes) -> bytes:
            while not stop.is_set():
                with suppress(TimeoutError):
                    heard, sender = wire.recvfrom(4096)
                    driver[:] = [sender]
                    return heard
            return b""

        played = Played(f"udp:127.0.0.1:{wire.getsockname()[1]}")
        arguments = (recording.passed, played, hear, lambda said: wire.sendto(said, *driver), stop)
        with _thread(play, *arguments, stop=stop):
            yield played


@contextmanager
def as_stream(recording: Recording) -> Iterator[Played]:
    """A network camera that sends the pictures that were recorded, and goes."""
    stop = threading.Event()

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
            self.end_headers()
            play(recording.passed, played, lambda _: b"", self.send, stop)

        def send(self, jpeg: bytes) -> None:
            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            self.wfile.write(head.encode() + jpeg + b"\r\n")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Camera) as server:
        played = Played(f"http://127.0.0.1:{server.server_address[1]}/")
        with _thread(server.serve_forever, 0.05, stop=stop):
            try:
                yield played
            finally:
                stop.set()
                server.shutdown()


SCANIMAGE = """\
#!{python}
import base64, json, os, sys
runs = json.load(open({runs!r}))
calls = {calls!r}
number = len(open(calls).readlines()) if os.path.exists(calls) else 0
with open(calls, "a") as told:
    told.write(json.dumps(sys.argv[1:]) + chr(10))
asked, passed, code = runs[number] if number < len(runs) else ([], [], 99)
if asked != sys.argv[1:]:
    sys.exit(99)
for channel, data in passed:
    os.write(2 if channel == "errors" else 1, base64.b64decode(data))
sys.exit(code)
"""


@contextmanager
def as_scanimage(
    recording: Recording, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Played]:
    """SANE's program, first on the path: prints what it printed when it was asked the same."""
    runs: list[tuple[list[str], list[tuple[str, str]], int]] = []
    for piece in recording.passed:
        if piece.way is Way.OUT:
            runs.append((piece.bytes.decode().split("\0"), [], 0))
        elif piece.channel == "exit":
            runs[-1] = (*runs[-1][:2], int(piece.bytes))
        else:
            runs[-1][1].append((piece.channel, base64.b64encode(piece.bytes).decode()))
    (folder / "runs.json").write_text(json.dumps(runs))
    program, calls = folder / "scanimage", folder / "calls"
    names = {"runs": str(folder / "runs.json"), "calls": str(calls)}
    program.write_text(SCANIMAGE.format(python=sys.executable, **names))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    device = runs[0][0][0].removeprefix("--device-name=")
    played = Played(f"sane:{device}")
    yield played
    asked = [json.loads(line) for line in calls.read_text().splitlines()]
    played.whole = asked == [run[0] for run in runs]


@contextmanager
def as_service(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    """The calls of PC/SC, each with the answer that it got; constants as pcsc-lite has them."""
    left = list(recording.passed)
    connected = next(piece for piece in left if piece.channel == "SCardConnect")
    played = Played(json.loads(connected.bytes)[1])

    def answer(name: str, *arguments: Any) -> Any:
        said, heard = left.pop(0), left.pop(0)
        assert (said.way, heard.way, heard.channel) == (Way.OUT, Way.IN, said.channel)
        asked = json.loads(json.dumps(arguments))
        if (said.channel, json.loads(said.bytes)) != (name, asked):
            played.wrong.append(f"{name}{asked} in place of {said.channel}{said.bytes!r}")
            raise OSError
        played.whole = not left
        return json.loads(heard.bytes)

    calls = ["EstablishContext", "ReleaseContext", "ListReaders", "GetStatusChange", "Connect"]
    calls += ["Reconnect", "Disconnect", "Status", "Control", "Transmit"]
    scard = SimpleNamespace(
        SCARD_SCOPE_SYSTEM=2, SCARD_SHARE_EXCLUSIVE=1, SCARD_UNPOWER_CARD=2,
        SCARD_PROTOCOL_T0=1, SCARD_PROTOCOL_T1=2, SCARD_PCI_T0=1, SCARD_PCI_T1=2,
        SCARD_STATE_UNAWARE=0, SCARD_STATE_CHANGED=2, SCARD_STATE_PRESENT=0x20,
        SCARD_STATE_MUTE=0x200, SCARD_CTL_CODE=lambda code: 0x42000000 + code,
    )  # fmt: skip
    for call in calls:
        name = f"SCard{call}"
        setattr(scard, name, lambda *arguments, name=name: answer(name, *arguments))
    monkeypatch.setitem(sys.modules, "smartcard", SimpleNamespace(scard=scard))
    yield played


@contextmanager
def played_to(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Recording, Played]]:
    """A recording of the tests, played to whoever opens the address; fails unless it all passed."""
    recording = load(FOLDER / name)
    driver = recording.header.driver
    if driver == "sane":
        playing = as_scanimage(recording, folder, monkeypatch)
    elif driver == "pcsc":
        playing = as_service(recording, monkeypatch)
    elif driver in ("opencv", "document-camera"):
        playing = as_stream(recording)
    elif driver == "nfcpy" and not recording.passed[0].bytes.startswith(b"\0"):
        playing = on_datagrams(recording)  # the frames of a chip set begin with zeros
    else:
        playing = on_a_line(recording)
    with playing as played:
        if driver == "nfcpy" and played.address.startswith("/"):
            played.address = f"tty:{played.address}:pn532"
        yield recording, played
        deadline = time.monotonic() + LONG
        while not (played.whole or played.wrong or driver == "sane"):
            assert time.monotonic() < deadline, "the recording was not played to its end"
            time.sleep(0.02)
    assert played.wrong == []
    assert played.whole


@contextmanager
def _thread(
    target: Callable[..., object], *arguments: object, stop: threading.Event
) -> Iterator[None]:
    thread = threading.Thread(target=target, args=arguments)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(LONG)
