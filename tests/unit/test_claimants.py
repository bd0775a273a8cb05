"""Who holds a chip reader: on a tree laid out as /sys is, with real processes named pcscd."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hardware import drivers, usb
from hardware.errors import HardwareError, Reason
from hardware.readers import claimants
from hardware.readers.claimants import named
from hardware.resources import Resource
from hardware.verdicts import Role
from tests.processes import until
from tests.usb_trees import Tree

SONY = ("054c", "06c3")
BY_PORT = Resource(Role.READER, "nfcpy", "usb:port:1-2")
ANY = Resource(Role.READER, "nfcpy", "usb")
BY_PCSC = Resource(Role.READER, "pcsc", "")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path)
    made.plug("1-1", number=4, made_by=("046d", "0825"))
    made.plug("1-2", number=12, made_by=SONY)
    node = made.dev / "bus/usb/001/012"
    node.parent.mkdir(parents=True)
    node.write_bytes(b"")
    return made


@contextmanager
def pcscd(folder: Path, holding: Path) -> Iterator[int]:
    """A process of that name that has a file open."""
    program = folder / "pcscd"
    shutil.copy(shutil.which("tail") or "tail", program)
    with subprocess.Popen([program, "-f", holding], stdout=subprocess.DEVNULL) as process:
        try:
            held = Path(f"/proc/{process.pid}/fd")
            until(
                lambda: holding in [file.resolve() for file in held.iterdir()], "it holds the file"
            )
            yield process.pid
        finally:
            process.kill()


def why(resource: Resource, reason: Reason, tree: Tree, proc: Path = claimants.PROC) -> Reason:
    return named(resource, reason, tree.dev, tree.sys, proc)


@pytest.mark.parametrize("resource", [BY_PORT, ANY], ids=["port", "any"])
def test_a_reader_that_a_module_of_the_kernel_has_taken(tree: Tree, resource: Resource) -> None:
    assert why(resource, Reason.BUSY, tree) is Reason.BUSY
    tree.hold("1-1", "uvcvideo")  # of another device
    assert why(resource, Reason.BUSY, tree) is Reason.BUSY
    tree.hold("1-2", "port100")
    assert why(resource, Reason.BUSY, tree) is Reason.HELD_BY_KERNEL


def test_a_reader_that_pcscd_has_open(tree: Tree, tmp_path: Path) -> None:
    tree.hold("1-2", "usbfs")
    assert why(BY_PORT, Reason.BUSY, tree) is Reason.BUSY  # of some other program
    with pcscd(tmp_path, tree.dev / "bus/usb/001/012"):
        assert why(BY_PORT, Reason.BUSY, tree) is Reason.HELD_BY_PCSCD
        assert why(ANY, Reason.BUSY, tree) is Reason.HELD_BY_PCSCD
    assert why(BY_PORT, Reason.BUSY, tree) is Reason.BUSY


def test_a_pcscd_that_has_other_readers_only_is_not_named(tree: Tree, tmp_path: Path) -> None:
    other = tree.dev / "bus/usb/001/004"
    other.write_bytes(b"")
    with pcscd(tmp_path, other) as pid:
        # Of this one alone: a pcscd of the system may run beside it.
        proc = tmp_path / "proc"
        proc.mkdir()
        (proc / str(pid)).symlink_to(f"/proc/{pid}")
        (proc / "1").mkdir()
        assert why(BY_PORT, Reason.BUSY, tree, proc) is Reason.BUSY


def test_where_processes_are_hidden_the_services_socket_must_do(tree: Tree, tmp_path: Path) -> None:
    service = tmp_path / "pcscd.comm"

    def held(proc: Path) -> bool:
        reason = named(BY_PORT, Reason.BUSY, tree.dev, tree.sys, proc, service)
        return reason is Reason.HELD_BY_PCSCD

    hidden, seen = tmp_path / "hidden", tmp_path / "seen"
    (seen / "1").mkdir(parents=True)
    hidden.mkdir()
    assert not held(hidden)
    service.write_bytes(b"")
    assert held(hidden)
    assert not held(seen)  # systemd has the socket for it, and it does not run


def test_another_users_pcscd_whose_files_are_hidden_is_named(tree: Tree, tmp_path: Path) -> None:
    if os.getuid():
        pytest.skip("only root can become another user")
    script = (
        "import os; from pathlib import Path\n"
        "from hardware.readers.claimants import _is_held_by_pcscd, PROC\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "print(_is_held_by_pcscd(Path('/nowhere'), PROC, Path('/nowhere')))"
    )
    with pcscd(tmp_path, tree.dev / "bus/usb/001/012"):
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
        )
    assert done.stdout == "True\n"


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.BUSY}))
def test_other_failures_of_a_held_reader_keep_their_reason(tree: Tree, reason: Reason) -> None:
    tree.hold("1-2", "pn533_usb")
    assert why(BY_PORT, reason, tree) is reason


def test_a_reader_that_pcscd_does_not_list_because_the_kernel_has_it(tree: Tree) -> None:
    assert why(BY_PCSC, Reason.ABSENT, tree) is Reason.ABSENT
    tree.hold("1-1", "uvcvideo")
    assert why(BY_PCSC, Reason.ABSENT, tree) is Reason.ABSENT
    tree.hold("1-2", "pn533_usb")
    assert why(BY_PCSC, Reason.ABSENT, tree) is Reason.HELD_BY_KERNEL
    assert why(BY_PCSC, Reason.SERVICE_DOWN, tree) is Reason.SERVICE_DOWN


@pytest.mark.parametrize(
    "resource",
    [
        Resource(Role.READER, "nfcpy", "udp:127.0.0.1:5000"),
        Resource(Role.READER, "nfcpy", "usb:port:1-9"),
        Resource(Role.SCANNER, "sane", "sane:genesys:port:1-2"),
        Resource(Role.CAMERA, "opencv", "/dev/video0"),
    ],
    ids=lambda resource: resource.address,
)
def test_what_is_no_reader_on_usb_stays_busy(tree: Tree, resource: Resource) -> None:
    tree.hold("1-2", "pn533_usb")
    assert why(resource, Reason.BUSY, tree) is Reason.BUSY


def test_a_driver_that_is_opened_fails_with_who_holds_its_reader(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Taken:
        role = Role.READER

        def open(self, timeout: float) -> None:
            raise HardwareError(Reason.BUSY)

        def close(self) -> None: ...

    tree.hold("1-2", "port100")
    monkeypatch.setattr(drivers, "make", lambda resource: Taken())
    monkeypatch.setattr(
        claimants, "usb_of", lambda resource, sys: usb.usb_device_at("1-2", tree.sys)
    )
    monkeypatch.setattr(claimants, "drivers_on", lambda device, sys: {"port100"})
    with pytest.raises(HardwareError) as caught, drivers.opened(BY_PORT, 1.0):
        pass
    assert caught.value.reason is Reason.HELD_BY_KERNEL


def test_the_modules_that_are_kept_off_are_those_that_would_take_a_reader() -> None:
    file = Path(__file__).parents[2] / "deploy/modprobe/kiosk-nfc.conf"
    lines = [line.split() for line in file.read_text().splitlines() if not line.startswith("#")]
    kept_off = {line[1] for line in lines if line[:1] == ["blacklist"]}
    never = {line[1] for line in lines if line[:1] == ["install"] and line[2] == "/bin/false"}
    assert {"pn533", "pn533_usb", "port100", "nfcmrvl_usb", "nfc"} <= kept_off & never
