"""Devices that are unplugged or hang, before, during and after their use: the guide goes on.

All of it happens to one kiosk within one visit, and its app is the same in the end.
"""

import os
import re
import resource
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from hardware import confinement_files
from hardware.errors import Reason
from hardware.simulated import machine
from hardware.simulated.machine import Running
from hardware.verdicts import ChipVerdict, CodeVerdict, DeviceState, Rehearsal, Role
from kiosk import advice, face_coaching, visit
from kiosk.places import shipped
from screens import needs, rehearsal
from screens.face_rehearsal import CAMERA_ON
from tests.e2e.running import CONTENT, FIRST, KIOSK_AT_SITE, RESTART, begin, gone
from tests.e2e.terminal import Terminal
from tests.machines import at_site
from tests.processes import child, until

Fault = Literal["unplug", "hang"]
UNDONE: dict[Fault, Literal["plug", "go-on"]] = {"unplug": "plug", "hang": "go-on"}
DIRECT = CONTENT.questions[visit.DIRECT].text
KEYS = {Role.SCANNER: "1", Role.READER: "2", Role.CAMERA: "3"}
TITLES = {
    Role.SCANNER: rehearsal.TITLE[Rehearsal.CODE],
    Role.READER: rehearsal.TITLE[Rehearsal.CHIP],
    Role.CAMERA: rehearsal.TITLE[Rehearsal.FACE],
}

_NO_CAMERA = tuple(
    words.seen
    for reason in (Reason.ABSENT, Reason.LOST)
    if (words := face_coaching.on_camera(DeviceState.OUT_OF_ORDER, reason))
)
_SILENT_CAMERA = tuple(
    words.seen
    for state, reason in (
        (DeviceState.STALLED, Reason.STALLED),
        (DeviceState.OUT_OF_ORDER, Reason.TIMEOUT),
    )
    if (words := face_coaching.on_camera(state, reason))
)
_NO_READER = (
    advice.CHIP[ChipVerdict.READER_MISSING].found,
    advice.CHIP[ChipVerdict.READER_LOST].found,
)
TROUBLE: dict[tuple[Role, Fault], tuple[str, ...]] = {
    (Role.SCANNER, "unplug"): (advice.WITHOUT_DEVICE[Rehearsal.CODE],),
    # A swipe reader and a field that say nothing are as if nobody had laid down a document.
    (Role.SCANNER, "hang"): (rehearsal.READY[Rehearsal.CODE],),
    (Role.READER, "unplug"): _NO_READER,
    (Role.READER, "hang"): (advice.CHIP[ChipVerdict.NONE].found,),
    (Role.CAMERA, "unplug"): _NO_CAMERA,
    (Role.CAMERA, "hang"): _SILENT_CAMERA,
}
"""What a person is told; one of these."""

PICTURE = re.compile("[\u2500-\u259f]")
"""What pictures are drawn with."""

STAYS = {(Role.SCANNER, "unplug"), (Role.SCANNER, "hang"), (Role.READER, "hang")}
"""Where what was found stays on the screen, although the device is gone since."""


def without_pictures(screen: str) -> str:
    """The words on a screen, without what is drawn beside them."""
    return " ".join(PICTURE.sub("", screen).split())


def is_new_node(role: Role, fault: Fault) -> bool:
    """Whether the device is a new file afterwards, to which only a new device host is let."""
    return (role, fault) == (Role.SCANNER, "unplug") and confinement_files.version() > 0


@dataclass
class Kiosk:
    """A kiosk with a simulated machine that we control, in a visit at the choice of rehearsals."""

    terminal: Terminal
    devices: Running

    def app(self) -> int:
        """The process id of the app."""
        return child(self.terminal.process.pid, "-m screens") or 0

    def host(self) -> int:
        """The process id of its device host."""
        return child(self.app(), "hardware.host") or 0

    def opens(self, role: Role) -> None:
        """Chooses a rehearsal."""
        self.terminal.wait_for(needs.TRY_WHICH)
        self.terminal.press(KEYS[role])
        self.terminal.wait_for(TITLES[role])

    def leaves(self) -> None:
        """Goes back to the choice, by the key that goes on."""
        self.terminal.press("1")
        self.terminal.wait_for(needs.TRY_WHICH)

    def works(self, role: Role) -> None:
        """Waits until the rehearsal has found what it is there for."""
        if role is Role.CAMERA:
            self.terminal.wait_until(
                lambda screen: screen.count("▀") > 300 and CAMERA_ON in " ".join(screen.split()),
                "a live picture",
            )
        elif role is Role.READER:
            self.sees(advice.CHIP[ChipVerdict.WORKS].found)
        else:
            self.sees(advice.CODE[CodeVerdict.GOOD].found)

    def mends(self, role: Role, fault: Fault) -> None:
        """Undoes a fault, at the choice of rehearsals."""
        self.devices.tell(role, UNDONE[fault])
        if is_new_node(role, fault):
            self.opens(role)
            self.works(role)
            self.leaves()

    def is_told(self, role: Role, fault: Fault) -> None:
        """Waits until the person is told what is the matter with a device."""
        self.sees(*TROUBLE[role, fault])
        assert CAMERA_ON not in self.reads()

    def sees(self, *wanted: str) -> None:
        """Waits until one of these sentences is on the screen, beside a picture perhaps."""
        self.terminal.wait_until(
            lambda screen: any(words in without_pictures(screen) for words in wanted),
            " or ".join(wanted),
        )

    def reads(self) -> str:
        """What can be read on the screen now."""
        return without_pictures(self.terminal.text())


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    folder = tmp_path_factory.mktemp("site")
    with machine.start(shipped() / "machines" / "quick.toml") as running:
        settings = at_site(folder, running, input={"debounce_seconds": 0})
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
            made = Kiosk(terminal, running)
            made.opens(Role.SCANNER)
            made.works(Role.SCANNER)
            made.leaves()
            yield made


@pytest.fixture
def same_processes(kiosk: Kiosk, role: Role, fault: Fault) -> Iterator[None]:
    """Neither the app nor the device host is another one afterwards."""
    app, host = kiosk.app(), kiosk.host()
    assert 0 not in (app, host)
    yield
    assert kiosk.app() == app
    assert (kiosk.host() == host) is not is_new_node(role, fault)


every_fault = pytest.mark.parametrize("fault", UNDONE)
every_device = pytest.mark.parametrize("role", KEYS)


@pytest.mark.grid
@every_fault
@every_device
@pytest.mark.usefixtures("same_processes")
def test_before_its_use(kiosk: Kiosk, role: Role, fault: Fault) -> None:
    kiosk.devices.tell(role, fault)
    kiosk.opens(role)
    kiosk.is_told(role, fault)
    # It is used as soon as it is there, on the screen where somebody waits for it.
    kiosk.devices.tell(role, UNDONE[fault])
    kiosk.works(role)
    kiosk.leaves()


@pytest.mark.grid
@every_fault
@every_device
@pytest.mark.usefixtures("same_processes")
def test_during_its_use(kiosk: Kiosk, role: Role, fault: Fault) -> None:
    kiosk.opens(role)
    kiosk.works(role)
    kiosk.devices.tell(role, fault)
    if (role, fault) not in STAYS:
        kiosk.is_told(role, fault)
    kiosk.leaves()
    kiosk.mends(role, fault)


@pytest.mark.grid
@every_fault
@every_device
@pytest.mark.usefixtures("same_processes")
def test_after_its_use(kiosk: Kiosk, role: Role, fault: Fault) -> None:
    kiosk.devices.tell(role, fault)
    # Nobody hears of it: the guide goes on, and so do the other devices.
    kiosk.terminal.press("4")
    kiosk.terminal.wait_for(needs.WHAT_YOU_NEED)
    kiosk.terminal.press("3")
    other = Role.READER if role is Role.SCANNER else Role.SCANNER
    kiosk.opens(other)
    kiosk.works(other)
    kiosk.leaves()
    kiosk.mends(role, fault)


# --- the process in which all of them are used ----------------------------------------------------


def killed(host: int) -> None:
    """As the kernel does it when memory runs out."""
    os.kill(host, signal.SIGKILL)


def stopped(host: int) -> None:
    """It is there, and does nothing any more."""
    os.kill(host, signal.SIGSTOP)


@pytest.mark.grid
@pytest.mark.parametrize("fault", [killed, stopped])
def test_the_device_host(kiosk: Kiosk, fault: Callable[[int], None]) -> None:
    app, old = kiosk.app(), kiosk.host()
    kiosk.opens(Role.CAMERA)
    kiosk.works(Role.CAMERA)
    fault(old)
    gone(old)
    until(lambda: kiosk.host() not in (0, old), "a new device host")
    # The rehearsal goes on in it, on the same screen.
    kiosk.works(Role.CAMERA)
    kiosk.leaves()
    assert kiosk.app() == app


@pytest.mark.slow
def test_a_device_host_without_memory(kiosk: Kiosk) -> None:
    """It gets no more than it has: whatever fails in it, the visit goes on."""
    until(lambda: kiosk.host() != 0, "a device host")
    app, old = kiosk.app(), kiosk.host()
    has = int(Path(f"/proc/{old}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(old, resource.RLIMIT_AS, (has, has))
    kiosk.opens(Role.CAMERA)
    until(
        lambda: (
            kiosk.host() != old or any(words in kiosk.reads() for words in (*_NO_CAMERA, CAMERA_ON))
        ),
        "the host gives up, the camera is out of order, or what it has is enough",
    )
    kiosk.leaves()
    kiosk.terminal.press("9")
    kiosk.terminal.wait_for(RESTART)
    kiosk.terminal.press("1")
    kiosk.terminal.wait_for(FIRST)
    assert kiosk.app() == app
    # The next visit has a fresh one.
    until(lambda: kiosk.host() not in (0, old), "a new device host")
