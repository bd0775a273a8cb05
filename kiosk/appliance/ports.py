"""What may be plugged in, and who can reach the machine over a network."""

import re
import socket
import struct
from collections.abc import Iterator

from kiosk.appliance.finding import Finding, judged
from kiosk.appliance.kernel import LOCK
from kiosk.appliance.machine import Machine
from kiosk.appliance.services import KIOSK
from kiosk.appliance.units import Unit
from kiosk.selftest.results import State

_LISTENS = "0A"
"""State of a socket in /proc/net/tcp (TCP_LISTEN in the kernel's tcp_states.h)."""
_KEYBOARD = re.compile(r"\b03:(01:01|01:\*|\*:\*)")
_RULES = "/etc/usbguard/rules.d"
SSH = 22


def plugged_in(machine: Machine) -> Iterator[Finding]:
    """Names and rights of devices, no kernel driver on chip readers, and only known devices."""
    rules = [name for name in machine.merged("udev/rules.d", ".rules") if "kiosk" in name]
    lacking = [] if rules else ["devices have no names that last, and are not reset"]
    remedy = "install deploy/udev/70-kiosk.rules, then udevadm control --reload"
    yield judged("usb.names", lacking, "udev's rules are there", remedy, State.WARN)

    refused = {line.split()[1] for name in machine.merged("modprobe.d") for line in
               machine.lines(name) if line.split()[0] in ("install", "blacklist")}  # fmt: skip
    lacking = [] if "pn533_usb" in refused else ["the kernel takes chip readers for itself"]
    remedy = "install deploy/modprobe/kiosk-nfc.conf, then start the machine anew"
    yield judged("usb.chip-readers", lacking, "left to the kiosk", remedy, State.WARN)
    lacking = [] if refused & {"usb_storage", "usb-storage"} else ["disks on USB are taken"]
    yield judged("usb.disks", lacking, "no disk is taken", LOCK, State.WARN)
    yield _only_known(machine)


def _only_known(machine: Machine) -> Finding:
    if not Unit(machine, "usbguard.service").there:
        message = "anything that is plugged in is used: a device that types, for example"
        remedy = "apt install usbguard; rules as in /usr/share/kiosk/machine/examples/20-site.conf"
        return Finding("usb.known-only", State.WARN, message, remedy)
    lacking = []
    if not Unit(machine, "usbguard.service").enabled:
        lacking.append("usbguard does not start with the machine")
    policy = {}
    for line in machine.lines("/etc/usbguard/usbguard-daemon.conf"):
        key, _, value = line.partition("=")
        policy[key.strip()] = value.strip()
    if policy.get("ImplicitPolicyTarget", "block") == "allow":
        lacking.append("what no rule names is let in (ImplicitPolicyTarget)")
    files = ["/etc/usbguard/rules.conf", *(f"{_RULES}/{n}" for n in machine.names(_RULES, ".conf"))]
    rules = [line for file in files for line in machine.lines(file)]
    allowed = [rule for rule in rules if rule.startswith("allow")]
    if not allowed:
        lacking.append("no rule lets in the kiosk's own devices")
    for rule in allowed:
        if _KEYBOARD.search(rule) and "via-port" not in rule:
            lacking.append("a keyboard is let in at any port")
        if "with-interface" not in rule and " id " not in rule:
            lacking.append(f"anything is let in: {rule}")
    if not any(rule.startswith("reject") for rule in rules):
        lacking.append("keyboards and disks are not refused (10-kiosk.conf)")
    remedy = "edit /etc/usbguard/rules.d/20-site.conf; " + LOCK
    return judged(
        "usb.known-only", dict.fromkeys(lacking), "only known devices", remedy, State.WARN
    )


def network(machine: Machine) -> Iterator[Finding]:
    """Nothing listens but SSH, and the unit lets the kiosk reach its broker and nothing else."""
    if machine.exists("/proc/net/tcp"):
        open_ports = sorted({port for port in _listening(machine) if port != SSH})
        lacking = [f"port {port} is open to others" for port in open_ports]
        remedy = "ss -ltnp tells whose it is; switch that service off"
        yield judged("network.open", lacking, "nothing listens but SSH", remedy, State.WARN)

    unit = Unit(machine, KIOSK)
    told = machine.text("/etc/kiosk/kiosk.toml")
    broker = re.search(r"^\s*broker\s*=\s*[\"']mqtts://([^\"']+):\d+[\"']", told, re.MULTILINE)
    allowed = [word for word in unit.words("IPAddressAllow") if word not in ("localhost",)]
    if not unit.there:
        yield Finding("network.kiosk", State.SKIP, f"{KIOSK} is missing")
        return
    lacking = []
    if "any" not in unit.words("IPAddressDeny"):
        lacking.append("the kiosk may reach every address (IPAddressDeny=)")
    if "any" in allowed or "0.0.0.0/0" in allowed:
        lacking.append("the kiosk may reach every address (IPAddressAllow=)")
    if broker and not allowed:
        lacking.append("the unit lets the kiosk reach no broker")
    remedy = "a drop-in as in deploy/systemd/examples/network.conf"
    good = "the kiosk reaches its broker alone" if broker else "the kiosk reaches no other machine"
    yield judged("network.kiosk", lacking, good, remedy)


def _listening(machine: Machine) -> Iterator[int]:
    """Ports that listen on more than this machine itself."""
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in machine.text(name).splitlines()[1:]:
            words = line.split()
            if len(words) > 3 and words[3] == _LISTENS:
                address, _, port = words[1].partition(":")
                if not _is_here(address):
                    yield int(port, 16)


def _is_here(address: str) -> bool:
    """Whether an address of /proc/net/tcp is this machine's own."""
    # Four bytes a word, each word turned round.
    words = [int(address[at : at + 8], 16) for at in range(0, len(address), 8)]
    packed = b"".join(struct.pack("<I", word) for word in words)
    if len(packed) == 4:
        return packed[0] == 127
    if packed[:12] == b"\0" * 10 + b"\xff\xff":
        return packed[12] == 127
    return packed == socket.inet_pton(socket.AF_INET6, "::1")
