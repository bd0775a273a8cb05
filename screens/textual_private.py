"""The only module that names private parts of Textual, and the only one that locks it down.

Textual is pinned exactly; when the pin moves, this module and its tests are read again.
"""

import asyncio
import contextlib
import logging
import signal
import sys
import time
import traceback
from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

log = logging.getLogger("kiosk")

_FOCUS: list[BindingType] = [
    Binding("tab", "app.focus_next", show=False),
    Binding("shift+tab", "app.focus_previous", show=False),
]


class LockedScreen(Screen[None], inherit_bindings=False):
    """A screen without Textual's own keys, without selecting, scrolling by drag, or copying."""

    # Textual paints the whole screen when the focus moves; a key paints itself.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    BINDINGS = _FOCUS
    ALLOW_SELECT = False
    ENABLE_SELECT_AUTO_SCROLL = False


class LockedModal(ModalScreen[None], inherit_bindings=False):
    """The same as a window above another screen."""

    BINDINGS = _FOCUS
    ALLOW_SELECT = False
    ENABLE_SELECT_AUTO_SCROLL = False


class LazyStrip(Strip):
    """A strip that makes its segments only for those who ask for them; it can render without."""

    __slots__ = ("_made",)

    def __init__(self, width: int) -> None:
        self._made: list[Segment] = []
        super().__init__((), width)

    @abstractmethod
    def segments(self) -> Iterable[Segment]:
        """The segments, asked for once at most."""

    @property
    def _segments(self) -> list[Segment]:  # where Textual's own methods look
        if not self._made:
            self._made = list(self.segments())
        return self._made

    @_segments.setter
    def _segments(self, segments: list[Segment]) -> None:
        self._made = segments


class LockedApp(App[int], inherit_bindings=False):
    """An app that the public cannot leave, stop, copy from or make print a traceback."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    COMMANDS: ClassVar[set[Any]] = set()
    BINDINGS: ClassVar[list[BindingType]] = []
    ALLOWED = frozenset({"focus_next", "focus_previous"})

    last_input = 0.0
    """When the person last pressed or touched anything, by `clock`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.clock = clock

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuses every action but moving the focus: markup in foreign text cannot act either."""
        return action in self.ALLOWED

    def copy_to_clipboard(self, text: str) -> None:
        """Nothing is ever copied."""

    def deliver_screenshot(self, *args: Any, **kwargs: Any) -> None:
        """No picture of the screen is ever written."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """No browser is ever opened."""

    def action_suspend_process(self) -> None:
        """The app never goes to the background."""

    async def on_event(self, event: events.Event) -> None:
        """Feeds the idle clock before anything else sees the event."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            self.last_input = self.clock()
        await super().on_event(event)

    def ignore_signals(self) -> None:
        """Makes the app deaf to the terminal's signals and leave cleanly on the system's."""
        for name in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
            signal.signal(name, signal.SIG_IGN)
        # Textual's own answer starts a second pair of threads on the terminal, which never end.
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: _log_fault(context.get("exception")))
        loop.add_signal_handler(signal.SIGINT, lambda: None)
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            loop.add_signal_handler(name, lambda: self.exit(0))

    def _fatal_error(self) -> None:
        self._crash()

    def panic(self, *renderables: Any) -> None:
        """Ends the app after an error that Textual would print on the terminal."""
        self._crash()

    def _crash(self) -> None:
        with contextlib.suppress(Exception):  # a full memory may have no room even for that
            _log_fault(sys.exc_info()[1])
        self._return_code = 1
        self._exit_renderables.clear()
        self._close_messages_no_wait()


def _log_fault(error: BaseException | None) -> None:
    """Logs what failed and where; asyncio itself would log all that the exception says."""
    # Never the exception's own text or locals: they may hold what a person or document said.
    trace = traceback.format_tb(error.__traceback__) if error else []
    log.critical("crash %s\n%s", type(error).__name__ if error else "", "".join(trace))
