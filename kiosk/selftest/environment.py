"""What the kiosk stands on: settings, clock, disk, memory, locale, networks, trust."""

import ctypes
import errno
import gettext
import locale
import os
import struct
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hardware.verdicts import Role
from kiosk import settings
from kiosk.language import SOURCE
from kiosk.places import state_folder
from kiosk.selftest.check import Check, Given, Outcome, Phase, State
from kiosk.selftest.confinement import host_confined
from kiosk.selftest.speech import speech
from kiosk.selftest.terminal import terminal

RELEASED = date(2026, 11, 1)
"""No clock that is right shows an earlier day: this program was not there yet."""
ZONE = "Europe/Copenhagen"
FREE_WARN, FREE_FAIL = 15.0, 2.0
"""Percent of a disk."""
FREE_FAIL_MB = 50.0
MEMORY_WARN_MB, MEMORY_FAIL_MB = 300.0, 100.0
TRUST_GOOD_FOR = timedelta(days=365)
_STA_UNSYNC = 0x40
_MEGABYTE = 1 << 20


def _settings(given: Given) -> Outcome:
    where = given.folders
    settings.load(where)
    return Outcome(State.PASS, f"{where.settings_file.name} can be read")


def clock(_: Given, today: date | None = None) -> Outcome:
    """The date and the hour decide about documents, and about who can be called."""
    today = today or datetime.now(UTC).date()
    if today < RELEASED:
        return Outcome(State.FAIL, f"it is not {today}: set the clock, and look at its battery")
    try:
        ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        return Outcome(State.FAIL, f"the hours of {ZONE} are not known: install tzdata")
    return Outcome(State.PASS, f"{today}, {ZONE} is known")


class _Timex(ctypes.Structure):
    """The begin of `struct timex` (adjtimex(2)); the kernel fills what follows, too."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),
    )


def _synchronised(_: Given) -> Outcome:
    read = _Timex(modes=0)
    if ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(read)) < 0:
        if ctypes.get_errno() == errno.EPERM:
            # Under the kiosk's own unit (ProtectClock); the unit of the timer may.
            return Outcome(State.SKIP, "not to be asked from here: the self-test of the timer does")
        return Outcome(State.WARN, "the kernel does not say whether the clock is synchronised")
    return synchronised(read.status, read.maxerror)


def synchronised(status: int, max_error_us: int) -> Outcome:
    """What the kernel's words on its clock mean."""
    if status & _STA_UNSYNC:
        message = "nothing keeps the clock right: is systemd-timesyncd or chrony running?"
        return Outcome(State.WARN, message)
    return Outcome(State.PASS, "kept right by the network", {"max_error_ms": max_error_us / 1000})


def _disk(given: Given) -> Outcome:
    places = {"state": _there(state_folder()), "temp": _there(Path(given.temp))}
    shut = [place for place, folder in places.items() if not os.access(folder, os.W_OK)]
    if shut:
        return Outcome(State.WARN, f"cannot be written: {', '.join(shut)}")
    return disk({place: _free(folder) for place, folder in places.items()})


def _there(folder: Path) -> Path:
    """The folder, or the one in which it would be made."""
    while not folder.exists():
        folder = folder.parent
    return folder


def _free(folder: Path) -> tuple[float, float]:
    """How much is free there: percent, and MB."""
    told = os.statvfs(folder)
    # As df does it: what is kept for root alone is nobody's.
    usable = told.f_blocks - told.f_bfree + told.f_bavail
    percent = 100 * told.f_bavail / usable if usable else 100.0
    return percent, told.f_bavail * told.f_frsize / _MEGABYTE


def disk(found: dict[str, tuple[float, float]]) -> Outcome:
    """What it means that so much is free, by place: percent, and MB."""
    data = {}
    states = {State.PASS}
    for place, (percent, megabytes) in found.items():
        data[f"{place}_free_percent"] = round(percent, 1)
        data[f"{place}_free_mb"] = round(megabytes, 1)
        if percent < FREE_FAIL or megabytes < FREE_FAIL_MB:
            states.add(State.FAIL)
        elif percent < FREE_WARN:
            states.add(State.WARN)
    told = ", ".join(f"{place} {percent:.0f} %" for place, (percent, _) in found.items())
    worst = next(s for s in (State.FAIL, State.WARN, State.PASS) if s in states)
    lacking = "" if worst is State.PASS else "little is "
    return Outcome(worst, f"{lacking}free: {told}", data)


def _memory(_: Given) -> Outcome:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return memory(int(line.split()[1]) / 1024)
    return Outcome(State.WARN, "the kernel does not say how much memory is left")


def memory(available_mb: float) -> Outcome:
    """What it means that so much memory is left."""
    state = State.PASS
    if available_mb < MEMORY_WARN_MB:
        state = State.FAIL if available_mb < MEMORY_FAIL_MB else State.WARN
    data = {"available_mb": round(available_mb, 1)}
    return Outcome(state, f"{available_mb:.0f} MB can be used", data)


def _locale(given: Given) -> Outcome:
    where = given.folders
    for code in settings.load(where).kiosk.languages:
        if code != SOURCE and _sentences(where.find(f"languages/{code}/LC_MESSAGES/kiosk.mo")) == 0:
            return Outcome(State.FAIL, f"{code}: no compiled catalogue: kiosk language pack {code}")
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        return Outcome(State.WARN, "LANG or LC_ALL names a locale that this machine has not got")
    codeset = locale.nl_langinfo(locale.CODESET)
    if codeset.upper() != "UTF-8":
        return Outcome(State.WARN, f"the locale is {codeset}, not UTF-8: set LANG=C.UTF-8")
    return Outcome(State.PASS, "UTF-8, catalogues are compiled")


def _sentences(file: Path) -> int:
    try:
        with file.open("rb") as opened:
            return len(gettext.GNUTranslations(opened)._catalog)  # type: ignore[attr-defined]
    except (OSError, ValueError, struct.error):
        return 0


def _models(given: Given) -> Outcome:
    from hardware.errors import HardwareError
    from hardware.face import models
    from hardware.mrz.networks import Network

    for name in ("locator.onnx", "line_reader.onnx"):
        try:
            Network(name)
        except HardwareError:
            return Outcome(State.FAIL, f"{name} is missing or damaged: install the kiosk again")
    lacking = [name for name in models.SHA256 if not models.whole(name)]
    if lacking:
        message = f"missing or damaged: {', '.join(lacking)}: kiosk face install"
        return Outcome(State.WARN, message)
    return Outcome(State.PASS, "the networks for codes and faces are whole")


def _trust(given: Given) -> Outcome:
    from hardware.emrtd.trust import TrustStore

    if Role.READER not in {device.role for device in given.devices}:
        return Outcome(State.SKIP, "the settings name no reader: nothing is to be checked with it")
    store = TrustStore.load(Path(given.trust))
    begun = [one.not_before for country in store.countries() for one in store.of(country)]
    return trust(begun, len(store.countries()), datetime.now(UTC))


def trust(begun: list[datetime], countries: int, now: datetime) -> Outcome:
    """What certificates mean that are valid from these days on."""
    if not begun:
        message = "no certificates: no issuer of a chip is known; kiosk trust import"
        return Outcome(State.WARN, message)
    # Countries take new keys every few years, and one of them does each month: a list whose newest
    # certificate is old is itself old.
    age = now - max(begun)
    data = {"certificates": float(len(begun)), "newest_age_days": float(age.days)}
    told = f"{len(begun)} certificates of {countries} countries, the newest {age.days} days old"
    if age > TRUST_GOOD_FOR:
        return Outcome(State.WARN, f"{told}: take a newer list; kiosk trust import", data)
    return Outcome(State.PASS, told, data)


CHECKS = (
    Check("settings", Phase.ENVIRONMENT, _settings),
    Check("clock", Phase.ENVIRONMENT, clock),
    Check("clock.synchronised", Phase.ENVIRONMENT, _synchronised, on_site=True),
    Check("disk", Phase.ENVIRONMENT, _disk),
    Check("memory", Phase.ENVIRONMENT, _memory),
    Check("locale", Phase.ENVIRONMENT, _locale),
    Check("terminal", Phase.ENVIRONMENT, terminal, on_site=True),
    Check("speech", Phase.ENVIRONMENT, speech, timeout=30.0),
    Check("host-confined", Phase.ENVIRONMENT, host_confined, on_site=True),
    Check("models", Phase.ENVIRONMENT, _models, timeout=30.0),
    Check("trust", Phase.ENVIRONMENT, _trust, timeout=60.0, on_site=True),
)
