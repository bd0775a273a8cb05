"""What a self-test found, for the clerk: a line for each device, and the one thing to do about it.

The report of the self-test itself is for technicians.
"""

from collections.abc import Sequence
from enum import StrEnum

from hardware.errors import Reason
from hardware.verdicts import Role
from kiosk.language import Language, mark
from kiosk.selftest.results import Phase, Result, Run, State


class Finding(StrEnum):
    """What the checks of one device come to."""

    TESTING = "testing"
    """Not all of them have been done yet."""
    WORKS = "works"
    ANSWERS = "answers"
    """It can be opened; whether it does what it is for, only a person can try."""
    WEAK = "weak"
    """It can be used, but not as well as it could be."""
    INCOMPLETE = "incomplete"
    """The same, and only a technician can do something about it."""
    ABSENT = "absent"
    MUTE = "mute"
    """It is plugged in and cannot be used."""
    BROKEN = "broken"
    """It can be opened, but does not do what it is for."""
    SET_UP = "set-up"
    """It cannot be used as this kiosk is set up, which only a technician can change."""
    UNTESTED = "untested"
    """A check of it crashed or hung."""
    BUSY = "busy"
    """Something else used it."""
    NONE = "none"
    """This kiosk has none on purpose."""


_OF_REASON = {
    Reason.ABSENT: Finding.ABSENT,
    Reason.LOST: Finding.ABSENT,
    Reason.BLACK: Finding.BROKEN,
    Reason.FROZEN: Finding.MUTE,
    Reason.STALLED: Finding.MUTE,
    Reason.TIMEOUT: Finding.MUTE,
    Reason.JAMMED: Finding.BROKEN,
    Reason.COVER_OPEN: Finding.BROKEN,
    Reason.DENIED: Finding.SET_UP,
    Reason.LIBRARY_MISSING: Finding.SET_UP,
    Reason.BAD_ADDRESS: Finding.SET_UP,
    Reason.UNKNOWN_DRIVER: Finding.SET_UP,
    Reason.SERVICE_DOWN: Finding.SET_UP,
    Reason.HELD_BY_KERNEL: Finding.SET_UP,
    Reason.HELD_BY_PCSCD: Finding.SET_UP,
}
"""What a check of a device that fails for this reason has found."""

WELL = frozenset({Finding.WORKS, Finding.ANSWERS, Finding.WEAK, Finding.INCOMPLETE, Finding.NONE})
"""What does not keep anybody from trying a scan here."""

DEVICES = {
    Role.SCANNER: mark("Scanner"),
    Role.READER: mark("Chip reader"),
    Role.CAMERA: mark("Camera"),
}
_NOT_WELL = mark("works, but not well")
STATES = {
    Finding.TESTING: mark("being tested"),
    Finding.WORKS: mark("works"),
    Finding.ANSWERS: mark("answers"),
    Finding.WEAK: _NOT_WELL,
    Finding.INCOMPLETE: _NOT_WELL,
    Finding.ABSENT: mark("not plugged in"),
    Finding.MUTE: mark("does not answer"),
    Finding.BROKEN: mark("does not work as it should"),
    Finding.SET_UP: mark("cannot be used"),
    Finding.UNTESTED: mark("could not be tested"),
    Finding.BUSY: mark("in use just now"),
    Finding.NONE: mark("this kiosk has none"),
}
LINE = mark("{device}: {state}.")

_PLUG_AGAIN = mark("Pull its plug out, wait ten seconds, and plug it in again.")
_CLEAR_READER = mark("Take away everything that lies on it.")
_WIPE_LENS = mark("Wipe the lens, and take away what covers it.")
_TELL = mark("Tell the technician.")
REMEDIES = {
    Finding.INCOMPLETE: _TELL,
    Finding.SET_UP: _TELL,
    Finding.ABSENT: mark("Push its cable in at both ends."),
    Finding.MUTE: _PLUG_AGAIN,
    Finding.UNTESTED: _PLUG_AGAIN,
    Finding.BUSY: mark("Wait a moment, and test again."),
}
REMEDIES_OF = {
    (Role.SCANNER, Finding.ANSWERS): mark("Only a document shows whether it reads."),
    (Role.SCANNER, Finding.WEAK): mark("Wipe its glass with a soft cloth."),
    (Role.SCANNER, Finding.BROKEN): mark("Take out what is stuck in it, and close its lid."),
    (Role.READER, Finding.WEAK): _CLEAR_READER,
    (Role.READER, Finding.BROKEN): _CLEAR_READER,
    (Role.CAMERA, Finding.WEAK): _WIPE_LENS,
    (Role.CAMERA, Finding.BROKEN): _WIPE_LENS,
}
"""For each one thing that a clerk can do without tools."""

_FAILED_IN = {
    Phase.ENUMERATION: Finding.ABSENT,
    Phase.OPEN: Finding.MUTE,
    Phase.FUNCTION: Finding.BROKEN,
}
"""What it means for a clerk that a device fails a check of this phase, where no reason is told."""

REST = mark("Something else does not work. Tell the technician.")
ALL_WELL = mark("Everything works.")
LAST = mark("Last test of this kiosk: {when}.")
NEVER = mark("This kiosk has not been tested yet.")
JUST_NOW = mark("just now")
MINUTES = mark("{minutes} minutes ago")
HOURS = mark("{hours} hours ago")
DAYS = mark("{days} days ago")


def finding(results: Sequence[Result], role: Role, ended: bool = True) -> Finding:
    """What the results say of one device; `ended`: there will be no more of them."""
    of_device = {result.phase: result for result in results if result.device == role}
    for phase, found in _FAILED_IN.items():
        result = of_device.get(phase)
        if result is not None and result.state is State.FAIL:
            return _OF_REASON.get(result.reason, found) if result.reason else found
        if result is not None and result.state is State.ERROR:
            return Finding.UNTESTED
    present, opens, works = (
        of_device[phase].state if phase in of_device else None for phase in _FAILED_IN
    )
    if not ended and None in (present, opens, works):
        return Finding.TESTING
    if State.WARN in (present, opens):
        return Finding.INCOMPLETE
    if works is State.WARN:
        return Finding.WEAK
    if works is State.PASS:
        return Finding.WORKS
    if opens is State.PASS:
        return Finding.ANSWERS
    busy = any(result.reason is Reason.BUSY for result in of_device.values())
    return Finding.BUSY if busy else Finding.NONE


def line(role: Role, found: Finding, language: Language) -> str:
    """'Chip reader: not plugged in.'"""
    say = language.say
    return say(LINE, device=say(DEVICES[role]), state=say(STATES[found]))


def remedy(role: Role, found: Finding, language: Language) -> str:
    """The one thing that the clerk can do about it; empty where there is none."""
    return language.say(REMEDIES_OF.get((role, found)) or REMEDIES.get(found, ""))


def rest_is_well(results: Sequence[Result]) -> bool:
    """Whether all is well that is no device."""
    states = {result.state for result in results if result.device is None}
    return not states & {State.FAIL, State.ERROR}


def trouble(results: Sequence[Result], language: Language) -> list[str]:
    """A sentence for each thing that is not well; none when all is."""
    found = {role: finding(results, role) for role in Role}
    lines = [line(role, at, language) for role, at in found.items() if at not in WELL]
    return lines if rest_is_well(results) else [*lines, language.say(REST)]


def when(seconds: float, language: Language) -> str:
    """How long ago something was: 'just now', '25 minutes ago', '3 hours ago', '2 days ago'."""
    minutes = int(seconds // 60)
    if minutes < 5:
        return language.say(JUST_NOW)
    if minutes < 120:
        return language.say(MINUTES, minutes=minutes // 5 * 5)
    if minutes < 48 * 60:
        return language.say(HOURS, hours=minutes // 60)
    return language.say(DAYS, days=minutes // (24 * 60))


def last_test(run: Run | None, language: Language) -> str:
    """When this kiosk last tested itself and what was not well then; None: it never did."""
    if run is None:
        return language.say(NEVER)
    sentences = trouble(run.checks, language) or [language.say(ALL_WELL)]
    return " ".join(
        [language.say(LAST, when=when(run.age().total_seconds(), language)), *sentences]
    )
