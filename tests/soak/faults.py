"""What goes wrong in the soak, and how it is put right again."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random

from hardware.simulated.plug import Do
from kiosk.keeper import OUT_OF_ORDER
from tests.soak.findings import Restart
from tests.soak.kiosk import Kiosk
from tests.soak.screen import SIZE, Look

Undo = Callable[[], None]

APP_ENDS = frozenset(
    {"app killed", "app asked to leave", "app stopped", "settings broken at start"}
)
"""The faults that no old app survives."""

_WEIGHTS = {
    "device unplugged": 30,
    "device hangs": 20,
    "host killed": 12,
    "host stopped": 6,
    "terminal stops reading": 6,
    "disk full": 6,
    "clock jumps": 12,
    "settings broken": 4,
    "app killed": 6,
    "app asked to leave": 3,
    "app stopped": 2,
    "app stopped for a moment": 4,
    "settings broken at start": 2,
}

DAY = 86400
JUMPS = (DAY, -DAY, 3600, -30, -365 * DAY, -9000 * DAY)
"""By how many seconds a clock is wrong: the last is one without a battery."""
BROKEN = "[kiosk\nlanguages = 3\n"
LEAST_READING = 0.3
LONGEST_SILENCE = 4.0
"""Seconds for which a terminal does not read: shorter than the keeper's patience with the app."""


class Faults:
    """What is wrong with one kiosk now."""

    def __init__(self, kiosk: Kiosk, random: Random, first_screen: Look, spared: bool) -> None:
        self._kiosk = kiosk
        self.random = random
        self._first_screen = first_screen
        self._kinds = dict(_WEIGHTS)
        if spared:
            self._kinds = {name: w for name, w in _WEIGHTS.items() if name not in APP_ENDS}
        if not kiosk.has_disk:
            self._kinds.pop("disk full")
        if not kiosk.clock:
            self._kinds.pop("clock jumps")
        if not kiosk.roles:
            self._kinds = {n: w for n, w in self._kinds.items() if not n.startswith("device")}
        self._to_undo: dict[str, Undo] = {}
        self.restarts: list[Restart] = []
        self.without_end = False
        """Whether an app did not come back in time."""

    def happen(self) -> str:
        """Something goes wrong; what."""
        name = self.random.choices(list(self._kinds), list(self._kinds.values()))[0]
        return _FAULTS[name](self) or name

    def undo_one(self) -> str:
        """One thing is put right, if one is wrong; what."""
        if not self._to_undo:
            return ""
        name = self.random.choice(sorted(self._to_undo))
        self._to_undo.pop(name)()
        return f"undone: {name}"

    def undo_all(self) -> None:
        """Everything is put right."""
        while self.undo_one():
            pass

    def _device(self, do: Do, undo: Do) -> str:
        role = self.random.choice(self._kiosk.roles)
        name = f"device {'unplugged' if do == 'unplug' else 'hangs'}"
        self._kiosk.running.tell(role, do)
        self._to_undo[f"{name}: {role}"] = lambda: self._kiosk.running.tell(role, undo)
        return f"{name}: {role}"

    def _unplug(self) -> str:
        return self._device("unplug", "plug")

    def _hang(self) -> str:
        return self._device("hang", "go-on")

    def _signal_host(self, how: signal.Signals) -> None:
        if (host := self._kiosk.find("host")) is not None:
            with suppress(ProcessLookupError):
                os.kill(host, how)

    def _kill_host(self) -> None:
        self._signal_host(signal.SIGKILL)

    def _stop_host(self) -> None:
        self._signal_host(signal.SIGSTOP)

    def _stop_reading(self) -> None:
        screen = self._kiosk.screen
        screen.reads.clear()
        screen.press("".join(self.random.choices("0123456789*#", k=3)))
        time.sleep(self.random.uniform(LEAST_READING, LONGEST_SILENCE))
        screen.reads.set()

    def _fill_disk(self) -> None:
        self._kiosk.fill_disk()
        self._to_undo["disk full"] = self._kiosk.clear_disk

    def _set_clock(self) -> None:
        assert self._kiosk.clock
        clock = self._kiosk.clock
        clock.jump(self.random.choice(JUMPS))
        self._to_undo["clock jumps"] = lambda: clock.jump(0)

    def _break_settings(self) -> None:
        file = self._kiosk.settings
        whole = file.read_text()
        if whole != BROKEN:
            file.write_text(BROKEN)
            self._to_undo["settings broken"] = lambda: _write(file, whole)

    def _kill_app(self) -> None:
        self._restart(signal.SIGKILL)

    def _ask_app_to_leave(self) -> None:
        self._restart(signal.SIGTERM)

    def _stop_app(self) -> None:
        # The keeper finds it frozen; nobody lets it go on.
        self._kiosk.end_app(signal.SIGSTOP)
        self._wait_for_next(None)

    def _stop_app_for_a_moment(self) -> None:
        app = self._kiosk.find("app")
        if app is None:
            return
        with suppress(ProcessLookupError):
            os.kill(app, signal.SIGSTOP)
            self._kiosk.screen.press("".join(self.random.choices("0123456789*#", k=3)))
            time.sleep(self.random.uniform(LEAST_READING, LONGEST_SILENCE))
            os.kill(app, signal.SIGCONT)

    def _start_broken(self) -> None:
        self._break_settings()
        self._kiosk.end_app(signal.SIGTERM)
        self._wait_for_next(None)
        if undo := self._to_undo.pop("settings broken", None):
            undo()

    def _restart(self, how: signal.Signals) -> None:
        self._kiosk.screen.resize(*SIZE)
        began = time.monotonic()
        self._kiosk.end_app(how)
        self._wait_for_next(began, how.name)

    def _wait_for_next(self, began: float | None, how: str = "") -> None:
        """The next app comes up; `began`: when the last one's end did, where that is known."""
        screen = self._kiosk.screen
        screen.resize(*SIZE)
        paused = False
        words = " ".join(OUT_OF_ORDER.split())[:40]

        def another() -> bool:
            nonlocal paused
            paused = paused or words in " ".join(screen.text().split())
            return self._kiosk.next_app() and screen.look() == self._first_screen

        if not screen.comes(another, ANOTHER_WITHIN):
            self.without_end = True
        elif began is not None:
            self.restarts.append(Restart(time.monotonic() - began, how, paused))


ANOTHER_WITHIN = 45.0
"""Seconds: an app that froze is given 10, and several short lives are followed by a pause of 10."""


def _write(file: "os.PathLike[str]", text: str) -> None:
    with open(file, "w") as settings:
        settings.write(text)


_FAULTS: dict[str, Callable[[Faults], str | None]] = {
    "device unplugged": Faults._unplug,
    "device hangs": Faults._hang,
    "host killed": Faults._kill_host,
    "host stopped": Faults._stop_host,
    "terminal stops reading": Faults._stop_reading,
    "disk full": Faults._fill_disk,
    "clock jumps": Faults._set_clock,
    "settings broken": Faults._break_settings,
    "app killed": Faults._kill_app,
    "app asked to leave": Faults._ask_app_to_leave,
    "app stopped": Faults._stop_app,
    "app stopped for a moment": Faults._stop_app_for_a_moment,
    "settings broken at start": Faults._start_broken,
}
