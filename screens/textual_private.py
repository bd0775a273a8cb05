"""The only module that names private parts of Textual, and the only one that locks it down.

Textual is pinned exactly; when the pin moves, this module and its tests are read again.
"""

import asyncio
import contextlib
import logging
import os
import selectors
import signal
import sys
import time
import traceback
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import Any, ClassVar

from rich.segment import Segment
from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from screens.only_text import OnlyText
from screens.terminal_input import Gate

log = logging.getLogger("kiosk")

_OTHER_DRIVERS = ("screens.web.", "textual.drivers.")
"""Where the drivers are that TEXTUAL_DRIVER may name."""

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


LARGEST = Size(640, 240)
"""The most cells that are drawn, whatever size a terminal says it has: larger ones take minutes."""


AT_ONCE = 64
"""Bytes that are read of what is typed before the app has come to them: five touches or more."""


class LockedDriver(LinuxDriver):
    """Textual's driver of a terminal that may send and tell anything."""

    def run_input_thread(self) -> None:
        """Reads what the terminal sends until the app leaves; what is wrong is not let through.

        OSError when the terminal is gone.
        """
        gate, parser = Gate(), XTermParser()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                text = gate.feed(self._read()) if selector.select(0.1) else gate.tick()
                try:
                    # An empty text would be the end.
                    self._hand_over(parser.feed(text) if text else parser.tick())
                except Exception as error:
                    _log_fault(error)
                    parser = XTermParser()

    def _hand_over(self, messages: Iterable[Message]) -> None:
        # Apart: what was typed last must not stay in a variable until somebody types again.
        any_at_all = False
        for message in messages:
            self.process_message(message)
            any_at_all = True
        if any_at_all:
            self._wait_for_app()

    def _wait_for_app(self) -> None:
        """Reads no more before the app has come to what it was given: what waits in a terminal
        waits there, while an app behind thousands of keys would be taken for frozen.
        """
        done = Event()
        if not self._app.call_later(done.set):
            return  # it is leaving
        while not done.wait(0.05) and not self.exit_event.is_set():
            pass

    def _read(self) -> bytes:
        if data := os.read(self.fileno, AT_ONCE):
            return data
        raise OSError("the terminal is gone")

    def _get_terminal_size(self) -> tuple[int, int]:
        return _no_larger(Size(*super()._get_terminal_size()))

    def _query_in_band_window_resize(self) -> None:
        """The size is asked of the system, not of the terminal, and a touch comes in cells."""


def _no_larger(size: Size) -> Size:
    return Size(min(size.width, LARGEST.width), min(size.height, LARGEST.height))


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
        self._only_text = OnlyText()
        super().__init__()
        self.clock = clock

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuses every action but moving the focus: markup in foreign text cannot act either."""
        return action in self.ALLOWED

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Of every line that any widget draws only text and colours reach the terminal."""
        before = super().get_line_filters()
        if self._only_text.before != before:
            self._only_text = OnlyText(before)
        return [self._only_text]

    def copy_to_clipboard(self, text: str) -> None:
        """Nothing is ever copied."""

    def deliver_screenshot(self, *args: Any, **kwargs: Any) -> None:
        """No picture of the screen is ever written."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """No browser is ever opened."""

    def action_suspend_process(self) -> None:
        """The app never goes to the background."""

    def get_driver_class(self) -> type[Driver]:
        """The driver of a browser's window where that is asked for, else the one of a terminal.

        TEXTUAL_DRIVER names it, and could name anything.
        """
        if (constants.DRIVER or "").startswith(_OTHER_DRIVERS):
            return super().get_driver_class()
        return LockedDriver

    async def on_event(self, event: events.Event) -> None:
        """Feeds the idle clock before anything else sees the event."""
        if isinstance(event, events.Resize) and event.size != _no_larger(event.size):
            event = events.Resize(_no_larger(event.size), _no_larger(event.virtual_size))
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
