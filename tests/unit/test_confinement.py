"""A process confines itself and is then attacked from within, as root and as an ordinary user.

The same attacks run unconfined beside it: what fails there is no attack.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from hardware import confinement_files
from hardware.resources import Resource
from hardware.verdicts import Role
from kiosk.selftest.check import Outcome, State
from tests import host_attacks
from tests.host_attacks import DONE
from tests.processes import LONG

NOBODY = 65534
ROOT = Path(__file__).parents[2]
LANDLOCK = confinement_files.version()
IN_PROCESS = """
import json, os, sys
from pathlib import Path
import msgspec
from hardware.confinement import confine
from hardware.resources import Resource
from tests import host_attacks
target = msgspec.json.decode(sys.argv[1], type=host_attacks.Target)
devices = msgspec.json.decode(sys.argv[2], type=list[Resource])
missing = confine(devices, [Path(target.home, "trust")]) if sys.argv[3] == "confined" else []
works = {
    "trust": Path(target.home, "trust/certificate").read_text() == "a certificate",
    "folder": Path(os.environ["TMPDIR"], "own").write_text("x") == 1,
    "device": os.close(os.open(target.own_device, os.O_RDWR | os.O_NOCTTY)) is None,
    "threads": host_attacks.threads_work(),
}
print(json.dumps([missing, works, host_attacks.run(target)]))
"""
ONLY_ROOT_COULD = {"read_the_passwords", "mount_something"}
NEEDS_LANDLOCK = {
    "read_a_letter", "list_a_home", "list_the_top", "read_the_passwords", "read_the_machines_name",
    "write_a_file", "write_to_tmp", "write_to_shared_memory", "change_a_letter", "rename_a_letter",
    "link_to_a_letter", "make_a_folder", "open_another_device", "make_a_terminal",
    "read_the_apps_memory", "read_the_apps_surroundings",
}  # fmt: skip
USERS = ["root", "an ordinary user"] if os.getuid() == 0 else ["an ordinary user"]


class Told(msgspec.Struct, array_like=True):
    """What a process that was attacked from within tells."""

    missing: list[str]
    works: dict[str, bool]
    attacks: dict[str, str]


def python(user: str) -> str:
    """A Python that this user may run; the test's own may lie in root's home."""
    if os.getuid() or user == "root":
        return sys.executable
    found = shutil.which("python3", path="/usr/bin")
    version = "import sys; print(sys.version_info[:2])"
    if found is None or (
        subprocess.run([found, "-c", version], capture_output=True, text=True).stdout.strip()
        != str(sys.version_info[:2])
    ):
        pytest.skip("no Python of this version that an ordinary user may run")
    return found


@contextmanager
def attacked(user: str, how: str) -> Iterator[Told]:
    """What a process tells that confines itself, or does not, and is attacked from within."""
    as_user = {} if os.getuid() or user == "root" else {"user": NOBODY, "group": NOBODY}
    owner = NOBODY if as_user else os.getuid()
    with host_attacks.target(owner) as target:
        own, trust = Path(target.home, "kiosk-host-own"), Path(target.home, "trust")
        for folder in (own, trust):
            folder.mkdir()
            os.chown(folder, owner, owner)
        (trust / "certificate").write_text("a certificate")
        device = Resource(Role.SCANNER, "serial-swipe", target.own_device)
        packages = next(path for path in sys.path if path.endswith("site-packages"))
        done = subprocess.run(
            [
                python(user), "-c", IN_PROCESS, msgspec.json.encode(target).decode(),
                msgspec.json.encode([device]).decode(), how,
            ],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{packages}",
                 "TMPDIR": str(own), "KIOSK_RUNTIME": str(own / "run")},
            cwd="/", capture_output=True, text=True, timeout=LONG, **as_user,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        yield msgspec.json.decode(done.stdout, type=Told)


@pytest.fixture(scope="module", params=USERS)
def confined(request: pytest.FixtureRequest) -> Iterator[Told]:
    with attacked(request.param, "confined") as told:
        yield told


@pytest.fixture(scope="module", params=USERS)
def unconfined(request: pytest.FixtureRequest) -> Iterator[tuple[str, Told]]:
    with attacked(request.param, "not confined") as told:
        yield request.param, told


@pytest.mark.parametrize("attack", [attack.__name__ for attack in host_attacks.ATTACKS])
def test_a_confined_process_is_refused(confined: Told, attack: str) -> None:
    if attack in NEEDS_LANDLOCK and not LANDLOCK:
        pytest.skip("this kernel has no Landlock")
    assert confined.attacks[attack] != DONE


def test_each_of_these_would_work_unconfined(unconfined: tuple[str, Told]) -> None:
    user, told = unconfined
    failed = {name: why for name, why in told.attacks.items() if why != DONE}
    # The machine that tests may itself forbid these.
    failed.pop("queue_calls_past_the_filter", None)
    failed.pop("type_into_its_own_line", None)
    failed.pop("have_a_world_of_its_own", None)
    failed.pop("mount_something", None)
    failed.pop("call_out_by_version_6", None)
    assert set(failed) <= (set() if user == "root" else ONLY_ROOT_COULD), failed


def test_what_a_driver_needs_still_works(confined: Told) -> None:
    assert confined.works == dict.fromkeys(confined.works, True)


def test_nothing_is_missing_on_this_kernel(confined: Told) -> None:
    assert confined.missing == ([] if LANDLOCK else ["files (Landlock)"])


# --- kernels and systems that offer less ----------------------------------------------------------

OLD_KERNEL = """
import ctypes, errno
library = ctypes.CDLL("libseccomp.so.2")
library.seccomp_init.restype = ctypes.c_void_p
old = ctypes.c_void_p(library.seccomp_init(0x7FFF0000))
for name in {names}:
    call = library.seccomp_syscall_resolve_name(name.encode())
    assert library.seccomp_rule_add_array(old, 0x00050000 | errno.ENOSYS, call, 0, None) == 0
assert library.seccomp_load(old) == 0
"""
WITHOUT = {
    "files (Landlock)": OLD_KERNEL.format(names=["landlock_create_ruleset"]),
    "system calls (seccomp)": """
import hardware.confinement_calls
hardware.confinement_calls.LIBRARY = "libnowhere.so.9"
""",
    "no new privileges": OLD_KERNEL.format(names=["capset"]),
    "limits of memory, processor and files": OLD_KERNEL.format(names=["prlimit64", "setrlimit"]),
}
STILL = """
import json
from hardware.confinement import confine
from hardware.resources import Resource
from hardware.verdicts import Role
missing = confine([Resource(Role.SCANNER, "serial-swipe", "/dev/ttyACM0")])
print(json.dumps([missing, open("/proc/self/status").read()]))
"""


@pytest.mark.parametrize("lock", WITHOUT)
def test_what_the_system_does_not_offer_is_said_and_the_rest_holds(lock: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT[lock] + STILL], capture_output=True, text=True, timeout=LONG
    )
    assert done.returncode == 0, done.stderr
    missing, status = msgspec.json.decode(done.stdout, type=tuple[list[str], str])
    assert missing == [lock]
    assert "NoNewPrivs:\t1" in status
    # One of its own, beside the one that plays an old system here.
    played = "seccomp_load" in WITHOUT[lock]
    own = lock != "system calls (seccomp)"
    assert f"Seccomp_filters:\t{played + own}\n" in status


SELF_TEST = """
import msgspec
from kiosk.selftest.check import Given
from kiosk.selftest.confinement import host_confined
print(msgspec.json.encode(host_confined(Given(None, (), ""))).decode())
"""


@pytest.mark.parametrize("lock", ["", *WITHOUT])
def test_the_self_test_warns_of_what_is_missing_and_says_what_to_do(lock: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.get(lock, "") + SELF_TEST],
        capture_output=True, text=True, timeout=LONG,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = msgspec.json.decode(done.stdout, type=Outcome)
    assert told.state is (State.WARN if lock else State.PASS)
    assert f"not kept in by {lock}: " in told.message if lock else "is kept from" in told.message
