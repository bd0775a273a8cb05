"""The checks of the devices: there, open, at work.

What can be measured is in `hardware.function_tests`; here stands what it means for this kiosk.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from hardware import claims, drivers
from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.verdicts import ChipVerdict, Role, ScannerKind
from kiosk import settings
from kiosk.selftest.check import Check, Given, Outcome, Phase, State
from kiosk.selftest.remedies import REMEDIES
from kiosk.selftest.results import Figures
from kiosk.text import plain

if TYPE_CHECKING:
    from hardware.function_tests.pictures import Seen
    from hardware.usb import UsbDevice

OPEN_TIMEOUT = 4.0
PLAYER_STARTS = 20.0
"""Seconds that the process of a simulated machine may need until it plays, on a busy machine."""
SOMEBODY_ACTS = 40.0
"""Seconds for a person to do what is asked, or for a simulated one to do it unasked."""

WHO_HANDLES = "interactive: only a document tells whether it reads; run with --interactive"
BUSY = "busy: another process of this kiosk uses it"
_T = TypeVar("_T")
_NOT_YET = (Reason.ABSENT, Reason.TIMEOUT, Reason.STALLED, Reason.LOST)


def _resource(given: Given, role: Role) -> Resource:
    return next(device for device in given.devices if device.role is role)


def _told(role: Role, check: Callable[[Given, Resource], Outcome], given: Given) -> Outcome:
    """The outcome of a check of a device, also where the device fails it."""
    resource = _resource(given, role)
    try:
        return check(given, resource)
    except HardwareError as failure:
        if failure.reason is Reason.BUSY and claims.is_claimed(resource):
            return Outcome(State.SKIP, BUSY, reason=Reason.BUSY)
        return _refused(State.FAIL, failure.reason)


def _refused(state: State, reason: Reason, figures: Figures | None = None) -> Outcome:
    """What a technician does about a device that cannot be used for this reason."""
    return Outcome(state, f"{reason.value}: {REMEDIES[reason]}", figures or {}, reason)


# --- there ----------------------------------------------------------------------------------------


def _present(given: Given, resource: Resource) -> Outcome:
    from hardware.function_tests.presence import is_present
    from hardware.usb_addresses import usb_of

    if not is_present(resource):
        return Outcome(State.SKIP, "only opening it tells whether it is there")
    usb = usb_of(resource)
    return Outcome(State.PASS, _of_usb(usb) if usb else "something is at its address")


def _of_usb(usb: "UsbDevice") -> str:
    version = f", version {usb.version}" if usb.version else ""
    return f"USB {usb.vendor}:{usb.product}{version} {plain(usb.name)[:40]}".rstrip()


# --- open -----------------------------------------------------------------------------------------


def _opens(given: Given, resource: Resource) -> Outcome:
    from hardware.face import models
    from hardware.function_tests.opening import try_opening

    opened = _patiently(given, lambda: try_opening(resource))
    figures = {"open_ms": _ms(opened.seconds)}
    told = [resource.driver, opened.found, plain(opened.identity)]
    if opened.usb:
        told.append(_of_usb(opened.usb))
    message = f"opens: {', '.join(word for word in told if word)}"
    if resource.role is Role.CAMERA and not models.installed():
        return _refused(State.WARN, Reason.MODELS_MISSING, figures)
    return Outcome(State.PASS, message, figures)


def _patiently(given: Given, attempt: Callable[[], _T]) -> _T:
    """What an attempt gives; a simulated device may not be played yet when it is first tried."""
    deadline = time.monotonic() + PLAYER_STARTS
    while True:
        try:
            return attempt()
        except HardwareError as failure:
            late = time.monotonic() > deadline
            if not given.simulated or failure.reason not in _NOT_YET or late:
                raise
        time.sleep(0.1)


# --- at work: the scanner -------------------------------------------------------------------------


def _scans(given: Given, resource: Resource) -> Outcome:
    # What is shown to a simulated camera is drawn when it is first looked at, and then kept: on a
    # busy machine that takes longer than a real camera may.
    return _patiently(given, lambda: _scans_once(given, resource))


def _scans_once(given: Given, resource: Resource) -> Outcome:
    with drivers.opened(resource, OPEN_TIMEOUT) as driver:
        if isinstance(driver, drivers.Flatbed):
            return _scans_paper(given, driver)
        if isinstance(driver, drivers.PictureScanner):
            return _sees_documents(given, driver)
        return _reads_lines(given, cast("drivers.LineScanner", driver))


def _reads_lines(given: Given, scanner: drivers.LineScanner) -> Outcome:
    from hardware.function_tests.scanner import Sight, wait_for_lines
    from hardware.scanners.serial_profiles import LISTENING

    if not _somebody_acts(given, "pull the test card or a document through the scanner"):
        kind = getattr(scanner, "found", None)
        if kind in (None, LISTENING.kind.value):
            return Outcome(State.SKIP, WHO_HANDLES)
        return Outcome(State.PASS, f"answers as {kind}; only a document tells whether it reads")
    match wait_for_lines(scanner, SOMEBODY_ACTS):
        case Sight.CARD | Sight.CODE:
            return Outcome(State.PASS, "a code was read, and its check digits are right")
        case Sight.NO_CODE:
            remedy = REMEDIES[Reason.MALFORMED]
            return Outcome(State.FAIL, f"what it sends is no code that is right: {remedy}")
        case _:
            return Outcome(State.FAIL, "nothing came while it was waited for a document")


def _sees_documents(given: Given, scanner: drivers.PictureScanner) -> Outcome:
    from hardware.function_tests.pictures import WATCHED
    from hardware.function_tests.scanner import Sight, watch_scanner

    asked = given.interactive and _somebody_acts(given, "hold the test card before the scanner")
    for_card = asked or _card_lies_there(given)
    seen, sight = watch_scanner(scanner, SOMEBODY_ACTS if asked else WATCHED, for_card)
    if for_card and sight is not Sight.CARD:
        return Outcome(State.FAIL, _no_card(sight), _figures(seen))
    return _judged(given, seen, "; the test card was read" if for_card else "")


def _scans_paper(given: Given, scanner: drivers.Flatbed) -> Outcome:
    from hardware.function_tests.scanner import Sight, scan, sight_in

    asked = given.interactive and _somebody_acts(given, "put the test card into the scanner")
    if scanner.kind is ScannerKind.FEEDER and not asked and not given.simulated:
        return Outcome(State.SKIP, WHO_HANDLES)
    for_card = asked or _card_lies_there(given)
    began = now = time.monotonic()
    sight = Sight.NOTHING
    picture = None
    while picture is None or (asked and sight is not Sight.CARD):
        before, picture = now, scan(scanner)
        now = time.monotonic()
        if picture is not None and for_card:
            sight = sight_in(picture)
        if now > began + SOMEBODY_ACTS:
            break
    figures = {"scan_ms": _ms(now - before)}
    if picture is None:
        return Outcome(State.FAIL, "there was no paper to draw in", figures)
    if for_card and sight is not Sight.CARD:
        return Outcome(State.FAIL, _no_card(sight), figures)
    height, width = picture.shape[:2]
    read = "; the test card was read" if for_card else ""
    return Outcome(State.PASS, f"a scan of {width}x{height} pixels came{read}", figures)


def _card_lies_there(given: Given) -> bool:
    """Whether the test card lies before the scanner; never before a simulated one."""
    return not given.simulated and settings.load(given.folders).selftest.test_card


def _no_card(sight: str) -> str:
    seen = {
        "nothing": "nothing like a code is in the picture",
        "no-code": "a code is there, but cannot be read: wipe glass and lens, look at the light",
        "code": "another document's code is there",
    }[sight]
    return f"the test card was not read: {seen}"


# --- at work: the chip reader ---------------------------------------------------------------------


def _reads_chips(given: Given, resource: Resource) -> Outcome:
    from hardware.function_tests.reader import look

    asked = given.interactive and _somebody_acts(given, "lay a document with a chip on the reader")
    wanted = asked or (not given.simulated and settings.load(given.folders).selftest.reference_chip)
    deadline = time.monotonic() + (SOMEBODY_ACTS if asked else 0.0)
    with drivers.opened(resource, OPEN_TIMEOUT) as driver:
        reader = cast("drivers.Reader", driver)
        looked = look(reader, ask=wanted)
        while wanted and looked.answer is None and time.monotonic() < deadline:
            looked = look(reader, ask=wanted)
    figures = {"look_ms": _ms(looked.look)}
    if looked.answer is not None:
        figures["answer_ms"] = _ms(looked.answer)
        return Outcome(State.PASS, "a chip answers", figures)
    if not wanted:
        there = {None: "a chip is there", ChipVerdict.NONE: "nothing lies on it"}
        found = there.get(looked.instead, "something lies on it")
        return Outcome(State.PASS, f"looks for chips; {found}", figures)
    if looked.instead is ChipVerdict.SEVERAL:
        return Outcome(State.WARN, "more than one chip lies there: take the others away", figures)
    which = "no chip" if asked else "the kiosk's own chip does not answer: no chip"
    why = {None: "it fell silent", ChipVerdict.NONE: f"{which} is in the field"}
    found = why.get(looked.instead, "what lies there is no chip of a document, or it is broken")
    return Outcome(State.FAIL, f"{found}: look where it lies, then at the antenna", figures)


# --- at work: the camera --------------------------------------------------------------------------


def _films(given: Given, resource: Resource) -> Outcome:
    from hardware.function_tests.pictures import watch

    with drivers.opened(resource, OPEN_TIMEOUT) as driver:
        seen = watch(cast("drivers.Camera", driver))
    return _judged(given, seen)


def _judged(given: Given, seen: "Seen", more: str = "") -> Outcome:
    """What live pictures are worth."""
    light = f"brightness {seen.brightness:.0%}"
    told = f"{seen.per_second:.1f} pictures a second of {seen.width}x{seen.height}, {light}{more}"
    # How fast a simulated device is says something of the machine that plays it alone.
    faults = (
        (seen.is_dark, "dark: is the light on, is something before the lens?"),
        (seen.is_bright, "nearly white: shade the lamp or the window that shines into the lens"),
        (seen.is_unsharp, "not sharp: wipe the lens, then set its focus"),
        (seen.is_slow and not given.simulated, "slow: give it a USB port of its own"),
    )
    wrong = [words for holds, words in faults if holds]
    if wrong:
        return Outcome(State.WARN, f"{'; '.join(wrong)} ({told})", _figures(seen))
    return Outcome(State.PASS, told, _figures(seen))


def _figures(seen: "Seen") -> Figures:
    return {
        "first_picture_ms": _ms(seen.first_seconds),
        "pictures_per_second": round(seen.per_second, 1),
        "brightness_percent": round(100 * seen.brightness),
        "softness_percent": round(100 * seen.softness),
    }


# --------------------------------------------------------------------------------------------------


def _somebody_acts(given: Given, what: str) -> bool:
    """Whether somebody does what a check needs a hand for; a person is asked to."""
    if given.interactive and not given.simulated:
        print(f"kiosk: {what}, within {SOMEBODY_ACTS:.0f} seconds", file=sys.stderr, flush=True)
    return given.interactive or given.simulated


def _ms(seconds: float) -> float:
    return round(1000 * seconds)


def _checks(role: Role, works: Callable[[Given, Resource], Outcome], timeout: float) -> list[Check]:
    steps = (
        ("present", Phase.ENUMERATION, _present, 10.0),
        ("opens", Phase.OPEN, _opens, 40.0),
        ("works", Phase.FUNCTION, works, timeout),
    )
    return [
        Check(f"device.{role}.{step}", phase, partial(_told, role, run), seconds, role)
        for step, phase, run, seconds in steps
    ]


CHECKS = (
    *_checks(Role.SCANNER, _scans, 120.0),
    *_checks(Role.READER, _reads_chips, 60.0),
    *_checks(Role.CAMERA, _films, 30.0),
)
