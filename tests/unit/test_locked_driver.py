"""The driver of the terminal reads no more of what is typed than the app has come to."""

from collections.abc import Callable
from threading import Event, Thread
from types import SimpleNamespace

from textual import events
from textual.message import Message

from screens.textual_private import LARGEST, LockedDriver
from tests.processes import LONG, until


class Driver(LockedDriver):
    """Without a terminal; what is handed over is counted."""

    def __init__(self, call_later: Callable[[Callable[[], object]], bool]) -> None:
        self._app = SimpleNamespace(call_later=call_later)  # type: ignore[assignment]
        self.exit_event = Event()
        self.handed: list[Message] = []

    def process_message(self, message: Message) -> None:
        """It came."""
        self.handed.append(message)


def handing_over(driver: Driver) -> Thread:
    """A thread that hands over a key, as the reading one does."""
    thread = Thread(target=driver._hand_over, args=([events.Key("1", "1")],))
    thread.start()
    until(lambda: bool(driver.handed), "the key is handed over")
    return thread


def test_it_waits_until_the_app_has_come_to_what_it_was_given() -> None:
    asked: list[Callable[[], object]] = []
    driver = Driver(lambda callback: asked.append(callback) is None)
    thread = handing_over(driver)
    thread.join(0.3)
    assert thread.is_alive()
    asked[0]()  # after all that came before
    thread.join(LONG)
    assert not thread.is_alive()


def test_it_waits_for_no_app_that_leaves() -> None:
    driver = Driver(lambda callback: True)
    thread = handing_over(driver)
    driver.exit_event.set()
    thread.join(LONG)
    assert not thread.is_alive()


def test_it_waits_for_no_app_that_takes_nothing_any_more() -> None:
    thread = handing_over(Driver(lambda callback: False))
    thread.join(LONG)
    assert not thread.is_alive()


def test_where_nothing_is_typed_nobody_is_asked() -> None:
    asked: list[object] = []
    driver = Driver(lambda callback: asked.append(callback) is None)
    driver._hand_over([])
    assert asked == []


def test_a_terminal_that_says_it_is_huge_is_drawn_in_part() -> None:
    assert LARGEST.width >= 480
    assert LARGEST.height >= 135
