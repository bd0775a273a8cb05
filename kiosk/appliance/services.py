"""What runs on the machine: the kiosk with its locks, no console, no desktop, the journal."""

from collections.abc import Iterator
from pathlib import PurePath

from kiosk.appliance.accounts import USER
from kiosk.appliance.finding import Finding, judged
from kiosk.appliance.kernel import LOCK
from kiosk.appliance.machine import Machine
from kiosk.appliance.units import Unit
from kiosk.selftest.results import State

KIOSK, SCREEN, SEATS = "kiosk.service", "kiosk-screen.service", "seatd.service"
LOCKS = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "PrivateTmp": "yes",
    "MemoryDenyWriteExecute": "yes",
    "MemorySwapMax": "0",
    "DevicePolicy": "closed",
    "RestrictNamespaces": "yes",
}
"""Some of the locks of our units; a drop-in that opens one of them is told."""
CONSOLES = ("getty@.service", "autovt@.service", "getty@tty1.service", "debug-shell.service")
DESKTOPS = ("gdm.service", "gdm3.service", "lightdm.service", "sddm.service", "lxdm.service")
FORBIDDEN = ("--allow-quit", "--speech-transcript", "--simulate", "--no-sound")
"""Options of `kiosk run` for tests and training."""
SHELLS = ("sh", "bash", "dash", "rbash", "zsh", "busybox", "perl")
YES = ("yes", "true", "on", "1")


def the_kiosk(machine: Machine) -> Iterator[Finding]:
    """Its unit is there, starts with the machine, and has kept its locks."""
    unit = Unit(machine, KIOSK)
    if not unit.there:
        message = f"{KIOSK} is {'masked' if unit.masked else 'missing'}"
        remedy = f"systemctl unmask {KIOSK}" if unit.masked else "install the kiosk's package"
        yield Finding("service.kiosk", State.FAIL, message, remedy)
        return
    lacking = [] if unit.enabled else ["it does not start with the machine"]
    remedy = f"systemctl enable --now {KIOSK}"
    yield judged("service.kiosk", lacking, "starts with the machine", remedy)
    yield judged("service.locks", _opened(unit), "has all its locks", f"systemctl edit {KIOSK}")

    started = " ".join(unit.commands())
    lacking = [f"it is started with {word}" for word in FORBIDDEN if word in started.split()]
    if unit.last("Type") != "notify" or not unit.last("WatchdogSec"):
        lacking.append("nothing watches whether it lives (Type=notify, WatchdogSec=)")
    if unit.last("Restart") != "always":
        lacking.append("it is not started again when it ends (Restart=always)")
    yield judged("service.start", lacking, "watched, and started again", f"systemctl edit {KIOSK}")

    lacking = [] if Unit(machine, SEATS).there else ["seatd is missing: no screen without it"]
    yield judged("service.seatd", lacking, "hands the screen to the kiosk", "apt install seatd")
    if unit.last("BindsTo") == SCREEN or SCREEN in unit.words("BindsTo"):
        opened = _opened(Unit(machine, SCREEN))
        yield judged("service.screen", opened, "has all its locks", f"systemctl edit {SCREEN}")


def _opened(unit: Unit) -> list[str]:
    if not unit.there:
        return [f"{unit.name} is missing"]
    lacking = []
    for key, value in LOCKS.items():
        told = unit.last(key)
        if (told.lower() in YES) is not (value == "yes") or (value != "yes" and told != value):
            lacking.append(f"{key} is {told or 'not set'}, not {value}")
    if unit.last("User") != USER:
        lacking.append(f"it runs as {unit.last('User') or 'root'}")
    if unit.last("LimitCORE") not in ("0", "1"):
        lacking.append("it may leave core files (LimitCORE=)")
    if unit.words("CapabilityBoundingSet"):
        lacking.append("it may become more than its user (CapabilityBoundingSet=)")
    if "/" not in unit.words("NoExecPaths"):
        lacking.append("any program may be started (NoExecPaths=)")
    runs = [word.removeprefix("-") for word in unit.words("ExecPaths")]
    return lacking + [f"{run} may be started" for run in runs if _starts_anything(run)]


def _starts_anything(run: str) -> bool:
    return PurePath(run).name in SHELLS or run in ("/", "/usr", "/usr/bin", "/bin")


def consoles(machine: Machine) -> Iterator[Finding]:
    """Nobody can log in at the machine, and no desktop is there."""
    lacking = [
        f"{name} is not masked"
        for name in CONSOLES
        if not Unit(machine, name).masked and Unit(machine, name).there
    ]
    for key in ("NAutoVTs", "ReserveVT"):
        if machine.setting("logind.conf", key) != "0":
            lacking.append(f"another console opens on its keys ({key})")
    yield judged("consoles", lacking, "nobody can log in at the machine", LOCK)
    running = [name for name in DESKTOPS if Unit(machine, name).there]
    lacking = [f"{name} is installed" for name in running]
    yield judged("desktop", lacking, "none", "apt purge it: it takes the kiosk's screen")


def journal(machine: Machine) -> Iterator[Finding]:
    """What is logged stays in memory, or on the disk within limits."""
    storage = machine.setting("journald.conf", "Storage")
    limits = [machine.setting("journald.conf", key) for key in ("SystemMaxUse", "MaxRetentionSec")]
    lacking = []
    if storage != "volatile" and not all(limits):
        lacking.append("it grows on the disk (Storage=volatile, or SystemMaxUse, MaxRetentionSec)")
    if machine.setting("journald.conf", "ForwardToConsole").lower() in YES:
        lacking.append("it is shown on a console (ForwardToConsole)")
    yield judged("journal", lacking, "stays small", LOCK, State.WARN)


def regular(machine: Machine) -> Iterator[Finding]:
    """The self-test in the morning, the clock, and the machine's own watchdog."""
    timer = Unit(machine, "kiosk-selftest.timer")
    lacking = [] if timer.there and timer.enabled else ["the kiosk does not test itself"]
    remedy = "systemctl enable --now kiosk-selftest.timer"
    yield judged("service.selftest", lacking, "every working morning", remedy, State.WARN)
    keepers = ("systemd-timesyncd.service", "chrony.service", "ntpsec.service", "ntp.service")
    kept = any(Unit(machine, name).there and Unit(machine, name).enabled for name in keepers)
    lacking = [] if kept else ["nothing keeps the clock right"]
    yield judged(
        "service.clock", lacking, "kept right", "apt install systemd-timesyncd", State.WARN
    )
    lacking = []
    if machine.setting("system.conf", "RuntimeWatchdogSec") in ("", "0", "off"):
        lacking.append("a machine that hangs stays so (RuntimeWatchdogSec)")
    yield judged("service.watchdog", lacking, "a hung machine starts anew", LOCK, State.WARN)
