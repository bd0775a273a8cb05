"""A driver that somebody has taken over, in the device host of a real kiosk on a terminal.

It tries to get out of its process, and to hurt the app through the wire on which it speaks to it.
The app is the same afterwards, and the visit goes on with the other devices.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from hardware import confinement_files
from hardware.messages import (
    HEADER_SIZE,
    LARGEST,
    ChipProgress,
    FaceCoached,
    Healed,
    Pong,
    PreviewFrame,
    encode,
)
from hardware.simulated import machine
from hardware.verdicts import ChipPhase, FaceHint, HealingStep, Role
from kiosk.places import shipped
from screens import needs
from tests import host_attacks
from tests.e2e.running import FIRST, KIOSK_AT_SITE, RESTART, begin
from tests.e2e.terminal import Terminal
from tests.e2e.test_faults_devices import DIRECT, Kiosk
from tests.host_attacks import DONE
from tests.machines import at_site
from tests.processes import until
from tests.site_driver import Line, install, line

ON_THE_WIRE = """
import os, socket, sys, threading, time
from pathlib import Path

def speak_for_the_host():
    payload = Path({folder!r}, "payload")
    wire = socket.socket(fileno=os.dup(int(sys.argv[1])))
    while not payload.exists():
        time.sleep(0.02)
    sent = payload.read_bytes()
    while payload.exists():
        wire.sendall(sent)

if "hardware.host" in " ".join(sys.orig_argv):
    threading.Thread(target=speak_for_the_host, daemon=True).start()
"""
"""Begins when the driver is imported, whatever is rehearsed."""
TRIES_ALL = """
def connect(self, timeout, cancelled):
    import msgspec
    from tests import host_attacks

    attack = Path({folder!r}, "attack")
    if attack.exists():
        target = msgspec.json.decode(attack.read_bytes(), type=host_attacks.Target)
        target = msgspec.structs.replace(target, parent=os.getppid())
        self.say(msgspec.json.encode(host_attacks.run(target)).decode())
    raise NoChipError(ChipVerdict.NONE)
"""
CHANGES = b"".join(encode(ChipProgress(ChipPhase.READING, percent)) for percent in range(100))
HOSTILE = {
    "what changes all the time": (Role.READER, CHANGES),
    "steps of healing": (Role.READER, encode(Healed(Role.READER, HealingStep.RESET))),
    "answers to nothing": (Role.READER, encode(Pong(2**64 - 1)) * 100),
    "what belongs to another device": (Role.READER, encode(FaceCoached(FaceHint.READY)) * 100),
    "frames that nobody asked for": (Role.CAMERA, encode(PreviewFrame(1, 40, 20, bytes(4800)))),
    "the largest frames": (Role.CAMERA, encode(PreviewFrame(1, 160, 60, bytes(57600)))),
    "a length without end": (Role.READER, b"\xff" * HEADER_SIZE),
    "half a message": (Role.CAMERA, LARGEST.to_bytes(HEADER_SIZE, "big") + bytes(10)),
}


@dataclass
class TakenOver(Kiosk):
    """A kiosk whose reader has such a driver, in a visit at the choice of rehearsals."""

    folder: Path
    line: Line


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TakenOver]:
    folder = tmp_path_factory.mktemp("site")
    with (
        pytest.MonkeyPatch.context() as patch,
        machine.start(shipped() / "machines" / "quick.toml") as running,
        line() as wire,
    ):
        words = {"folder": str(folder)}
        reader = install(
            folder, patch, TRIES_ALL.format(**words), ON_THE_WIRE.format(**words), wire.address
        )
        others = [device for device in running.devices if device.role is not Role.READER]
        site = replace(running, devices=[*others, reader])
        settings = at_site(folder, site, input={"debounce_seconds": 0})
        with Terminal([*KIOSK_AT_SITE, "--config", str(settings)]) as terminal:
            terminal.wait_for(FIRST)
            begin(terminal)
            terminal.press("1")
            terminal.wait_until(lambda screen: "7  " in screen, "a way to choose directly")
            terminal.press("7")
            terminal.wait_for(DIRECT)
            terminal.press("1")
            terminal.wait_for(needs.WHAT_YOU_NEED)
            terminal.press("3")
            yield TakenOver(terminal, site, folder, wire)


def test_what_it_tries_is_refused_and_the_visit_goes_on(kiosk: TakenOver) -> None:
    app, host = kiosk.app(), kiosk.host()
    with host_attacks.target(os.getuid()) as target:
        attack = kiosk.folder / "attack"
        target = msgspec.structs.replace(target, own_device=kiosk.line.address)
        attack.write_bytes(msgspec.json.encode(target))
        try:
            kiosk.opens(Role.READER)
            told = msgspec.json.decode(kiosk.line.says(), type=dict[str, str])
        finally:
            attack.unlink()
    assert set(told) == {attack.__name__ for attack in host_attacks.ATTACKS}
    succeeded = {name for name, what in told.items() if what == DONE}
    # The simulated camera is on the network; old kernels do not tell one port from another.
    may = {"call_out", "call_out_by_version_6"} if confinement_files.version() < 4 else set()
    if confinement_files.version():
        assert succeeded <= may
    else:  # the file system is as open as it is to the user
        assert succeeded.isdisjoint({"run_a_shell", "fork", "end_the_app", "trace_the_app"})
    kiosk.leaves()
    kiosk.opens(Role.CAMERA)
    kiosk.works(Role.CAMERA)
    kiosk.leaves()
    assert (kiosk.app(), kiosk.host()) == (app, host)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_host_that_says_too_much_or_nonsense_is_replaced(kiosk: TakenOver, what: str) -> None:
    role, sent = HOSTILE[what]
    app, host = kiosk.app(), kiosk.host()
    kiosk.opens(role)
    if role is Role.CAMERA:
        kiosk.works(role)
    payload = kiosk.folder / "payload"
    (kiosk.folder / "new").write_bytes(sent)
    (kiosk.folder / "new").rename(payload)
    try:
        until(lambda: kiosk.host() != host, "the host is ended")
    finally:
        payload.unlink()
    if role is Role.CAMERA:
        kiosk.works(role)  # in a new host, on the same screen
    kiosk.leaves()
    assert kiosk.app() == app


def test_the_visit_can_be_ended_and_the_next_begun(kiosk: TakenOver) -> None:
    app, host = kiosk.app(), kiosk.host()
    kiosk.terminal.press("9")
    kiosk.terminal.wait_for(RESTART)
    kiosk.terminal.press("1")
    kiosk.terminal.wait_for(FIRST)
    until(lambda: kiosk.host() not in (0, host), "a new device host")
    begin(kiosk.terminal)
    assert kiosk.app() == app
