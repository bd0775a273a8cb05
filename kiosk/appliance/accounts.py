"""Who can log in, and what the kiosk's user may."""

from collections.abc import Iterator

from kiosk.appliance.finding import Finding, judged
from kiosk.appliance.machine import Machine
from kiosk.selftest.results import State

USER = "kiosk"
WANTED = ("video", "dialout", "audio")
"""Groups without which the kiosk has no screen, no scanner and no sound."""
POWERFUL = {
    *("root", "sudo", "wheel", "adm", "disk", "shadow", "kmem", "docker", "lxd", "libvirt"),
    *("staff", "netdev", "systemd-journal", "kvm", "input"),
}
"""Groups whose members may become root, read what others wrote or type, or change the machine."""
NO_SHELL = ("nologin", "false")


def the_kiosks_user(machine: Machine) -> Iterator[Finding]:
    """The user as whom the kiosk runs: there, and with no more rights than it needs."""
    entry = _entry(machine, "/etc/passwd", USER)
    if not entry:
        remedy = f"systemd-sysusers, or adduser --system --group --home /var/lib/kiosk {USER}"
        yield Finding("user.kiosk", State.FAIL, f"there is no user {USER}", remedy)
        return
    lacking = []
    if entry[2] == "0":
        lacking.append("it is root")
    if entry[6].rpartition("/")[2] not in NO_SHELL:
        lacking.append(f"it has a shell: {entry[6]}")
    hashed = _entry(machine, "/etc/shadow", USER)
    if hashed and hashed[1][:1] not in ("!", "*"):
        lacking.append("it has a password, or an empty one")
    groups = _groups(machine, USER, entry[3])
    if too_much := sorted(groups & POWERFUL):
        lacking.append(f"it is in {', '.join(too_much)}")
    if _may_sudo(machine):
        lacking.append("sudo knows it")
    remedy = f"usermod --shell /usr/sbin/nologin --lock {USER}; gpasswd --delete {USER} GROUP"
    yield judged("user.kiosk", lacking, "cannot log in, and may little", remedy)

    missing = [f"it is not in {group}" for group in WANTED if group not in groups]
    remedy = f"usermod --append --groups {','.join(WANTED)} {USER}"
    yield judged("user.groups", missing, "may use screen, serial ports and sound", remedy)


def passwords(machine: Machine) -> Iterator[Finding]:
    """Nobody gets in without a password, and root not with one over the network."""
    if not machine.readable("/etc/shadow"):
        message = "passwords can be looked at by root only"
        yield Finding("passwords", State.SKIP, message, "run it as root")
    else:
        lines = [line.split(":") for line in machine.lines("/etc/shadow")]
        empty = [line[0] for line in lines if len(line) > 1 and line[1] == ""]
        lacking = [f"no password is asked of {name}" for name in empty]
        yield judged("passwords", lacking, "none is empty", "passwd --lock NAME")
    if not machine.exists("/etc/ssh/sshd_config"):
        return
    lacking = []
    if _sshd(machine, "PasswordAuthentication", "yes") != "no":
        lacking.append("SSH takes passwords (PasswordAuthentication)")
    if _sshd(machine, "PermitRootLogin", "prohibit-password") == "yes":
        lacking.append("root logs in with one (PermitRootLogin)")
    remedy = "a file in /etc/ssh/sshd_config.d with PasswordAuthentication no, PermitRootLogin no"
    yield judged("passwords.ssh", lacking, "SSH takes keys alone", remedy, State.WARN)


def _entry(machine: Machine, file: str, name: str) -> list[str]:
    for line in machine.lines(file):
        if line.startswith(f"{name}:"):
            fields = line.split(":")
            return [*fields, *[""] * (9 - len(fields))]
    return []


def _groups(machine: Machine, user: str, main: str) -> set[str]:
    found = set()
    for line in machine.lines("/etc/group"):
        name, _, number, members = [*line.split(":"), "", "", ""][:4]
        if number == main or user in members.split(","):
            found.add(name)
    return found


def _may_sudo(machine: Machine) -> bool:
    files = [
        "/etc/sudoers",
        *(f"/etc/sudoers.d/{name}" for name in machine.names("/etc/sudoers.d")),
    ]
    lines = [line for file in files for line in machine.lines(file)]
    return any(line.split()[0] in (USER, f"%{USER}", "ALL") for line in lines)


def _sshd(machine: Machine, key: str, otherwise: str) -> str:
    """What the first line that says it says: that one counts (sshd_config(5))."""
    folder = "/etc/ssh/sshd_config.d"
    files = [f"{folder}/{name}" for name in machine.names(folder, ".conf")]
    for file in [*files, "/etc/ssh/sshd_config"]:
        for line in machine.lines(file):
            words = line.replace("=", " ").split()
            if len(words) > 1 and words[0].lower() == key.lower():
                return words[1]
    return otherwise
