"""What a device host that somebody has taken over would try: each returns when it succeeded.

Run by a driver inside a real host, or in a process that has confined itself. None does lasting
harm where it succeeds: the same attacks run unconfined, to show that they are attacks.
"""

import ctypes
import errno
import fcntl
import mmap
import os
import resource
import signal
import socket
import subprocess
import tempfile
import termios
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import msgspec

from tests.site_driver import line

DONE = "done"
libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def target(owner: int, folder: Path | None = None) -> Iterator["Target"]:
    """Something to be attacked, where the user `owner` may do all that is tried.

    `folder` is where its files are; left out: a temporary one.
    """
    with ExitStack() as ends:
        home = folder or Path(ends.enter_context(TemporaryDirectory(prefix="kiosk-test-")))
        (home / "letter").write_text("dear all")
        tcp = ends.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = ends.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        unix = ends.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(home / "service"))
        unix.listen()
        lines = [ends.enter_context(line()) for _ in range(2)]
        devices = [wire.address for wire in lines]
        for path in (home, home / "letter", home / "service", *devices):
            os.chown(path, owner, owner)
        app = ends.enter_context(subprocess.Popen(["sleep", "600"], user=owner, group=owner))
        ends.callback(app.kill)
        yield Target(
            app.pid, str(home), tcp.getsockname()[1], udp.getsockname()[1],
            str(home / "service"), *devices,
        )  # fmt: skip


class Target(msgspec.Struct, frozen=True):
    """What there is to be attacked."""

    parent: int
    """The process of the app."""
    home: str
    """A folder with a file `letter` in it, both of which the user may read and write."""
    tcp: int
    udp: int
    """Ports on this machine, at which the test listens."""
    unix: str
    """The path of a socket at which the test listens."""
    other_device: str
    """A terminal that is no device of the kiosk's."""
    own_device: str = ""
    """One that is."""


def read_a_letter(at: Target) -> None:
    Path(at.home, "letter").read_text()


def list_a_home(at: Target) -> None:
    os.listdir(at.home)


def list_the_top(_: Target) -> None:
    os.listdir("/")


def read_the_passwords(_: Target) -> None:
    Path("/etc/shadow").read_text()


def read_the_machines_name(_: Target) -> None:
    Path("/etc/hostname").read_text()


def write_a_file(at: Target) -> None:
    Path(at.home, "new").write_text("x")


def write_to_tmp(_: Target) -> None:
    os.close(tempfile.mkstemp(dir="/tmp")[0])


def write_to_shared_memory(_: Target) -> None:
    os.close(tempfile.mkstemp(dir="/dev/shm")[0])


def change_a_letter(at: Target) -> None:
    with Path(at.home, "letter").open("a") as file:
        file.write("x")


def cut_a_letter(at: Target) -> None:
    os.truncate(Path(at.home, "letter"), 3)


def rename_a_letter(at: Target) -> None:
    os.rename(Path(at.home, "letter"), Path(at.home, "other"))
    os.rename(Path(at.home, "other"), Path(at.home, "letter"))


def link_to_a_letter(at: Target) -> None:
    os.link(Path(at.home, "letter"), Path(at.home, "linked"))


def make_a_folder(at: Target) -> None:
    os.mkdir(Path(at.home, "folder"))


def open_a_letter_to_all(at: Target) -> None:
    os.chmod(Path(at.home, "letter"), 0o666)


def set_the_time_of_a_letter(at: Target) -> None:
    os.utime(Path(at.home, "letter"), (0, 0))


def open_another_device(at: Target) -> None:
    os.close(os.open(at.other_device, os.O_RDWR | os.O_NOCTTY))


def make_a_terminal(_: Target) -> None:
    os.close(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))


def type_into_its_own_line(at: Target) -> None:
    line = os.open(at.own_device, os.O_RDWR | os.O_NOCTTY)
    try:
        fcntl.ioctl(line, termios.TIOCSTI, b"x")
    finally:
        os.close(line)


def call_out(at: Target) -> None:
    socket.create_connection(("127.0.0.1", at.tcp), 5).close()


def call_out_by_version_6(at: Target) -> None:
    # Nobody listens there: to be told so is to have got out.
    try:
        socket.create_connection(("::1", at.tcp), 5).close()
    except ConnectionRefusedError:
        return


def send_a_datagram(at: Target) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", ("127.0.0.1", at.udp))


def be_called(_: Target) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()


def speak_to_a_service(at: Target) -> None:
    with socket.socket(socket.AF_UNIX) as out:
        out.connect(at.unix)


def ask_which_networks_there_are(_: Target) -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()


def fork(_: Target) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def run_a_shell(_: Target) -> None:
    subprocess.run(["/bin/sh", "-c", ":"], check=True)


def become_a_shell(_: Target) -> None:
    # Fails for want of a program where it may be tried at all.
    try:
        os.execv("/nowhere/sh", ["sh"])
    except FileNotFoundError:
        return


def make_a_program_in_memory(_: Target) -> None:
    os.close(os.memfd_create("program"))


def end_the_app(at: Target) -> None:
    os.kill(at.parent, 0)


def end_all(_: Target) -> None:
    os.killpg(os.getpgid(os.getppid()), 0)


def end_the_app_by_its_descriptor(at: Target) -> None:
    app = os.pidfd_open(at.parent)
    try:
        signal.pidfd_send_signal(app, 0)
    finally:
        os.close(app)


def trace_the_app(at: Target) -> None:
    _checked(libc.ptrace(0x4206, at.parent, None, None))  # PTRACE_SEIZE stops nobody
    libc.ptrace(17, at.parent, None, None)


def read_the_apps_memory(at: Target) -> None:
    with open(f"/proc/{at.parent}/mem", "rb"):
        pass


def read_the_apps_surroundings(at: Target) -> None:
    Path(f"/proc/{at.parent}/environ").read_bytes()


def copy_the_apps_memory(at: Target) -> None:
    buffer = ctypes.create_string_buffer(8)
    ours = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    # Nothing is at the address: EFAULT is what one who may read gets.
    theirs = (ctypes.c_void_p * 2)(16, 8)
    try:
        _checked(libc.process_vm_readv(at.parent, ours, 1, theirs, 1, 0))
    except OSError as error:
        if error.errno != errno.EFAULT:
            raise


def limit_the_app(at: Target) -> None:
    limits = resource.prlimit(at.parent, resource.RLIMIT_NOFILE)
    resource.prlimit(at.parent, resource.RLIMIT_NOFILE, limits)


def move_the_app_to_one_processor(at: Target) -> None:
    os.sched_setaffinity(at.parent, os.sched_getaffinity(at.parent))


def make_the_app_slow(at: Target) -> None:
    os.setpriority(os.PRIO_PROCESS, at.parent, os.getpriority(os.PRIO_PROCESS, at.parent))


def raise_its_own_limits(_: Target) -> None:
    limits = {resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE}
    for limit in limits:
        soft, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (soft, hard if hard == resource.RLIM_INFINITY else hard + 1))


def be_looked_into(_: Target) -> None:
    _checked(libc.prctl(4, 1, 0, 0, 0))


def outlive_the_app(_: Target) -> None:
    _checked(libc.prctl(1, signal.SIGKILL, 0, 0, 0))


def be_another_user(_: Target) -> None:
    os.setuid(os.getuid())


def have_a_world_of_its_own(_: Target) -> None:
    # CLONE_NEWUTS for root, a user's own with it for others.
    _checked(libc.unshare(0x04000000 | (0x10000000 if os.getuid() else 0)))


def mount_something(at: Target) -> None:
    _checked(libc.mount(b"none", at.home.encode(), b"tmpfs", 0, None))
    _checked(libc.umount2(at.home.encode(), 0))


def share_memory(_: Target) -> None:
    shared = libc.shmget(0, 4096, 0o1600)
    _checked(shared)
    _checked(libc.shmctl(shared, 0, None))


def queue_calls_past_the_filter(_: Target) -> None:
    parameters = ctypes.create_string_buffer(120)
    queue = libc.syscall(425, 1, parameters)  # io_uring_setup
    _checked(queue)
    os.close(queue)


def eat_memory(_: Target) -> None:
    try:
        bytearray(5 << 28)
    except MemoryError as error:
        raise OSError(errno.ENOMEM, "no memory") from error


def eat_shared_memory(_: Target) -> None:
    mmap.mmap(-1, 5 << 30).close()


def eat_files(_: Target) -> None:
    opened: list[int] = []
    try:
        while len(opened) < 300:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    finally:
        for file in opened:
            os.close(file)


def write_an_endless_file(_: Target) -> None:
    folder = os.environ.get("TMPDIR", "/tmp")
    with tempfile.TemporaryFile(dir=folder) as file:
        os.ftruncate(file.fileno(), 1 << 30)


ATTACKS: tuple[Callable[[Target], None], ...] = (
    read_a_letter, list_a_home, list_the_top, read_the_passwords, read_the_machines_name,
    write_a_file, write_to_tmp, write_to_shared_memory, change_a_letter, cut_a_letter,
    rename_a_letter, link_to_a_letter, make_a_folder, open_a_letter_to_all,
    set_the_time_of_a_letter, open_another_device, make_a_terminal, type_into_its_own_line,
    call_out, call_out_by_version_6, send_a_datagram, be_called, speak_to_a_service,
    ask_which_networks_there_are, fork, run_a_shell, become_a_shell, make_a_program_in_memory,
    end_the_app, end_all, end_the_app_by_its_descriptor, trace_the_app, read_the_apps_memory,
    read_the_apps_surroundings, copy_the_apps_memory, limit_the_app, make_the_app_slow,
    move_the_app_to_one_processor, raise_its_own_limits, be_looked_into, outlive_the_app,
    be_another_user, have_a_world_of_its_own, mount_something, share_memory,
    queue_calls_past_the_filter, eat_memory, eat_shared_memory, eat_files, write_an_endless_file,
)  # fmt: skip


def run(target: Target) -> dict[str, str]:
    """What became of each attack: DONE, or the name of the error that it met."""
    return {attack.__name__: _tried(attack, target) for attack in ATTACKS}


def threads_work() -> bool:
    """Whether what a driver may do still can be done: a thread of its own."""
    ran: list[int] = []
    thread = Thread(target=ran.append, args=(1,))
    thread.start()
    thread.join()
    return ran == [1]


def _tried(attack: Callable[[Target], None], target: Target) -> str:
    try:
        attack(target)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "no number")
    except Exception as error:
        return type(error).__name__
    return DONE


def _checked(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
