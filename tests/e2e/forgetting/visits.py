"""A visit in which all three scans are tried, step by step, and each way in which it ends."""

import fcntl
import os
import termios
import time
from collections.abc import Callable

from hardware.verdicts import ChipVerdict, CodeVerdict, Rehearsal
from kiosk import advice
from kiosk.staff import pin
from kiosk.visit import DIRECT
from screens import attract, code_rehearsal, face_rehearsal, needs, staff, wiped
from screens.keys import ANSWER_DIGITS
from screens.staff_menu import menu, pin_pad
from tests.e2e.at_desk import CONTENT
from tests.e2e.forgetting.kiosk import Kiosk
from tests.e2e.terminal import Terminal
from tests.processes import until

PIN = "482913"
_FIRST = CONTENT.questions[DIRECT].answers[0].goes_to.removeprefix("situation:")
SITUATION = next(one for one in CONTENT.situations.values() if one.id == _FIRST)
SITE = {
    # The test strikes a key as soon as its screen is there.
    "input": {"debounce_seconds": 0.0},
    "selftest": {"every_minutes": 0},
}
LONG_SCAN = 60.0
"""Seconds that a scan may take on a busy machine."""


def settings(idle: float = 600.0) -> dict[str, dict[str, object]]:
    """Of a kiosk that asks after so many seconds whether somebody is still there."""
    return {
        **SITE,
        "idle": {"seconds": idle, "on_phone_seconds": idle, "warning_seconds": 20.0},
        "staff": {"pin": pin.hashed(PIN)},
    }


def begin(terminal: Terminal) -> None:
    """From the first screen into a situation, to the choice of the three scans."""
    terminal.wait_for(attract.TITLE, LONG_SCAN)
    first = CONTENT.questions[CONTENT.first_question]
    terminal.press("1")
    terminal.wait_for(first.text)
    terminal.press("1")
    second = first.answers[0].goes_to.removeprefix("question:")
    terminal.wait_for(CONTENT.questions[second].text)
    terminal.press("7")
    terminal.wait_for(CONTENT.questions[DIRECT].text)
    terminal.press(ANSWER_DIGITS[0])
    terminal.wait_for(needs.WHAT_YOU_NEED)
    terminal.press("3")
    terminal.wait_for(needs.TRY_WHICH)


def code(terminal: Terminal) -> None:
    """The code is scanned, and found good; on a flatbed by a key."""
    good = advice.CODE[CodeVerdict.GOOD].found
    key = f"3 {code_rehearsal.SCAN}"
    terminal.press("1")

    def answered(screen: str) -> bool:
        words = " ".join(screen.split())
        return good in words or key in words

    screen = terminal.wait_until(answered, "the code, or the key that scans it", LONG_SCAN)
    if key in " ".join(screen.split()):
        terminal.press("3")
    terminal.wait_for(good, LONG_SCAN)


def chip(terminal: Terminal) -> None:
    """The chip is read, and works."""
    terminal.press("2")
    works = advice.CHIP[ChipVerdict.WORKS].found.split(".")[0]  # beside a drawing
    terminal.wait_for(works, LONG_SCAN)


def face(terminal: Terminal) -> None:
    """The camera shows the face, and is on."""
    terminal.press("3")
    terminal.wait_for(face_rehearsal.CAMERA_ON.split(".")[0].removeprefix("● "), LONG_SCAN)


SCANS: dict[Rehearsal, Callable[[Terminal], None]] = {
    Rehearsal.CODE: code,
    Rehearsal.CHIP: chip,
    Rehearsal.FACE: face,
}


def leave(terminal: Terminal) -> None:
    """Back from a scan to the choice of them."""
    terminal.press("1")
    terminal.wait_for(needs.TRY_WHICH)


def type_number(terminal: Terminal, digits: str) -> None:
    """Somebody takes the kiosk for something that asks for a number; it presses keys instead.

    As a person types: each is read before the next is pressed.
    """
    keyboard = os.open(f"/proc/{terminal.process.pid}/fd/0", os.O_RDONLY | os.O_NOCTTY)
    try:
        for digit in digits:
            terminal.press(digit)
            until(lambda: fcntl.ioctl(keyboard, termios.FIONREAD, bytes(4)) == bytes(4), "read")
    finally:
        os.close(keyboard)


def go_home(terminal: Terminal) -> None:
    """Back, wherever that is, until the first screen stands there."""
    deadline = time.monotonic() + LONG_SCAN
    while attract.TITLE not in " ".join(terminal.standing_still(0.3).split()):
        assert time.monotonic() < deadline, f"no way home\n{terminal.text()}"
        terminal.press("0")


def is_over(terminal: Terminal) -> None:
    """The visit has been erased, the screen says so, and the first screen is back."""
    terminal.wait_for(wiped.ERASED, LONG_SCAN)
    terminal.wait_for(attract.TITLE, LONG_SCAN)


def finish(kiosk: Kiosk) -> None:
    """Through the guide to its end; from the choice of scans."""
    terminal = kiosk.terminal
    terminal.press("4")
    terminal.wait_for(needs.WHAT_YOU_NEED)
    terminal.press("1")
    count = len(SITUATION.numbered)
    for number, step in enumerate(SITUATION.numbered, start=1):
        terminal.wait_for(f"Step {number} of {count}")
        following = [*SITUATION.numbered[number:], None][0]
        goes_to = [branch.goes_to for branch in step.branches]
        answer = goes_to.index(following.id) if following and following.id in goes_to else 0
        terminal.press(ANSWER_DIGITS[answer])
    terminal.wait_for(SITUATION.closing[0])
    terminal.press("1")


def start_over(kiosk: Kiosk) -> None:
    """By the key for it, and yes."""
    kiosk.terminal.press("9")
    kiosk.terminal.wait_for(staff.SURE)
    kiosk.terminal.press("1")


def walk_away(kiosk: Kiosk) -> None:
    """Nobody presses anything any more."""


def by_staff(kiosk: Kiosk) -> None:
    """A clerk ends it, in the menu for staff."""
    terminal = kiosk.terminal
    terminal.press("#")
    terminal.wait_for(staff.FOR_STAFF)
    terminal.press("7")
    terminal.wait_for(pin_pad.ONLY_STAFF)
    for number, digit in enumerate(PIN, start=1):
        terminal.press(digit)
        terminal.wait_for("●" * number)
    terminal.press("#")
    terminal.wait_for(menu.END)
    terminal.press("7")
    terminal.wait_for(menu.YES)
    terminal.press("1")
