"""Turns over the files of a machine that `kiosk appliance check` reads."""

import tempfile
from functools import cache
from pathlib import Path

from kiosk.appliance.looking import look
from kiosk.appliance.machine import Machine
from kiosk.appliance.screen import bound
from kiosk.selftest.results import State

_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")
_TREE = Path(_FOLDER.name)
_DEPLOY = Path(__file__).parents[2] / "deploy"
SLOW = ("machine",)
_FOOT = b"""\
[key-bindings]
# clipboard-copy=Control+Shift+c XF86Copy
# pipe-visible=[sh -c "xurls | fuzzel"] none
[mouse-bindings]
# primary-paste=BTN_MIDDLE
"""
_TCP = b"""\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1
   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 13 1
"""
_FILES: dict[str, bytes] = {
    "usr/lib/systemd/system/kiosk.service": (_DEPLOY / "systemd/kiosk.service").read_bytes(),
    "etc/systemd/system/kiosk.service.d/site.conf": b"[Service]\nExecStart=\nUser=kiosk\n",
    "etc/kiosk/foot.ini": (_DEPLOY / "foot/foot.ini").read_bytes(),
    "etc/xdg/foot/foot.ini": _FOOT,
    "etc/kiosk/kiosk.toml": b'[fleet]\nbroker = "mqtts://broker.example:8883"\n',
    "etc/passwd": b"root:x:0:0::/root:/bin/bash\nkiosk:x:990:990::/var/lib/kiosk:/bin/false\n",
    "etc/group": b"root:x:0:\nkiosk:x:990:\nvideo:x:44:kiosk\nsudo:x:27:clerk\n",
    "etc/shadow": b"root:*:19000::::::\nkiosk:!:19000::::::\n",
    "etc/fstab": b"UUID=1 / ext4 errors=remount-ro 0 1\n/swap none swap sw 0 0\n",
    "etc/sysctl.d/99-kiosk.conf": b"kernel.sysrq = 0\nfs/suid_dumpable=0\n-net.x = 1\n",
    "etc/ssh/sshd_config": b"Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n",
    "etc/sudoers.d/clerk": b"clerk ALL=(ALL) NOPASSWD: ALL\n",
    "etc/usbguard/rules.d/10-never.conf": b"reject with-interface one-of { 03:01:01 08:*:* }\n",
    "etc/usbguard/usbguard-daemon.conf": b"ImplicitPolicyTarget=block\nRuleFolder=/etc/x\n",
    "etc/systemd/journald.conf.d/kiosk.conf": b"[Journal]\nStorage=volatile\nRuntimeMaxUse=64M\n",
    "etc/systemd/logind.conf": b"[Login]\nNAutoVTs=0\nReserveVT=0\n",
    "etc/systemd/coredump.conf": b"[Coredump]\nStorage=none\nProcessSizeMax=0\n",
    "etc/default/grub": b'GRUB_CMDLINE_LINUX_DEFAULT="quiet init_on_free=1"\n',
    "etc/overlayroot.local.conf": b'overlayroot="tmpfs:recurse=0"\n',
    "var/lib/dpkg/status": b"Package: foot\nStatus: install ok installed\nVersion: 1.21.0-2\n\n"
    b"Package: cage\nStatus: install ok installed\nVersion: 1:0.2.0-2\nDescription: x\n y: z\n",
    "proc/net/tcp": _TCP,
    "proc/mounts": b"/dev/sda1 / ext4 ro 0 0\ntmpfs /tmp tmpfs rw 0 0\n",
    "proc/swaps": b"Filename Type Size Used Priority\n/swap file 1 0 -2\n",
    "proc/cmdline": b"BOOT_IMAGE=/vmlinuz root=UUID=1 ro lockdown=integrity\n",
    "proc/sys/kernel/core_pattern": b"|/bin/false\n",
}


def fuzz_machine(data: bytes) -> None:
    """A machine of which one file holds anything: no look at it crashes, and all say something.

    The first byte says which file.
    """
    if not data:
        return
    _made()
    name = list(_FILES)[data[0] % len(_FILES)]
    try:
        (_TREE / name).write_bytes(data[1:])
        found = look(Machine(_TREE))
    finally:
        (_TREE / name).write_bytes(_FILES[name])
    assert len(found) > 15
    for finding in found:
        assert finding.state is not State.ERROR, finding
        assert finding.message


@cache
def _made() -> None:
    for name, content in _FILES.items():
        file = _TREE / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def fuzz_bindings(data: bytes) -> None:
    """Two texts of foot.ini, cut apart by a zero byte: what foot knows, and what is ours."""
    known, _, ours = data.decode("utf-8", "replace").partition("\0")
    on = bound(known, ours)
    assert all(isinstance(name, str) and name for name in on)


TARGETS = {"machine": fuzz_machine, "bindings": fuzz_bindings}


def seeds(target: str) -> list[bytes]:
    """The files as the project ships them, or as Debian has them."""
    if target == "machine":
        return [bytes([number]) + content for number, content in enumerate(_FILES.values())]
    ours = _FILES["etc/kiosk/foot.ini"]
    return [_FOOT + b"\0" + ours, _FOOT + b"\0[key-bindings]\nclipboard-copy=none\n"]
