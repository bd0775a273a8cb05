"""The kernel: how memory reaches a disk, which keys reach it, how it keeps programs apart."""

from collections.abc import Iterator

from kiosk.appliance.finding import Finding, judged
from kiosk.appliance.machine import Machine
from kiosk.appliance.units import Unit
from kiosk.selftest.results import State

LOCK = "sh /usr/share/kiosk/machine/lock, then start the machine anew"
"""The script that lays on what locks a machine (deploy/machine)."""
KEPT_OFF = {
    "kernel.yama.ptrace_scope": ("1", "2", "3"),
    "kernel.dmesg_restrict": ("1",),
    "kernel.kptr_restrict": ("1", "2"),
    "kernel.perf_event_paranoid": ("2", "3", "4"),
    "kernel.unprivileged_bpf_disabled": ("1", "2"),
    "dev.tty.legacy_tiocsti": ("0",),
    "dev.tty.ldisc_autoload": ("0",),
}
"""Settings of the kernel that keep processes off each other, and the values that do."""
ON_START = ("init_on_alloc=1", "init_on_free=1", "lockdown=integrity")
"""What the kernel is to be told when it starts; `lockdown=confidentiality` is more."""


def sysctl(machine: Machine, key: str) -> str | None:
    """The value of a setting of the kernel: of the one that runs, else what files set; or None.

    None: this kernel has no such setting, or nothing sets it.
    """
    running = f"/proc/sys/{key.replace('.', '/')}"
    if machine.exists(running):
        return machine.text(running).strip()
    if machine.exists("/proc/sys/kernel"):
        return None
    value: str | None = None
    for name in (*machine.merged("sysctl.d"), "/etc/sysctl.conf"):
        for line in machine.lines(name):
            said, equals, told = line.lstrip("-").partition("=")
            if equals and said.strip().replace("/", ".") == key:
                value = told.strip()
    return value


def images_of_memory(machine: Machine) -> Iterator[Finding]:
    """Core files and swap: the ways by which memory reaches a disk."""
    lacking = []
    pattern = sysctl(machine, "kernel.core_pattern")
    if pattern != "|/bin/false":
        lacking.append(f"core files go to {pattern or 'a file beside the program'}")
    if sysctl(machine, "fs.suid_dumpable") not in ("0", None):
        lacking.append("programs with other rights leave core files (fs.suid_dumpable)")
    keeps = machine.package("systemd-coredump")
    if keeps and machine.setting("coredump.conf", "Storage") != "none":
        lacking.append("systemd-coredump keeps core files")
    yield judged("memory.core-files", lacking, "no program leaves a core file", LOCK)

    lacking = []
    if swapped := [line for line in machine.text("/proc/swaps").splitlines()[1:] if line.strip()]:
        lacking.append(f"swap is on: {', '.join(line.split()[0] for line in swapped)}")
    planned = [line.split()[0] for line in machine.lines("/etc/fstab") if " swap " in spaced(line)]
    if planned and not Unit(machine, "swap.target").masked:
        lacking.append(f"/etc/fstab names swap: {', '.join(planned)}")
    yield judged(
        "memory.swap", lacking, "no swap", "swapoff -a; take it out of /etc/fstab; " + LOCK
    )


def spaced(line: str) -> str:
    """A line whose columns have one space between them, for a look at its words."""
    return f" {' '.join(line.split())} "


def keys_to_the_kernel(machine: Machine) -> Iterator[Finding]:
    """Alt+SysRq and Ctrl+Alt+Del."""
    lacking = []
    if sysctl(machine, "kernel.sysrq") not in ("0", None) or (
        not machine.exists("/proc/sys/kernel") and sysctl(machine, "kernel.sysrq") is None
    ):
        lacking.append("keys reach the kernel (kernel.sysrq)")
    if not Unit(machine, "ctrl-alt-del.target").masked:
        lacking.append("Ctrl+Alt+Del restarts the machine (ctrl-alt-del.target)")
    if machine.setting("system.conf", "CtrlAltDelBurstAction") != "none":
        lacking.append("Ctrl+Alt+Del seven times does (CtrlAltDelBurstAction)")
    yield judged("keys.kernel", lacking, "no key reaches kernel or systemd", LOCK)


def locks(machine: Machine) -> Iterator[Finding]:
    """What keeps one process off another, and strange code off the kernel."""
    lacking = []
    for key, right in KEPT_OFF.items():
        value = sysctl(machine, key)
        if value is None and machine.exists("/proc/sys/kernel"):
            continue  # this kernel has no such thing
        if value not in right:
            lacking.append(f"{key} is {value or 'not set'}")
    yield judged("kernel.locks", lacking, "processes are kept off each other", LOCK, State.WARN)

    if machine.exists("/proc/cmdline"):
        told = machine.text("/proc/cmdline").split()
    else:
        told = _planned_command_line(machine).split()
    more = {"lockdown=integrity": "lockdown=confidentiality"}
    missing = [word for word in ON_START if word not in told and more.get(word) not in told]
    remedy = "install /usr/share/kiosk/machine/etc/default/grub.d/kiosk.cfg, then update-grub"
    good = "memory is wiped when it is given back, and the kernel takes no strange code"
    lacking = [f"the kernel is not told: {' '.join(missing)}"] if missing else []
    yield judged("kernel.command-line", lacking, good, remedy, State.WARN)


def _planned_command_line(machine: Machine) -> str:
    files = ["/etc/default/grub"]
    files += [f"/etc/default/grub.d/{n}" for n in machine.names("/etc/default/grub.d", ".cfg")]
    lines = [line for file in files for line in machine.lines(file)]
    return " ".join(line for line in lines if line.startswith("GRUB_CMDLINE_LINUX")).replace(
        '"', " "
    )
