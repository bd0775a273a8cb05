"""The check of the terminal: what it can, its colours, and a font that has what is drawn."""

import curses
import os
import shutil
import subprocess
from collections.abc import Mapping

from kiosk.selftest.check import Given, Outcome, State

TERMINAL = "foot"
"""The terminal of a kiosk (deploy/foot)."""
DRAWN = "─━│┃┏┓┗┛├┤╭╮╯╰╱╲▀▁▄█░▒▓▶▸►◀◄◉○●✓✔•·…–←«»‹›"
"""What the screens draw besides letters."""


def terminal(_: Given) -> Outcome:
    """What the timer starts knows no terminal: then it is the kiosk's own that is asked about."""
    name = os.environ.get("TERM") or TERMINAL
    faults = [*filter(None, [_terminfo(name), _colours(name, os.environ), _font()])]
    if faults:
        return Outcome(State.WARN, "; ".join(faults))
    return Outcome(State.PASS, f"{name}, with a font that has all that is drawn")


def _terminfo(name: str) -> str:
    try:
        curses.setupterm(name, os.open(os.devnull, os.O_WRONLY))
    except curses.error:
        return f"what the terminal {name} can is not known: install its terminfo (ncurses-term)"
    return ""


def _colours(name: str, environment: Mapping[str, str]) -> str:
    if name.startswith(TERMINAL) or environment.get("COLORTERM") in ("truecolor", "24bit"):
        return ""
    return f"{name} does not say that it shows all colours: set COLORTERM=truecolor if it does"


def _font() -> str:
    if shutil.which("fc-list") is None:
        return "which fonts there are is not known: install fontconfig"
    wanted = ":spacing=100:charset=" + " ".join(f"{ord(drawn):x}" for drawn in DRAWN)
    listed = subprocess.run(["fc-list", wanted, "family"], capture_output=True, timeout=8)
    if not listed.stdout.strip():
        return "no font of one width has all that is drawn: install fonts-dejavu-core"
    return ""
